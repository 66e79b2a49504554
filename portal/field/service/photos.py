"""A photo for a record that was taken; the first one stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import execute, fetch_one, unit_of_work
from portal.errors import NotAllowed, NotFound
from portal.field.handlers import handler_of
from portal.field.model import ItemState
from portal.files.service import store

if TYPE_CHECKING:
    from portal.access import Viewer


async def add_photo(viewer: Viewer, key: str, jpeg: bytes) -> bool:
    """Add a photo to the viewer's own record; sent again it changes nothing.

    Args:
        viewer: Who made the record.
        key: The record's key.
        jpeg: A picture without metadata, see ``portal.voice.photos``.

    Returns:
        Whether it was new.

    Raises:
        NotFound: No record of the viewer's has this key, or its kind has no photo.
        NotAllowed: The viewer may not make this kind of record any more.
    """
    async with unit_of_work():
        row = await fetch_one(
            "select id, kind, state, record_id from field_item where client_key = {} and user_id = {}",
            *(key, viewer.user_id),
        )
        if row is None or row["state"] == ItemState.REFUSED:
            raise NotFound
        handler = handler_of(row["kind"])
        if handler is None or not viewer.allowed(handler.policy):
            raise NotAllowed
        file_id = await store(jpeg, "image/jpeg")
        changed = await execute(
            "update field_item set photo = {} where id = {} and photo is null", file_id, row["id"]
        )
        if changed and row["state"] == ItemState.ACCEPTED:
            await handler.attach(viewer, row["record_id"], file_id)
    return bool(changed)
