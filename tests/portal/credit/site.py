"""A small application around credit, in which a header says who asks."""

from typing import Any

import httpx

from portal.credit.controllers import HANDLERS
from tests.portal.served import serve


def make_client(people: dict[str, Any]) -> httpx.AsyncClient:
    return serve(HANDLERS, people)
