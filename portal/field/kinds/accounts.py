"""Outlets and retail points that somebody met in the field and nobody had listed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portal.db import execute
from portal.errors import NotFound
from portal.field.kinds.known import ACCOUNT
from portal.field.model import Kept
from portal.network.forms import LATITUDE_MOST, LONGITUDE_MOST, MICRO, read_account
from portal.network.model import Kind, State
from portal.network.policies import EDIT
from portal.network.service.accounts import add_account
from portal.web.forms import FormReader

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.field.model import Item, Late

KINDS = (Kind.TERMINAL, Kind.OUTLET)
STATES = (State.PROSPECT, State.EXISTING)
_NOT_TAKEN = frozenset({"code", "coordinates"})
"""The portal chooses the code; a place is taken with consent only, from the fields made for it."""


@dataclass(frozen=True, slots=True)
class AccountHandler:
    """Takes new outlets and retail points; what a dealer's staff add is the dealer's."""

    kind: str = "account"
    policy: str = EDIT
    rank: int = 10

    async def keep(self, viewer: Viewer, item: Item) -> Kept | Late:
        """Add the account, as a prospect unless it trades already.

        Raises:
            Invalid: With everything found wrong; a place without consent is wrong.
        """
        form = FormReader({name: text for name, text in item.fields.items() if name not in _NOT_TAKEN})
        kind = Kind(form.choice("account_kind", [each.value for each in KINDS]))
        state = State(form.choice("state", [each.value for each in STATES]))
        place = _place(form)
        latitude, longitude = place or (None, None)
        command = replace(
            read_account(form, kind, is_new=True),
            state=state,
            latitude_micro=latitude,
            longitude_micro=longitude,
        )
        account_id = await add_account(viewer, command)
        await execute(
            "insert into account_find (account, found_by_user_id, found_at, is_planned)"
            " values ({}, {}, {}, {})",
            *(account_id, viewer.user_id, item.made_at, form.flag("planned")),
        )
        return Kept(ACCOUNT, account_id)

    async def attach(self, viewer: Viewer, record_id: int, file_id: int) -> None:  # noqa: ARG002  protocol
        """Refuse: accounts have no photo.

        Raises:
            NotFound: Always.
        """
        raise NotFound


def _place(form: FormReader) -> tuple[int, int] | None:
    """Read where the shop stands, in micro-degrees, if somebody tapped for it and consented.

    Source: 위치정보법 제15조.
    """
    latitude, longitude = form.values.get("latitude", ""), form.values.get("longitude", "")
    if not latitude and not longitude:
        return None
    if not form.flag("place_consent"):
        form.refuse("place_consent", "A place is kept only with consent.")
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        north, east = 1e9, 1e9
    if not (abs(north) <= LATITUDE_MOST and abs(east) <= LONGITUDE_MOST):
        form.refuse("latitude", "This is not a place on earth.")
        return None
    return round(north * MICRO), round(east * MICRO)
