"""The region tree, which everybody may see: it says where things are, not what they are."""

from __future__ import annotations

from dataclasses import dataclass

from portal.db import fetch
from portal.errors import NotFound


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A node of the tree.

    Attributes:
        depth: 0 for a root.
        dealers: Dealers directly in the node, closed ones left out; 0 unless counted.
    """

    id: int
    code: str
    name: str
    name_en: str
    path: str
    depth: int
    dealers: int = 0


async def list_regions() -> tuple[RegionRow, ...]:
    """Return all regions, each parent before its children."""
    rows = await fetch("select id, code, name, name_en, path from region")
    return _tree(rows)


async def list_regions_counted() -> tuple[RegionRow, ...]:
    """Return all regions with the number of dealers directly in each."""
    rows = await fetch(
        "select r.id, r.code, r.name, r.name_en, r.path, (select count(*) from account a"
        " where a.region = r.id and a.kind = 'dealer' and a.state <> 'closed'"
        " and a.merged_into is null) as dealers from region r"
    )
    return _tree(rows)


def _tree(rows: list[dict[str, object]]) -> tuple[RegionRow, ...]:
    rows.sort(key=lambda row: str(row["path"]).split("/"))
    return tuple(RegionRow(**row, depth=str(row["path"]).count("/") - 2) for row in rows)  # type: ignore[arg-type]  # columns of region


async def get_region(region_id: int) -> RegionRow:
    """Return one region.

    Raises:
        NotFound: There is none.
    """
    rows = _tree(await fetch("select id, code, name, name_en, path from region where id = {}", region_id))
    if not rows:
        raise NotFound
    return rows[0]
