"""When outlets and retail points were last seen, as far as the viewer may know, the longest ago first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal.db import as_date, engine_kind, fetch, fetch_one, fetch_value
from portal.field.census import Band, Bands, CensusCount, CensusFilter, Sighting
from portal.field.policies import READ
from portal.network.scope import (
    Condition,
    all_of,
    in_regions,
    in_scope,
    kin,
    living,
    open_to_manufacturer,
    sell_through_open,
)
from portal.paging import PAGE_SIZE, Cursor, Key, Page, in_batches, page_of

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from portal.access import Viewer

Row = dict[str, Any]
# Every place is looked at for the order of the list; above this many the page asks for a smaller area.
PLACES_MOST = 20_000
EXPORT_BATCH, CHOICES_MOST = 2_000, 2_000
NEVER = dt.date.min
_SIGHTINGS = (
    ("visit_on", Sighting.VISIT),
    ("census_on", Sighting.CENSUS),
    ("order_on", Sighting.ORDER),
)


async def is_too_wide(viewer: Viewer, wanted: CensusFilter) -> bool:
    """Tell whether the limits leave more places than one list can put in order."""
    where = _where(viewer, wanted)
    found = await fetch_value(
        f"select count(*) from (select 1 from account a where {where.sql} limit {PLACES_MOST + 1}) n",
        *where.args,
    )
    return int(found) > PLACES_MOST


async def count_seen(viewer: Viewer, wanted: CensusFilter, bands: Bands, today: dt.date) -> CensusCount:
    """Count the places in each age band under the limits, that of the band left out."""
    places = _places(viewer, wanted)
    spans = {band: bands.span_of(band, today) for band in Band}
    sums = ", ".join(
        f"coalesce(sum(case when t.seen_on between {{}} and {{}} then 1 else 0 end), 0) as {band.value}"
        for band in spans
    )
    row = await fetch_one(
        f"{places.sql} select {sums} from t",
        *(*places.args, *(day for span in spans.values() for day in span)),
    )
    assert row is not None  # noqa: S101  an aggregate without groups has one row
    return CensusCount(**{name: int(n) for name, n in row.items()})


async def list_places(
    viewer: Viewer,
    wanted: CensusFilter,
    bands: Bands,
    today: dt.date,
    cursor: Cursor,
    *,
    limit: int = PAGE_SIZE,
) -> Page[Row]:
    """Return one page of places, never seen ones first, then the longest ago.

    Rows have ``id, code, name, kind, area, dealer, region, region_en, seen_on, sighting, age_days, band,
    gone_on``; ``gone_on`` is when somebody last found the place gone and nobody saw it there since.
    """
    sql, args = _page(viewer, wanted, bands, today, cursor, limit)
    rows = [_told(row, bands, today) for row in await fetch(sql, *args)]
    return page_of(rows, cursor, _key, limit=limit)


async def iter_places(
    viewer: Viewer, wanted: CensusFilter, bands: Bands, today: dt.date, *, batch: int = EXPORT_BATCH
) -> AsyncIterator[list[Row]]:
    """Yield every place of the list in its order, in batches; for files."""

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(viewer, wanted, bands, today, cursor, batch - 1)
        return [_told(row, bands, today) for row in await fetch(sql, *args)]

    async for rows in in_batches(read, _key, batch):
        yield rows


async def list_census_choices(viewer: Viewer, wanted: CensusFilter) -> list[Row]:
    """Return areas and dealers in the region and dealer wanted: distinct ``area, dealer, dealer_name``."""
    where = _where(viewer, CensusFilter(wanted.region, dealer=wanted.dealer))
    return await fetch(
        "select distinct a.area, d.id as dealer, d.name as dealer_name from account a"
        f" left join account d on d.id = a.dealer where {where.sql} limit {CHOICES_MOST}",
        *where.args,
    )


async def list_seen(viewer: Viewer, ids: Sequence[int]) -> dict[int, tuple[dt.date, Sighting]]:
    """Return when and how accounts were last seen; one never seen is left out. The caller checks the ids."""
    if not ids:
        return {}
    marks = ", ".join("{}" for _ in ids)
    rows = await fetch(f"select a.id, {_sightings(viewer)} from account a where a.id in ({marks})", *ids)
    found = {row["id"]: _last(row) for row in rows}
    return {number: seen for number, seen in found.items() if seen is not None}


def _where(viewer: Viewer, wanted: CensusFilter) -> Condition:
    limits = [
        Condition("a.kind = {}", (wanted.kind,))
        if wanted.kind
        else Condition("a.kind in ('terminal', 'outlet')"),
        living(viewer, "a"),
        Condition("a.state <> 'closed'"),
        in_scope(viewer, "a", policy=READ),
    ]
    if not viewer.is_dealer_side:
        limits.append(Condition(open_to_manufacturer("a")))
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.area:
        limits.append(Condition("a.area = {}", (wanted.area,)))
    if wanted.dealer:
        limits.append(Condition("a.dealer = {}", (int(wanted.dealer),)))
    return all_of(*limits)


def _sightings(viewer: Viewer) -> str:
    """Return columns with the last day of each kind of sighting that the viewer may know of."""
    ours = "" if viewer.is_dealer_side else " and {}.owner = 'manufacturer'"
    opened = "1 = 1" if viewer.is_dealer_side else sell_through_open("a.dealer")
    all_of_it = kin(viewer)
    census = f"select max(c.seen_on) from census_record c where c.account in {all_of_it}{ours.format('c')}"
    return (
        f"(select max(v.visited_on) from visit v where v.account in {all_of_it} and v.cancelled_at is null"
        f"{ours.format('v')}) as visit_on,"
        f" case when {opened} then (select max(o.business_on) from document o where o.buyer in {all_of_it}"
        " and o.kind = 1 and o.level = 2) end as order_on,"
        f" ({census} and c.finding = 'there') as census_on, ({census} and c.finding = 'gone') as gone_on"
    )


def _places(viewer: Viewer, wanted: CensusFilter) -> Condition:
    """Return the common table ``t``: a place in each row, with the day it was last seen."""
    where = _where(viewer, wanted)
    last = "max" if engine_kind() == "sqlite" else "greatest"
    days = ", ".join(f"coalesce(s.{name}, {{}})" for name, _ in _SIGHTINGS)
    sql = (
        f"with s as materialized (select a.id, a.code, a.name, a.kind, a.area, a.dealer, a.region,"
        f" {_sightings(viewer)} from account a where {where.sql}),"
        f" t as (select s.*, {last}({days}) as seen_on from s)"
    )
    return Condition(sql, (*where.args, *[NEVER] * len(_SIGHTINGS)))


def _page(
    viewer: Viewer, wanted: CensusFilter, bands: Bands, today: dt.date, cursor: Cursor, limit: int
) -> tuple[str, tuple[Any, ...]]:
    places = _places(viewer, wanted)
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    limits = [Condition("1 = 1")]
    if wanted.band:
        limits.append(Condition("t.seen_on between {} and {}", bands.span_of(Band(wanted.band), today)))
    if cursor.key:
        key = (as_date(str(cursor.key[0])), cursor.key[1])
        limits.append(Condition(f"(t.seen_on, t.id) {after} ({{}}, {{}})", key))
    where = all_of(*limits)
    sql = (
        f"{places.sql}, u as (select * from t where {where.sql} order by t.seen_on {order}, t.id {order}"
        f" limit {limit + 1}) select u.*, coalesce(d.name, '') as dealer_name,"
        " coalesce(r.name, '') as region_name, coalesce(r.name_en, '') as region_en from u"
        " left join account d on d.id = u.dealer left join region r on r.id = u.region"
        f" order by u.seen_on {order}, u.id {order}"
    )
    return sql, (*places.args, *where.args)


def _told(row: Row, bands: Bands, today: dt.date) -> Row:
    last, gone_on = _last(row), as_date(row["gone_on"])
    seen_on = last[0] if last else None
    return {
        **{name: row[name] for name in ("id", "code", "name", "kind", "area", "region_en")},
        "dealer": row["dealer_name"],
        "region": row["region_name"],
        "seen_on": seen_on,
        "sighting": last[1].value if last else "",
        "age_days": (today - seen_on).days if seen_on else None,
        "band": bands.band_of(seen_on, today).value,
        "gone_on": gone_on if gone_on and (seen_on is None or gone_on >= seen_on) else None,
    }


def _last(row: Row) -> tuple[dt.date, Sighting] | None:
    seen = [(day, kind) for name, kind in _SIGHTINGS if (day := as_date(row[name])) is not None]
    return max(seen, key=lambda one: one[0]) if seen else None


def _key(row: Row) -> Key:
    return str(row["seen_on"] or NEVER), row["id"]
