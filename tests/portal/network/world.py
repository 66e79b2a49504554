"""A small application around the network and search, in which a header says who asks."""

import httpx

import portal.network.policies
from portal.network.controllers import HANDLERS
from portal.network.finders import register_finders
from portal.search.controllers import HANDLERS as SEARCH
from tests.portal.network.conftest import VIEWERS
from tests.portal.served import serve


def make_client() -> httpx.AsyncClient:
    assert portal.network.policies.READ
    register_finders()
    return serve([*HANDLERS, *SEARCH], vars(VIEWERS), locale="ko")
