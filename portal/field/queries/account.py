"""What the field knows of one outlet or retail point, as far as the viewer may know it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.field.queries.census import list_seen
from portal.network.queries.accounts import get_account
from portal.network.scope import Condition, all_of, family, in_scope
from portal.plans.policies import OWN as OWN_PLANS
from portal.plans.policies import READ as READ_PLANS
from portal.plans.queries.visit_scope import visible_visits
from portal.plans.sources import class_source
from portal.voice.promising import OWN as OWN_PROMISES
from portal.voice.promising import READ as READ_PROMISES
from portal.voice.queries.promises import count_promises_of, list_promises_of
from rules.months import Month

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer
    from portal.network.queries.accounts import AccountDetail

Row = dict[str, Any]
VISITS_SHOWN, PROMISES_SHOWN, SHARES_SHOWN, STOPS_SHOWN, TARGETS_SHOWN = 8, 5, 8, 6, 3


async def read_account(viewer: Viewer, account_id: int, today: dt.date) -> dict[str, Any]:
    """Return everything for the part of an account's page that the field fills.

    Keys: ``account, seen, found, place, class_code, visits, promises, promise_counts, shares, targets,
    stops``. What a viewer's policies or the other side's ownership hide is empty.

    Raises:
        NotFound: There is no such account, or not for this viewer.
    """
    account = await get_account(viewer, account_id)
    may_promises = viewer.allowed(OWN_PROMISES if viewer.is_dealer_side else READ_PROMISES)
    opened = await list_promises_of(viewer, [account.id], "open", most=PROMISES_SHOWN) if may_promises else {}
    seen = await list_seen(viewer, [account.id])
    return {
        "account": account,
        "seen": seen.get(account.id),
        **await _found(viewer, account.id),
        "class_code": await _class_of(viewer, account, today),
        "visits": await _visits(viewer, account.id),
        "promises": opened.get(account.id, []),
        "promise_counts": await count_promises_of(viewer, account.id) if may_promises else {},
        "shares": await list_shares(viewer, account.id),
        "targets": await _targets(viewer, account.id),
        "stops": await _stops(viewer, account.id, today),
    }


async def list_shares(viewer: Viewer, account_id: int) -> list[Row]:
    """Return what our people noted of competitors at an account, newest first; nothing for a dealer's people.

    Rows have ``competitor, share_bp, source, observed_on, person``; a share that was declined is None.
    """
    if viewer.is_dealer_side:
        return []
    seen = visible_visits(viewer, "v", "a", READ_PLANS) & family(viewer, account_id, "s.account")
    return _dated(
        await fetch(
            "select s.competitor, s.share_bp, s.source, s.observed_on, coalesce(u.name, '') as person"
            " from share_observation s join visit v on v.id = s.visit join account a on a.id = s.account"
            " left join login_user u on u.id = s.by_user_id"
            f" where v.cancelled_at is null and {seen.sql}"
            f" order by s.observed_on desc, s.id desc limit {SHARES_SHOWN}",
            *seen.args,
        ),
        "observed_on",
    )


async def get_share_at(viewer: Viewer, visit_id: int) -> Row | None:
    """Return what was noted of competitors at a visit the viewer may see, or None."""
    if viewer.is_dealer_side:
        return None
    return await fetch_one(
        "select competitor, share_bp, source from share_observation where visit = {}", visit_id
    )


async def _found(viewer: Viewer, account_id: int) -> dict[str, Any]:
    """Return who met the account first and where it stands; the caller has checked that it is seen."""
    row = await fetch_one(
        "select coalesce(t.latitude_micro, o.latitude_micro) as north,"
        " coalesce(t.longitude_micro, o.longitude_micro) as east, f.found_at, f.is_planned,"
        " coalesce(u.name, '') as person from account a left join terminal t on t.account = a.id"
        " left join outlet o on o.account = a.id left join account_find f on f.account = a.id"
        " left join login_user u on u.id = f.found_by_user_id where a.id = {}",
        account_id,
    )
    if row is None:
        return {"found": None, "place": None}
    # A dealer is not told which of the manufacturer's people walked by, and the other way round.
    person = "" if viewer.is_dealer_side else row["person"]
    found = None if row["found_at"] is None else {**row, "person": person}
    place = None if row["north"] is None else (row["north"] / 1e6, row["east"] / 1e6)
    return {"found": found, "place": place}


async def _class_of(viewer: Viewer, account: AccountDetail, today: dt.date) -> str:
    if viewer.is_dealer_side:
        return ""
    classes = await class_source().classes_of([account.id], Month.of(today))
    return classes.get(account.id, "")


async def _visits(viewer: Viewer, account_id: int) -> list[Row]:
    """Return the newest visits; a dealer's people read no notes of the manufacturer's."""
    policy = OWN_PLANS if viewer.is_dealer_side else READ_PLANS
    seen = visible_visits(viewer, "v", "a", policy) & family(viewer, account_id, "v.account")
    rows = await fetch(
        "select v.id, v.visited_on, v.outcome, v.rank, v.cases, v.owner, substr(v.note, 1, 200) as note,"
        " case when v.photo is null then 0 else 1 end as has_photo, coalesce(u.name, '') as person"
        " from visit v join account a on a.id = v.account left join login_user u on u.id = v.visitor_user_id"
        f" where v.cancelled_at is null and {seen.sql}"
        f" order by v.visited_on desc, v.id desc limit {VISITS_SHOWN}",
        *seen.args,
    )
    for row in rows:
        hidden = viewer.is_dealer_side and row["owner"] == "manufacturer"
        row["note"] = "" if hidden else row["note"]
        row["href"] = "" if hidden else f"{'/my' if viewer.is_dealer_side else ''}/visits/{row['id']}"
    return _dated(rows, "visited_on")


async def _targets(viewer: Viewer, account_id: int) -> list[Row]:
    """Return entries of the target list; a dealer sees those shown to him, and neither share nor score."""
    if viewer.is_dealer_side:
        where = in_scope(viewer, "a", policy=OWN_PLANS) & Condition(
            "x.removed_at is null and x.shared_at is not null"
        )
        columns = "null as competitor_share_bp, '' as share_source, null as score"
    else:
        where = in_scope(viewer, "a", policy=READ_PLANS)
        columns = "x.competitor_share_bp, x.share_source, x.score"
    where = where & family(viewer, account_id, "x.account")
    rows = await fetch(
        f"select x.competitor, x.reason, x.stage, date(x.added_at) as added_on, x.removed_at, {columns}"
        f" from target_account x join account a on a.id = x.account where {where.sql}"
        f" order by x.id desc limit {TARGETS_SHOWN}",
        *where.args,
    )
    return _dated(rows, "added_on")


async def _stops(viewer: Viewer, account_id: int, today: dt.date) -> list[Row]:
    """Return the next planned visits by the viewer's own side, of agreed plans."""
    policy, owner = (OWN_PLANS, "dealer") if viewer.is_dealer_side else (READ_PLANS, "manufacturer")
    where = all_of(
        in_scope(viewer, "a", policy=policy),
        family(viewer, account_id, "s.account"),
        Condition("p.owner = {} and (p.dealer is null or p.dealer = a.dealer)", (owner,)),
    )
    rows = await fetch(
        "select distinct s.day_on, coalesce(u.name, '') as person from plan_stop s"
        " join development_plan p on p.id = s.plan join account a on a.id = s.account"
        " left join login_user u on u.id = s.user_id where s.day_on >= {}"
        f" and p.state in ('approved', 'frozen') and {where.sql} order by s.day_on limit {STOPS_SHOWN}",
        *(today, *where.args),
    )
    return _dated(rows, "day_on")


def _dated(rows: list[Row], name: str) -> list[Row]:
    for row in rows:
        row[name] = as_date(row[name])
    return rows
