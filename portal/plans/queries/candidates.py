"""Everything a plan is made from: people with their days, candidates with class, score and opening days.

What a dealer's own staff wrote down never decides a plan of the manufacturer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch
from portal.network.scope import Condition, in_regions, open_to_manufacturer
from portal.plans.sources import class_source
from rules.planning import Candidate, Place, PlanRequest, Representative, divided
from rules.planning.book import VisitBook, shipped_visit_books, visit_book_in_force
from rules.planning.holidays import shipped_holidays

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from rules.months import Month

Row = dict[str, Any]
EVERY_WEEKDAY = frozenset(range(7))
_OURS = " and v.owner = 'manufacturer'"


@dataclass(frozen=True)
class Material:
    """What a plan is made from, with what its pages show beside it.

    Attributes:
        request: The request as the rules take it; keys are ids as text.
        book: Visit book in force in the month.
        parts: Points of each candidate by part, by key.
        targets: Keys on the target list.
        without_base: People whose days begin in the middle of their accounts, because nobody said where.
    """

    request: PlanRequest
    book: VisitBook
    parts: Mapping[str, Mapping[str, int]]
    targets: frozenset[str]
    without_base: tuple[int, ...]


async def holidays_of(month: Month) -> dict[dt.date, str]:
    """Return the names of the holidays of a month, shipped and entered ones; entered names stand."""
    found = {
        day: names["ko"]
        for day, names in shipped_holidays().items()
        if month.first_on <= day <= month.last_on
    }
    rows = await fetch(
        "select day_on, name from holiday where day_on between {} and {}", month.first_on, month.last_on
    )
    return found | {day: row["name"] for row in rows if (day := as_date(row["day_on"]))}


async def list_people(region_path: str, month: Month) -> list[tuple[int, str]]:
    """Return the representatives who look after dealers of a region in a month: id and name, by name."""
    inside = in_regions((region_path,), "a.region")
    rows = await fetch(
        "select distinct u.id, u.name from representative_assignment ra"
        " join login_user u on u.id = ra.user_id"
        f" join account a on a.id = ra.dealer where u.active and {inside.sql}"
        " and ra.from_on <= {} and (ra.to_on is null or ra.to_on > {}) order by u.name, u.id",
        *(*inside.args, month.last_on, month.first_on),
    )
    return [(row["id"], row["name"]) for row in rows]


async def list_staff(dealer_id: int) -> list[tuple[int, str]]:
    """Return id and name of a dealer's people who can be planned, by name: his staff, or himself without."""
    rows = await fetch(
        "select u.id, u.name, g.role from role_grant g join login_user u on u.id = g.user_id"
        " where g.account_id = {} and g.state = 'active' and u.active"
        " and g.role in ('dealer_owner', 'dealer_staff') order by u.name, u.id",
        dealer_id,
    )
    staff = [row for row in rows if row["role"] == "dealer_staff"]
    return [(row["id"], row["name"]) for row in staff or rows]


async def read_material(region_path: str, month: Month, people: Sequence[int]) -> Material:
    """Read what a region's plan for a month is made from.

    Args:
        region_path: Region whose accounts may be visited.
        month: Month planned.
        people: Representatives who are planned.

    Raises:
        RulebookError: No visit book or no class book is in force.
    """
    marks = ", ".join("{}" for _ in people) or "null"
    person = Condition(
        "(select min(ra.user_id) from representative_assignment ra where ra.dealer = a.dealer"
        f" and ra.user_id in ({marks}) and ra.from_on <= {{}} and (ra.to_on is null or ra.to_on > {{}}))",
        (*people, month.first_on, month.first_on),
    )
    where = in_regions((region_path,), "a.region") & Condition(open_to_manufacturer("a"))
    return await _material(await _accounts(where, person, _OURS), month, people)


async def read_dealer_material(
    dealer_id: int, month: Month, people: Sequence[int], *, proposal: bool
) -> Material:
    """Read what the plan of a dealer's own people for a month is made from; accounts are divided among them.

    Args:
        dealer_id: Whose accounts may be visited.
        month: Month planned.
        people: His people.
        proposal: Whether the manufacturer asks: then only what is open to him is in it. Of the target list
            only what is shared with the dealer counts, and classes decide frequencies but are not named.

    Raises:
        RulebookError: No visit book or no class book is in force.
    """
    where = Condition("a.dealer = {}", (dealer_id,))
    if proposal:
        where = where & Condition(open_to_manufacturer("a"))
    seen = _OURS if proposal else ""
    rows = await _accounts(where, Condition("null"), seen, targets=" and x.shared_at is not null")
    found = await _material(rows, month, ())
    shared = divided(found.request.candidates, [str(person) for person in people])
    candidates = tuple(
        replace(one, representative=shared.get(one.key, ""), class_code="")
        for one in found.request.candidates
    )
    representatives, without = await _representatives(people, month, candidates)
    request = replace(found.request, representatives=representatives, candidates=candidates)
    return replace(found, request=request, without_base=without)


async def _material(rows: Sequence[Row], month: Month, people: Sequence[int]) -> Material:
    book = visit_book_in_force(shipped_visit_books(), month)
    source = class_source()
    classes = await source.classes_of([row["id"] for row in rows], month.shift(-1))
    by_class = await source.visits_by_class(month)
    parts = {str(row["id"]): _points(book, row, classes.get(row["id"], ""), month) for row in rows}
    candidates = tuple(_candidate(book, row, classes.get(row["id"], ""), by_class, parts) for row in rows)
    representatives, without = await _representatives(people, month, candidates)
    request = PlanRequest(month, book.settings, await holidays_of(month), representatives, candidates)
    targets = frozenset(str(row["id"]) for row in rows if row["target"] is not None)
    return Material(request, book, parts, targets, without)


async def _accounts(where: Condition, person: Condition, seen: str, targets: str = "") -> list[Row]:
    """Return outlets and retail points that may be visited, each with its person.

    Args:
        where: Which; over ``a``.
        person: SQL of who is responsible.
        seen: Which visits tell when it was seen; over ``v``, empty for all.
        targets: Which entries of the target list count; over ``x``, empty for all.
    """
    return await fetch(
        "select a.id, a.kind, coalesce(t.latitude_micro, p.latitude_micro) as latitude_micro,"
        " coalesce(t.longitude_micro, p.longitude_micro) as longitude_micro, o.weekdays, x.id as target,"
        f" x.competitor_share_bp, {person.sql} as person,"
        " (select max(v.visited_on) from visit v where v.account = a.id"
        f" and v.cancelled_at is null{seen}) as seen_on from account a"
        " left join terminal t on t.account = a.id left join outlet p on p.account = a.id"
        " left join opening_days o on o.account = a.id"
        f" left join target_account x on x.account = a.id and x.removed_at is null{targets}"
        " where a.kind in ('outlet', 'terminal') and a.merged_into is null and a.state <> 'closed'"
        f" and {where.sql} order by a.id",
        *(*person.args, *where.args),
    )


def _points(book: VisitBook, row: Row, class_code: str, month: Month) -> Mapping[str, int]:
    seen = as_date(row["seen_on"])
    return book.score.parts(
        class_code,
        target=row["target"] is not None,
        competitor_bp=row["competitor_share_bp"],
        unseen_days=(month.first_on - seen).days if seen else None,
    )


def _candidate(
    book: VisitBook,
    row: Row,
    class_code: str,
    by_class: Mapping[str, int],
    parts: Mapping[str, Mapping[str, int]],
) -> Candidate:
    key, target = str(row["id"]), row["target"] is not None
    latitude, longitude, weekdays = row["latitude_micro"], row["longitude_micro"], row["weekdays"]
    return Candidate(
        key=key,
        representative="" if row["person"] is None else str(row["person"]),
        place=None if latitude is None or longitude is None else Place(latitude, longitude),
        visits=book.visits_of(class_code, by_class, target=target),
        visit_minutes=book.visit_minutes[row["kind"]],
        score=sum(parts[key].values()),
        class_code=class_code,
        open_weekdays=EVERY_WEEKDAY if weekdays is None else _weekdays(weekdays),
    )


def _weekdays(bits: int) -> frozenset[int]:
    return frozenset(day for day in range(7) if bits >> day & 1)


async def _representatives(
    people: Sequence[int], month: Month, candidates: Sequence[Candidate]
) -> tuple[tuple[Representative, ...], tuple[int, ...]]:
    """Return the people with start and days away; who has no start begins in the middle of his accounts."""
    marks = ", ".join("{}" for _ in people) or "null"
    bases = {
        row["user_id"]: row
        for row in await fetch(f"select * from visit_base where user_id in ({marks})", *people)
    }
    away: dict[int, set[dt.date]] = {}
    for row in await fetch(
        f"select user_id, day_on from day_away where user_id in ({marks}) and day_on between {{}} and {{}}",
        *(*people, month.first_on, month.last_on),
    ):
        if day := as_date(row["day_on"]):
            away.setdefault(row["user_id"], set()).add(day)
    found, without = [], []
    for person in people:
        base = bases.get(person)
        start = (
            Place(base["latitude_micro"], base["longitude_micro"]) if base else _middle(person, candidates)
        )
        if base is None:
            without.append(person)
        if start is not None:
            minutes = base["day_minutes"] if base else None
            found.append(Representative(str(person), start, frozenset(away.get(person, ())), minutes))
    return tuple(found), tuple(without)


def _middle(person: int, candidates: Sequence[Candidate]) -> Place | None:
    """Return the middle of a person's candidates, each coordinate for itself; None without any."""
    places = [one.place for one in candidates if one.place and one.representative == str(person)]
    if not places:
        return None
    middle = len(places) // 2
    return Place(
        sorted(place.latitude_micro for place in places)[middle],
        sorted(place.longitude_micro for place in places)[middle],
    )
