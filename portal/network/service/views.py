"""Saved views of lists: made and deleted by their owner. They hold filters, no data, and are not audited."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Invalid, NotFound
from portal.network.queries.views import side_of

if TYPE_CHECKING:
    from portal.access import Viewer

VIEWS_MAX = 30


async def save_view(viewer: Viewer, list_name: str, name: str, query: str, *, is_shared: bool) -> None:
    """Keep a list's filter under a name, replacing the viewer's own view of that name.

    Raises:
        Invalid: The viewer has too many views of this list.
    """
    async with unit_of_work():
        await execute(
            "delete from saved_view where list_name = {} and user_id = {} and name = {}",
            *(list_name, viewer.user_id, name),
        )
        count = await fetch_value(
            "select count(*) from saved_view where list_name = {} and user_id = {}", list_name, viewer.user_id
        )
        if count >= VIEWS_MAX:
            raise Invalid.of("name", "At most %(count)s views per list, please.", count=VIEWS_MAX)
        await execute(
            "insert into saved_view (list_name, name, query, user_id, dealer, is_shared, created_at)"
            " values ({}, {}, {}, {}, {}, {}, {})",
            *(list_name, name, query, viewer.user_id, side_of(viewer), is_shared, dt.datetime.now(dt.UTC)),
        )


async def delete_view(viewer: Viewer, view_id: int) -> str:
    """Delete a view of the viewer's own and return the list it was of.

    Raises:
        NotFound: There is none of his under this id.
    """
    async with unit_of_work():
        sql = "delete from saved_view where id = {} and user_id = {} returning list_name"
        list_name = await fetch_value(sql, view_id, viewer.user_id)
        if list_name is None:
            raise NotFound
    return str(list_name)
