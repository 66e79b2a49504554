"""The board: accounts of the target list, each at the furthest stage that facts show it has reached."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal.db import as_date, engine_kind, fetch
from portal.field.development import BoardColumn, columns_of
from portal.field.policies import READ
from portal.network.scope import (
    ALWAYS,
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
from rules.months import Month
from rules.planning.measures import measure_book_in_force, shipped_measure_books

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from portal.access import Viewer
    from portal.field.development import BoardFilter

Row = dict[str, Any]
CARDS_SHOWN, EXPORT_BATCH, CHOICES_MOST = 10, 500, 2_000
_DAYS = ("added_on", "visited_on", "trial_on", "opened_on", "second_on", "since_on")
_MET = "v.outcome in ('met', 'trial', 'order', 'refused')"
_MONTH = "substr(cast({} as text), 1, 7)"


async def read_columns(viewer: Viewer, wanted: BoardFilter, today: dt.date) -> tuple[BoardColumn, ...]:
    """Count the accounts in each column under the limits, those of stage and data left out."""
    board = _board(viewer, wanted, today)
    rows = await fetch(
        f"{board.sql} select h.stage, h.has_data, count(*) as n from h group by h.stage, h.has_data",
        *board.args,
    )
    return columns_of({(row["stage"], bool(row["has_data"])): row["n"] for row in rows})


async def list_cards(viewer: Viewer, wanted: BoardFilter, today: dt.date) -> dict[str, list[Row]]:
    """Return the first ``CARDS_SHOWN`` accounts of each column, those that stand there longest first.

    Rows have ``id, account_id, code, name, kind, area, dealer, region, region_en, has_data, stage`` and the
    days ``added_on, visited_on, trial_on, opened_on, second_on, since_on, repeat_by_on``.
    """
    board = _board(viewer, wanted, today)
    rows = await fetch(
        f"{board.sql} select * from (select h.*, row_number() over"
        " (partition by h.stage order by h.since_on, h.id) as nth from h) n"
        f" where n.nth <= {CARDS_SHOWN} order by n.nth",
        *board.args,
    )
    found: dict[str, list[Row]] = {}
    for row in _dated(rows, wanted, today):
        found.setdefault(row["stage"], []).append(row)
    return found


async def list_board(
    viewer: Viewer, wanted: BoardFilter, today: dt.date, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of the accounts under all limits, those that stand there longest first."""
    sql, args = _page(viewer, wanted, today, cursor, limit)
    return page_of(_dated(await fetch(sql, *args), wanted, today), cursor, _key, limit=limit)


async def iter_board(
    viewer: Viewer, wanted: BoardFilter, today: dt.date, *, batch: int = EXPORT_BATCH
) -> AsyncIterator[list[Row]]:
    """Yield every account under all limits in the list's order, in batches; for files."""

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(viewer, wanted, today, cursor, batch - 1)
        return _dated(await fetch(sql, *args), wanted, today)

    async for rows in in_batches(read, _key, batch):
        yield rows


async def list_choices(viewer: Viewer, today: dt.date) -> list[Row]:
    """Return what the board can be limited to: distinct ``area, dealer, dealer_name, person, person_name``.

    A dealer's people are not told who of the manufacturer looks after them here; ``person`` is then None.
    """
    seen = _seen(viewer)
    person = "null" if viewer.is_dealer_side else "u.id"
    return await fetch(
        f"select distinct a.area, d.id as dealer, d.name as dealer_name, {person} as person,"
        f" {'null' if viewer.is_dealer_side else 'u.name'} as person_name from target_account x"
        " join account a on a.id = x.account left join account d on d.id = a.dealer"
        " left join representative_assignment ra on ra.dealer = a.dealer and ra.from_on <= {}"
        " and (ra.to_on is null or ra.to_on > {}) left join login_user u on u.id = ra.user_id"
        f" where x.removed_at is null and {seen.sql} limit {CHOICES_MOST}",
        *(today, today, *seen.args),
    )


def retained_days(on: dt.date) -> int:
    """Return the days within which a second order makes an account retained, as the book in force says."""
    return measure_book_in_force(shipped_measure_books(), Month.of(on)).retained_days


def _seen(viewer: Viewer) -> Condition:
    """The list is ours; a dealer sees the entries on his own accounts that were shown to him."""
    seen = in_scope(viewer, "a", policy=READ)
    if viewer.is_dealer_side:
        return seen & Condition("x.shared_at is not null")
    return seen & Condition(open_to_manufacturer("a"))


def _limits(viewer: Viewer, wanted: BoardFilter, end: dt.date) -> Condition:
    limits = [
        _seen(viewer),
        Condition(
            "date(x.added_at) <= {} and (x.removed_at is null or date(x.removed_at) > {})",
            (end, end),
        ),
        living(viewer, "a"),
    ]
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.area:
        limits.append(Condition("a.area = {}", (wanted.area,)))
    if wanted.dealer:
        limits.append(Condition("a.dealer = {}", (int(wanted.dealer),)))
    if wanted.representative and not viewer.is_dealer_side:
        limits.append(
            Condition(
                "exists (select 1 from representative_assignment ra where ra.dealer = a.dealer"
                " and ra.user_id = {} and ra.from_on <= {} and (ra.to_on is null or ra.to_on > {}))",
                (int(wanted.representative), end, end),
            )
        )
    return all_of(*limits)


def _board(viewer: Viewer, wanted: BoardFilter, today: dt.date) -> Condition:
    """Return the common table ``h``: an account of the list in each row, with its facts and its stage.

    Visits by our people count, for a dealer his own staff's too. Orders count from the day the account was
    put on the list, where the viewer may see them; where its dealer has no sales lines since then, and nobody
    else's are there, orders are not known.
    """
    end = wanted.as_of(today)
    where = _limits(viewer, wanted, end)
    live = f"v.account in {kin(viewer)} and v.cancelled_at is null"
    if not viewer.is_dealer_side:
        live += " and v.owner = 'manufacturer'"
    opened = "1 = 1" if viewer.is_dealer_side else sell_through_open("a.dealer")
    visited = f"select min(v.visited_on) from visit v where {live} and v.visited_on between date(x.added_at)"
    order = "select min(o.business_on) from document o where o.kind = 1 and o.level = 2"
    reported = (
        "exists (select 1 from account_month m where m.account = a.dealer and m.level = 2 and m.side = 2"
        f" and m.lines > 0 and {_MONTH.format('m.month_on')} >= {_MONTH.format('date(x.added_at)')}"
        " and m.month_on <= {})"
    )
    of_entry = kin(viewer, "e.account_id", "e.dealer_id")
    sql = (
        "with e as materialized (select x.id, date(x.added_at) as added_on, a.id as account_id, a.code,"
        " a.name, a.kind, a.area, a.dealer as dealer_id, coalesce(d.name, '') as dealer,"
        " coalesce(r.name, '') as region, coalesce(r.name_en, '') as region_en,"
        f" ({visited} and {{}} and {_MET}) as visited_on,"
        f" ({visited} and {{}} and v.outcome = 'trial') as trial_on,"
        f" case when {opened} then ({order} and o.buyer in {kin(viewer)}"
        " and o.business_on between date(x.added_at) and {}) end as opened_on,"
        f" case when {opened} and {reported} then 1 else 0 end as reported"
        " from target_account x join account a on a.id = x.account left join account d on d.id = a.dealer"
        f" left join region r on r.id = a.region where {where.sql}),"
        " f as materialized (select e.*,"
        " case when e.reported = 1 or e.opened_on is not null then 1 else 0 end as has_data,"
        f" ({order} and o.buyer in {of_entry} and o.business_on > e.opened_on and o.business_on <= {{}})"
        " as second_on from e),"
        " g as (select f.*, case"
        f" when f.second_on is not null and {_days_between('f.second_on', 'f.opened_on')} <= {{}}"
        " then 'repeat' when f.opened_on is not null then 'opened' when f.trial_on is not null then 'trial'"
        " when f.visited_on is not null then 'visited' else 'target' end as stage from f),"
        " h as (select g.*, case g.stage when 'repeat' then g.second_on when 'opened' then g.opened_on"
        " when 'trial' then g.trial_on when 'visited' then g.visited_on else g.added_on end as since_on"
        " from g)"
    )
    return Condition(sql, (end, end, end, end, *where.args, end, retained_days(end)))


def _days_between(later: str, earlier: str) -> str:
    if engine_kind() == "sqlite":
        return f"(julianday({later}) - julianday({earlier}))"
    return f"({later} - {earlier})"


def _page(
    viewer: Viewer, wanted: BoardFilter, today: dt.date, cursor: Cursor, limit: int
) -> tuple[str, tuple[Any, ...]]:
    board = _board(viewer, wanted, today)
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    limits = [Condition("h.stage = {}", (wanted.stage,)) if wanted.stage else ALWAYS]
    if wanted.data:
        limits.append(Condition("h.has_data = 0"))
    if cursor.key:
        key = (as_date(str(cursor.key[0])), cursor.key[1])
        limits.append(Condition(f"(h.since_on, h.id) {after} ({{}}, {{}})", key))
    where = all_of(*limits)
    sql = (
        f"{board.sql} select h.* from h where {where.sql}"
        f" order by h.since_on {order}, h.id {order} limit {limit + 1}"
    )
    return sql, (*board.args, *where.args)


def _dated(rows: list[Row], wanted: BoardFilter, today: dt.date) -> list[Row]:
    within = dt.timedelta(days=retained_days(wanted.as_of(today)))
    for row in rows:
        row.update({name: as_date(row[name]) for name in _DAYS})
        row["repeat_by_on"] = row["opened_on"] + within if row["stage"] == "opened" else None
    return rows


def _key(row: Row) -> Key:
    return str(row["since_on"]), row["id"]
