"""Column maps people saved under a name, and maps made on screen from chosen headers."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import execute, fetch, fetch_one
from portal.sales.reading import load_column_map
from portal.sales.reading.known import ready_map_text, ready_maps

if TYPE_CHECKING:
    from collections.abc import Mapping

READY, SAVED = "ready:", "saved:"


@dataclass(frozen=True, slots=True)
class MapChoice:
    """A map to choose from; ``key`` starts with ``ready:`` or ``saved:``."""

    key: str
    label: str
    kind: str


async def list_maps() -> list[MapChoice]:
    """Return every map: the shipped ones by their own names, then the saved ones by name."""
    ready = [
        MapChoice(f"{READY}{name}", found.name or name, found.kind or "")
        for name in ready_maps()
        for found in [load_column_map(ready_map_text(name))]
    ]
    rows = await fetch("select id, kind, name from import_map order by kind, name")
    return ready + [MapChoice(f"{SAVED}{row['id']}", row["name"], row["kind"]) for row in rows]


async def map_text_of(key: str, kind: str) -> str | None:
    """Return the text of a chosen map for a kind; "" for no map, None when there is none such."""
    if not key:
        return ""
    if key.startswith(READY) and key.removeprefix(READY) in ready_maps():
        text = ready_map_text(key.removeprefix(READY))
        return text if load_column_map(text).kind in (None, kind) else None
    number = key.removeprefix(SAVED)
    if not key.startswith(SAVED) or not number.isdecimal() or len(number) > 9:  # noqa: PLR2004  row ids
        return None
    row = await fetch_one("select text from import_map where id = {} and kind = {}", int(number), kind)
    return None if row is None else str(row["text"])


def made_map(kind: str, chosen: Mapping[str, str], dates: Mapping[str, str]) -> str:
    """Return the text of a map made on screen.

    Args:
        kind: Kind of import.
        chosen: Column → source header; columns left out are not read.
        dates: Column → declared order of its days, such as DD/MM/YYYY.
    """
    columns: dict[str, object] = {}
    for column, header in chosen.items():
        order = dates.get(column)
        columns[column] = {"from": header, "date_format": order} if order else {"from": header}
    return json.dumps({"kind": kind, "columns": columns}, ensure_ascii=False)


async def save_map(kind: str, name: str, text: str, user_id: int) -> None:
    """Save a map under a name, replacing the one of that name, in the caller's unit of work."""
    await execute(
        "insert into import_map (kind, name, text, saved_by_user_id, saved_at) values ({}, {}, {}, {}, {})"
        " on conflict (kind, name) do update set text = excluded.text,"
        " saved_by_user_id = excluded.saved_by_user_id, saved_at = excluded.saved_at",
        kind,
        name,
        text,
        user_id,
        dt.datetime.now(dt.UTC),
    )
