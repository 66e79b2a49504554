"""Who is invited: by a dated, approved rule with its reason, or by hand with one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, fetch_one, insert_rows
from portal.errors import Conflict, Invalid, NotFound
from portal.network.scope import in_scope
from portal.occasions.facts import dealer_inputs
from portal.occasions.model import REASON_MAX, OccasionState
from portal.occasions.policies import PLAN
from portal.occasions.queries.occasions import get_occasion
from portal.occasions.service.filling import fill_free_seats, lock_occasion
from portal.occasions.service.notices import Notice, announce
from portal.occasions.service.units import own_or_open_unit
from rules.decisions.words import fact_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.access import Viewer
    from portal.occasions.queries.occasions import OccasionRow
    from rules.decisions.book import DecisionBook
    from rules.decisions.evaluation import CompiledDecision
    from rules.kpis import Locale

HELD = "held"
_OPEN = (OccasionState.DRAFT, OccasionState.OPEN, OccasionState.CLOSED)
_COLUMNS = (
    "occasion", "dealer", "is_invited", "seats", "source", "book_sha256", "outcome", "reason",
    "reason_en",
    "invited_by_user_id", "invited_at", "decline_reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a rule says about one dealer.

    Attributes:
        seats: Seats the dealer is entitled to; 0 = not invited.
        outcome: Id of the rule that decided, ``held`` when a person must, empty when none did.
        reason, reason_en: The rule and the dealer's own facts in words.
        kept: The line stands as it is: made by hand, or the dealer has answered.
        before: Seats of the line that stands now; None when there is none.
    """

    dealer_id: int
    dealer_code: str
    dealer_name: str
    region_name: str
    seats: int
    outcome: str
    reason: str
    reason_en: str
    kept: bool
    before: int | None


@dataclass(frozen=True, slots=True)
class Invited:
    """Counts of a run: dealers invited, left out, left to a person, and lines kept as they were."""

    invited: int
    left_out: int
    held: int
    kept: int


async def preview_rule(
    viewer: Viewer, occasion_id: int, book: DecisionBook, as_of: dt.date | None = None
) -> list[Proposed]:
    """Return what a rule would say about every dealer, by region and name; changes nothing.

    Args:
        viewer: Who plans.
        occasion_id: The occasion.
        book: The rule.
        as_of: Day of the decision; what happened on it or later does not count. None = today.

    Raises:
        NotFound: The occasion is not in the viewer's part.
        rules.errors.FactError: The rule asks for something that is not known here and may not be missing.
    """
    occasion = await get_occasion(viewer, occasion_id, PLAN)
    return await _propose(viewer, occasion, book, as_of)


async def invite_by_rule(
    viewer: Viewer, occasion_id: int, book: DecisionBook, as_of: dt.date | None = None
) -> Invited:
    """Write down what a rule says; a run again replaces its own lines only.

    Lines made by hand and those of dealers who signed somebody up or declined stay.

    Args:
        viewer: Who plans.
        occasion_id: The occasion.
        book: The rule.
        as_of: Day of the decision; what happened on it or later does not count. None = today.

    Raises:
        NotFound: The occasion is not in the viewer's part.
        Conflict: It was held or called off.
        rules.errors.FactError: The rule asks for something that is not known here and may not be missing.
    """
    async with own_or_open_unit():
        occasion = await get_occasion(viewer, occasion_id, PLAN)
        row = await lock_occasion(occasion_id)
        if row["state"] not in _OPEN:
            raise Conflict
        found = await _propose(viewer, occasion, book, as_of)
        new = [one for one in found if not one.kept]
        now = dt.datetime.now(dt.UTC)
        await execute(
            "delete from occasion_invitation where occasion = {} and source = 'rule' and declined_at is null"
            " and dealer not in (select dealer from enrollment where occasion = {} and state <> 'cancelled')",
            occasion_id,
            occasion_id,
        )
        await insert_rows(
            "occasion_invitation",
            _COLUMNS,
            [
                (occasion_id, one.dealer_id, one.seats > 0, one.seats, "rule", book.sha256, one.outcome,
                 one.reason, one.reason_en, viewer.user_id, now, "")
                for one in new
            ],
        )  # fmt: skip
        await _told(occasion)
        counts = _counted(found, new)
        by = occasion.signature(viewer, PLAN)
        note = f"{book.decision} {book.version}: {counts.invited} of {len(found)}"
        await record(by, "occasions.invited", Subject.of("occasion", occasion_id), note=note)
    return counts


def _counted(found: list[Proposed], new: list[Proposed]) -> Invited:
    return Invited(
        invited=sum(one.seats > 0 for one in new),
        left_out=sum(one.seats == 0 and one.outcome != HELD for one in new),
        held=sum(one.outcome == HELD for one in new),
        kept=len(found) - len(new),
    )


async def invite_by_hand(viewer: Viewer, occasion_id: int, dealer_id: int, seats: int, reason: str) -> None:
    """Invite a dealer with so many seats, or leave him out with 0, whatever the rule says.

    Raises:
        NotFound: The occasion or the dealer is not in the viewer's part.
        Conflict: The occasion was held or called off.
        Invalid: No reason is given.
    """
    if not reason:
        raise Invalid.of("reason", "Please say why: the dealer will read it.")
    async with own_or_open_unit():
        occasion = await get_occasion(viewer, occasion_id, PLAN)
        row = await lock_occasion(occasion_id)
        if row["state"] not in _OPEN:
            raise Conflict
        seen = in_scope(viewer, "a", policy=PLAN)
        if not await fetch_one(
            f"select a.id from account a where a.id = {{}} and a.kind = 'dealer' and {seen.sql}",  # noqa: S608  from code
            dealer_id,
            *seen.args,
        ):
            raise NotFound
        marks = ", ".join("{}" for _ in _COLUMNS)
        await execute(
            f"insert into occasion_invitation ({', '.join(_COLUMNS)}) values ({marks})"  # noqa: S608  from code
            " on conflict (occasion, dealer) do update set is_invited = excluded.is_invited,"
            " seats = excluded.seats, source = 'hand', book_sha256 = '', outcome = '',"
            " reason = excluded.reason, reason_en = '', invited_by_user_id = excluded.invited_by_user_id,"
            " invited_at = excluded.invited_at",
            *(occasion_id, dealer_id, seats > 0, seats, "hand", "", "", reason[:REASON_MAX], ""),
            *(viewer.user_id, dt.datetime.now(dt.UTC), ""),
        )
        await _told(occasion)
        by = occasion.signature(viewer, PLAN)
        note = f"dealer {dealer_id}, seats {seats}: {reason}"
        await record(by, "occasions.invited", Subject.of("occasion", occasion_id), note=note)


async def _told(occasion: OccasionRow) -> None:
    """Write to those newly invited, and let those move up whose dealers may send more people now."""
    if occasion.state is OccasionState.OPEN:
        await announce(Notice.INVITED, occasion.id)
    if occasion.state is not OccasionState.DRAFT:
        await fill_free_seats(occasion.id)


async def _propose(
    viewer: Viewer, occasion: OccasionRow, book: DecisionBook, as_of: dt.date | None
) -> list[Proposed]:
    path = occasion.region_path or ""
    dealers = await fetch(
        "select a.id, a.code, a.name, coalesce(r.name, '') as region_name, i.source, i.declined_at,"
        " case when i.is_invited then case when i.seats > 0 then i.seats else {} end"
        " when i.id is not null then 0 else null end as seats,"
        " exists (select 1 from enrollment e where e.occasion = {} and e.dealer = a.id"
        " and e.state <> 'cancelled') as comes"
        " from account a left join region r on r.id = a.region"
        " left join occasion_invitation i on i.occasion = {} and i.dealer = a.id"
        " where a.kind = 'dealer' and a.merged_into is null and a.state in ('existing', 'dormant')"
        " and substr(coalesce(r.path, ''), 1, {}) = {} order by region_name, a.name, a.id",
        *(occasion.seats_per_dealer, occasion.id, occasion.id, len(path), path),
    )
    today = dt.datetime.now(ZoneInfo(viewer.zone)).date()
    facts = await dealer_inputs([row["id"] for row in dealers], as_of or today)
    decision = book.compile()
    found = []
    for row in dealers:
        seats, outcome, reason, reason_en = _decided(book, decision, facts[row["id"]])
        kept = row["source"] == "hand" or row["declined_at"] is not None or bool(row["comes"])
        found.append(
            Proposed(
                row["id"], row["code"], row["name"], row["region_name"], seats, outcome, reason,
                reason_en, kept and row["seats"] is not None, row["seats"],
            )
        )  # fmt: skip
    return found


def _decided(
    book: DecisionBook, decision: CompiledDecision, known: Mapping[str, object]
) -> tuple[int, str, str, str]:
    """Return seats, the rule that decided, and the reason in Korean and in English."""
    variables = book.ruleset.variables
    facts = book.facts({name: value for name, value in known.items() if name in variables})
    outcome = decision.evaluate(facts)
    rule = next((one for one in book.ruleset.rules if one.id in outcome.hits), None)

    def said(tongue: Locale) -> str:
        own = ", ".join(
            f"{variable.label[tongue]} {fact_text(variable, facts.get(name), tongue)}"
            for name, variable in variables.items()
        )
        label = rule.label[tongue] if rule and not outcome.held else ""
        return "\n".join(part for part in (label, own) if part)[:REASON_MAX]

    if outcome.held:
        return 0, HELD, said("ko"), said("en")
    seats = outcome.values.get("seats", 0)
    return (seats if isinstance(seats, int) else 0), (rule.id if rule else ""), said("ko"), said("en")
