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


async def list_maps(dealer_id: int | None = None) -> list[MapChoice]:
    """Return every map: the shipped ones by their own names, then the saved ones by name.

    Args:
        dealer_id: The dealer whose own maps they are, or None for the manufacturer's; a dealer is offered no
            shipped map, because those read the manufacturer's systems.
    """
    ready = [
        MapChoice(f"{READY}{name}", found.name or name, found.kind or "")
        for name in (ready_maps() if dealer_id is None else ())
        for found in [load_column_map(ready_map_text(name))]
    ]
    whose, args = _of(dealer_id)
    rows = await fetch(f"select id, kind, name from import_map where {whose} order by kind, name", *args)  # noqa: S608  from code
    return ready + [MapChoice(f"{SAVED}{row['id']}", row["name"], row["kind"]) for row in rows]


def _of(dealer_id: int | None) -> tuple[str, tuple[int, ...]]:
    return ("dealer is null", ()) if dealer_id is None else ("dealer = {}", (dealer_id,))


async def map_text_of(key: str, kind: str, dealer_id: int | None = None) -> str | None:
    """Return the text of a chosen map for a kind; "" for no map, None when there is none such for them."""
    if not key:
        return ""
    if dealer_id is None and key.startswith(READY) and key.removeprefix(READY) in ready_maps():
        text = ready_map_text(key.removeprefix(READY))
        return text if load_column_map(text).kind in (None, kind) else None
    number = key.removeprefix(SAVED)
    if not key.startswith(SAVED) or not number.isdecimal() or len(number) > 9:  # noqa: PLR2004  row ids
        return None
    whose, args = _of(dealer_id)
    row = await fetch_one(
        f"select text from import_map where id = {{}} and kind = {{}} and {whose}",  # noqa: S608  from code
        *(int(number), kind, *args),
    )
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


async def save_map(kind: str, name: str, text: str, user_id: int, dealer_id: int | None = None) -> None:
    """Save a map under a name, replacing the one of that name, in the caller's unit of work.

    Args:
        kind: Kind of import.
        name: What it is called; a dealer's names and the manufacturer's never meet.
        text: The map.
        user_id: Who saves it.
        dealer_id: The dealer whose own map it is, or None for the manufacturer's.
    """
    unique = "(kind, name) where dealer is null"
    if dealer_id is not None:
        unique = "(dealer, kind, name) where dealer is not null"
    await execute(
        "insert into import_map (kind, name, text, saved_by_user_id, saved_at, dealer)"  # noqa: S608  from code
        f" values ({{}}, {{}}, {{}}, {{}}, {{}}, {{}}) on conflict {unique} do update set"
        " text = excluded.text, saved_at = excluded.saved_at, saved_by_user_id = excluded.saved_by_user_id",
        *(kind, name, text, user_id, dt.datetime.now(dt.UTC), dealer_id),
    )


async def last_map_key(dealer_id: int, kind: str) -> str:
    """Return the key of the map a dealer saved last for a kind, "" when he saved none."""
    row = await fetch_one(
        "select id from import_map where dealer = {} and kind = {} order by saved_at desc, id desc limit 1",
        *(dealer_id, kind),
    )
    return "" if row is None else f"{SAVED}{row['id']}"
