"""A small application around rulebooks, in which a header says who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.rulebooks.controllers import HANDLERS
from tests.portal.served import serve

if TYPE_CHECKING:
    import httpx


def make_client(people: dict[str, Any]) -> httpx.AsyncClient:
    return serve(HANDLERS, people)
