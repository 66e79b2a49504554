"""Records that name another record of the same phone by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch_one
from portal.errors import NotFound
from portal.field.forms import KEY
from portal.field.model import NotYet
from portal.plans.visiting import id_in

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.field.model import Item

ACCOUNT = "account"


async def account_of(viewer: Viewer, item: Item) -> int:
    """Return the account a record is about: ``account`` holds its number or the key of a new one.

    Raises:
        NotFound: It names none, or one that was refused.
        NotYet: It names a new account that has not arrived.
    """
    text = item.fields.get("account", "")
    if (number := id_in(text)) is not None:
        return number
    if not KEY.fullmatch(text):
        raise NotFound
    row = await fetch_one(
        "select record, record_id from field_item where client_key = {} and user_id = {}",
        *(text, viewer.user_id),
    )
    if row is None:
        raise NotYet
    if row["record"] != ACCOUNT or row["record_id"] is None:
        raise NotFound
    return int(row["record_id"])
