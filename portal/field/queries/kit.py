"""What a phone takes along: the days around today, accounts with their last visits, the dealers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch
from portal.field.queries.census import list_seen
from portal.network.model import Kind
from portal.network.policies import EDIT
from portal.network.scope import ALWAYS, Condition, in_scope, living, open_to_manufacturer, visible_accounts
from portal.plans.policies import VISIT
from portal.plans.queries.visit_scope import visible_visits, visitable_accounts
from portal.search.model import RecordKind
from portal.search.queries import matching
from portal.voice.queries.promises import list_promises_of

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.access import Viewer

Row = dict[str, Any]
DAYS_AROUND, VISITS_SHOWN, PROMISES_SHOWN, RECENT_DAYS = 3, 3, 3, 60
FOUND_MOST, SIMILAR_MOST, DEALERS_MOST = 20, 5, 300
_KINDS = (RecordKind.DEALER, RecordKind.OUTLET, RecordKind.TERMINAL)
_NOTE_SHOWN = 200
# About 100 metres, in micro-degrees of latitude; a little less from east to west in Korea.
_NEAR_MICRO = 1_000


async def list_route_days(viewer: Viewer, today: dt.date) -> list[Row]:
    """Return the viewer's stops from three days before to three after today, in route order.

    Of several agreed plans of a day the frozen one counts, then the newest. Rows have ``day_on, place,
    account, is_target, minutes, class_code``.
    """
    people = sorted(viewer.people)
    marks = ", ".join("{}" for _ in people)
    rows = await fetch(
        "select s.day_on, s.place, s.account, s.plan, p.state, l.is_target, l.visit_minutes as minutes,"
        " l.class_code from plan_stop s join development_plan p on p.id = s.plan"
        " join plan_line l on l.plan = s.plan and l.account = s.account"
        f" where s.user_id in ({marks}) and s.day_on between {{}} and {{}}"
        " and p.state in ('approved', 'frozen') order by s.day_on, s.place",
        *(*people, today - dt.timedelta(days=DAYS_AROUND), today + dt.timedelta(days=DAYS_AROUND)),
    )
    best: dict[dt.date, tuple[bool, int]] = {}
    for row in rows:
        row["day_on"] = as_date(row["day_on"])
        row["order"] = (row["state"] == "frozen", row["plan"])
        best[row["day_on"]] = max(best.get(row["day_on"], (False, 0)), row["order"])
    return [row for row in rows if row["order"] == best[row["day_on"]]]


async def list_kit_ids(viewer: Viewer, stops: Iterable[int], today: dt.date, most: int) -> list[int]:
    """Return the accounts a phone takes along: all of the stops, recently visited ones, the longest unseen.

    Recently visited ones take half of the places at most.
    """
    seen = visitable_accounts(viewer, "a", VISIT)
    people = sorted(viewer.people)
    marks = ", ".join("{}" for _ in people)
    recent = await fetch(
        "select v.account as id from visit v join account a on a.id = v.account"
        f" where v.visitor_user_id in ({marks}) and v.visited_on >= {{}} and {seen.sql}"
        f" group by v.account order by max(v.visited_on) desc, v.account limit {most // 2:d}",
        *(*people, today - dt.timedelta(days=RECENT_DAYS), *seen.args),
    )
    others = await fetch(
        "select a.id, (select max(v.visited_on) from visit v where v.account = a.id) as last_on"
        f" from account a where a.kind in ('terminal', 'outlet') and {seen.sql}"
        f" order by last_on nulls first, a.name, a.id limit {most:d}",
        *seen.args,
    )
    first = list(dict.fromkeys(stops))
    return list(dict.fromkeys([*first, *(row["id"] for row in (*recent, *others))]))[: max(most, len(first))]


async def list_cards(viewer: Viewer, ids: Sequence[int]) -> list[Row]:
    """Return accounts the viewer may visit, each with its last three visits, the newest first.

    Rows have ``id, name, code, kind, address, phone, visits, seen`` and, where there are any, ``promises``;
    a visit has ``on, outcome, cases, note``, an open promise ``text, due, side``, and ``seen`` is the day the
    place was last seen or None. A dealer's people read no notes of the manufacturer's visits.
    """
    if not ids:
        return []
    seen = visitable_accounts(viewer, "a", VISIT)
    marks = ", ".join("{}" for _ in ids)
    rows = await fetch(
        "select a.id, a.name, a.code, a.kind,"
        " coalesce(nullif(t.address, ''), nullif(o.address, ''), nullif(d.address, ''), a.area) as address,"
        " coalesce(t.phone, o.phone, d.phone, '') as phone from account a"
        " left join terminal t on t.account = a.id left join outlet o on o.account = a.id"
        f" left join dealer d on d.account = a.id where a.id in ({marks}) and {seen.sql}",
        *(*ids, *seen.args),
    )
    visits, sighted = await _last_visits(viewer, ids), await list_seen(viewer, ids)
    promised = await list_promises_of(viewer, ids, "open", most=PROMISES_SHOWN)
    for row in rows:
        row["visits"] = visits.get(row["id"], [])
        row["seen"] = str(sighted[row["id"]][0]) if row["id"] in sighted else None
        if row["id"] in promised:
            row["promises"] = [_promise(viewer, promise) for promise in promised[row["id"]]]
    order = {number: place for place, number in enumerate(ids)}
    return sorted(rows, key=lambda row: order[row["id"]])


async def _last_visits(viewer: Viewer, ids: Sequence[int]) -> dict[int, list[Row]]:
    seen = visible_visits(viewer, "v", "a", VISIT)
    marks = ", ".join("{}" for _ in ids)
    rows = await fetch(
        "select n.account, n.visited_on, n.outcome, n.cases, n.note, n.owner from (select v.account,"
        f" v.visited_on, v.outcome, v.cases, substr(v.note, 1, {_NOTE_SHOWN}) as note, v.owner,"
        " row_number() over (partition by v.account order by v.visited_on desc, v.id desc) as nth"
        " from visit v join account a on a.id = v.account"
        f" where v.account in ({marks}) and v.cancelled_at is null and {seen.sql}) n"
        f" where n.nth <= {VISITS_SHOWN} order by n.account, n.nth",
        *(*ids, *seen.args),
    )
    found: dict[int, list[Row]] = {}
    for row in rows:
        hidden = viewer.is_dealer_side and row["owner"] == "manufacturer"
        found.setdefault(row["account"], []).append(
            {
                "on": str(as_date(row["visited_on"])),
                "outcome": row["outcome"],
                "cases": row["cases"],
                "note": "" if hidden else row["note"],
            }
        )
    return found


def _promise(viewer: Viewer, row: Row) -> Row:
    """Return an open promise as a phone shows it, its side seen from who carries the phone."""
    turned = viewer.is_dealer_side and row["owner"] == "manufacturer"
    side = {"ours": "theirs", "theirs": "ours"}[row["side"]] if turned else row["side"]
    return {"text": row["text"], "due": str(as_date(row["due_on"])), "side": side}


async def find_ids(viewer: Viewer, text: str) -> list[int]:
    """Return accounts the viewer may visit whose name or code holds a text, at most ``FOUND_MOST``."""
    seen = visitable_accounts(viewer, "a", VISIT)
    named = _matching(text)
    rows = await fetch(
        f"select a.id from account a where {named.sql} and {seen.sql} order by a.name, a.id"
        f" limit {FOUND_MOST}",
        *(*named.args, *seen.args),
    )
    return [row["id"] for row in rows]


async def list_similar(
    viewer: Viewer, name: str, phone: str, address: str, place: tuple[int, int] | None
) -> list[Row]:
    """Return accounts that may be the one about to be added: same name, telephone, address or place.

    Args:
        viewer: Who asks; hidden accounts are no hint.
        name: Name as typed; accounts whose name holds all its words count.
        phone: Telephone as stored, or empty.
        address: Address as typed, or empty.
        place: Micro-degrees; accounts within about 100 metres count.

    Returns:
        Rows with ``id, name, code, kind, address, phone``, at most ``SIMILAR_MOST``.
    """
    parts = [_matching(name)] if name else []
    if phone:
        parts.append(Condition("(t.phone = {} or o.phone = {})", (phone, phone)))
    if address:
        parts.append(Condition("(t.address = {} or o.address = {})", (address, address)))
    if place:
        near = "t.latitude_micro between {} and {} and t.longitude_micro between {} and {}"
        edges = [edge for micro in place for edge in (micro - _NEAR_MICRO, micro + _NEAR_MICRO)]
        parts.append(Condition(f"({near})", tuple(edges)))
    if not parts:
        return []
    seen = visible_accounts(viewer, "a") & living(viewer, "a")
    return await fetch(
        "select a.id, a.name, a.code, a.kind, coalesce(t.address, o.address, '') as address,"
        " coalesce(t.phone, o.phone, '') as phone from account a left join terminal t on t.account = a.id"
        " left join outlet o on o.account = a.id where a.kind in ('terminal', 'outlet')"
        f" and ({' or '.join(part.sql for part in parts)}) and {seen.sql}"
        f" order by a.name, a.id limit {SIMILAR_MOST}",
        *(value for part in parts for value in part.args),
        *seen.args,
    )


async def list_dealers(viewer: Viewer) -> list[Row]:
    """Return dealers to whom the viewer may add an outlet or retail point, by name: ``code, name``."""
    seen = in_scope(viewer, "a", policy=EDIT)
    opened = ALWAYS if viewer.is_dealer_side else Condition(open_to_manufacturer("a"))
    where = seen & opened
    return await fetch(
        f"select a.code, a.name from account a where a.kind = '{Kind.DEALER.value}' and {where.sql}"
        f" and a.state <> 'closed' and a.merged_into is null order by a.name, a.id limit {DEALERS_MOST}",
        *where.args,
    )


def _matching(text: str) -> Condition:
    found = [matching(kind, text, "a.id") for kind in _KINDS]
    either = " or ".join(f"({sql})" for sql, _ in found)
    return Condition(f"({either})", tuple(value for _, args in found for value in args))
