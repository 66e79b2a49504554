"""A small application around the import screens, in which a header says who asks."""

from types import SimpleNamespace

import httpx

import portal.network.policies
import portal.sales.policies
from portal.access import Grant, Role, Viewer
from portal.sales.imports.controllers import HANDLERS
from portal.settings import Settings
from tests.portal.served import serve

OWN_DEALER, OTHER_DEALER = 10, 20


def viewer(user_id: int, *grants: Grant) -> Viewer:
    return Viewer(user_id, "시험", f"user{user_id}", grants=grants)


VIEWERS = SimpleNamespace(
    administrator=viewer(1, Grant(Role.ADMINISTRATOR)),
    finance=viewer(2, Grant(Role.FINANCE)),
    manager=viewer(3, Grant(Role.REGIONAL_MANAGER, region_path="/KR/")),
    owner=viewer(4, Grant(Role.DEALER_OWNER, account_id=OWN_DEALER)),
    other=viewer(5, Grant(Role.DEALER_OWNER, account_id=OTHER_DEALER)),
    staff=viewer(6, Grant(Role.DEALER_STAFF, account_id=OWN_DEALER)),
)


def make_client(settings: Settings) -> httpx.AsyncClient:
    assert portal.sales.policies.IMPORT
    assert portal.network.policies.READ
    return serve(HANDLERS, vars(VIEWERS), settings=settings)
