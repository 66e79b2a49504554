"""What pages of the manufacturer's people show of rebates: words, links and what is open to whom."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from portal.rebates import policies, words
from portal.rebates.model import AppealOutcome, VersionState
from portal.rebates.program_views import locale, words_of
from portal.rebates.queries.versions import list_approved, programs_of
from portal.web import formats
from portal.web.i18n import gettext
from rules.lifecycle import State, may_approve
from rules.rebate import BasisValue, LineAmount, Program, explain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping

    from portal.access import Viewer
    from portal.audit.model import HistoryRow
    from portal.rebates.queries.settlements import Line
    from portal.rebates.queries.versions import Version

View = dict[str, Any]
PATH = "/rebates"
LINES_SHOWN = {
    "more": "Something is posted",
    "less": "Something is taken back",
    "nothing": "Nothing earned",
    "noted": "With a note",
    "missing": "Figures missing",
}
BALANCES_SHOWN = {"owed": "Owed", "negative": "Paid too much", "expected": "Expected"}
WATCH_SORTS = {"reach": "Nearest first", "gain": "Worth most first", "distance": "Least sales first"}
FIXED = frozenset({VersionState.SUBMITTED, VersionState.APPROVED})
WAY = ("draft", "submitted", "scheduled", "active", "superseded")
SECTIONS = (
    ("programs", "Programmes", policies.READ),
    ("settlements", "Settlements", policies.READ),
    ("payouts", "Payouts", policies.READ),
    ("ledger", "Ledger", policies.READ),
    ("watch", "Within reach", policies.READ),
    ("appeals", "Appeals", policies.READ),
)


CHANGED = {
    "amount_minor": "Amount",
    "booked_on": "Accounting month",
    "label": "Version",
    "lines": "Accounts",
    "outcome": "State",
    "preview_until_on": "Let dealers look until",
    "sha256": "Content",
    "content_sha256": "Content",
    "results_sha256": "Content",
}
"""Words for what the history of a record tells; other changes are numbers of records and left out."""


def told(history: Iterable[HistoryRow]) -> list[HistoryRow]:
    """Return a record's history with what changed in words."""
    return [
        replace(
            event,
            changes=tuple(
                (gettext(CHANGED[name]), _told(name, before), _told(name, after))
                for name, before, after in event.changes
                if name in CHANGED
            ),
        )
        for event in history
    ]


def _told(name: str, value: Any) -> Any:
    if name == "amount_minor" and isinstance(value, int):
        return formats.money(value)
    if name == "outcome":
        return gettext(words.OUTCOMES.get(value, value)) if value in list(AppealOutcome) else value
    return value


def sections(current: str) -> list[View]:
    """Return the tabs of the slice, the current one marked."""
    return [
        {"href": f"{PATH}/{name}", "label": gettext(label), "current": name == current}
        for name, label, _ in SECTIONS
    ]


def translated(table: Mapping[Any, str]) -> dict[str, str]:
    """Return a table of words in the current language, by the code's text."""
    return {str(code): gettext(word) for code, word in table.items()}


def version_path(version_id: int, rest: str = "") -> str:
    """Return the address of a version's page or of one of its parts."""
    return f"{PATH}/programs/{version_id}{rest}"


def settlement_path(settlement_id: int, rest: str = "") -> str:
    """Return the address of a settlement's page or of one of its parts."""
    return f"{PATH}/settlements/{settlement_id}{rest}"


def state_view(version: Version) -> View:
    """Return where a version stands as a coloured word."""
    if version.standing is not None:
        code, label = version.standing.value, words.STANDINGS[version.standing]
    else:
        code, label = version.state.value, words.VERSION_STATES[version.state]
    return {"code": code, "label": gettext(label), "tone": words.STATE_TONES[code]}


def version_row(
    version: Version, accepted: Mapping[int, int], dealers: int, names: Mapping[int, str] | None = None
) -> View:
    """Return a version for the list."""
    counts = version.beneficiary == "dealer" and version.state is VersionState.APPROVED
    return {
        "id": version.id,
        "href": version_path(version.id),
        "program": version.program,
        "name": (names or {}).get(version.id, ""),
        "label": version.label,
        "state": state_view(version),
        "from_on": version.term.from_on if version.term else None,
        "until_on": version.term.until_on if version.term else None,
        "announced_on": version.announced_on,
        "accepted": accepted.get(version.id, 0) if counts and not version.is_by_contract else None,
        "by_contract": counts and version.is_by_contract,
        "dealers": dealers,
        "reason": version.reason,
    }


async def names_of_versions(versions: Iterable[Version]) -> dict[int, str]:
    """Return the names of programmes by version in the language of the page; empty where there is none."""
    found = list(versions)
    fixed = await programs_of(version.id for version in found if version.state in FIXED)
    return {
        version.id: (fixed.get(version.id) or Program.load(version.text + "\n")).label.get(locale(), "")
        for version in found
    }


async def names_of_codes(codes: Collection[str], day: dt.date) -> dict[str, str]:
    """Return the names of programmes by code, of the version that begins last; unknown ones are left out."""
    if not codes:
        return {}
    found = [version for version in await list_approved(day) if version.program in codes]
    programs = await programs_of(version.id for version in found)
    return {version.program: programs[version.id].label[locale()] for version in reversed(found)}


async def names_of_operations(rows: Iterable[Mapping[str, Any]]) -> dict[int, tuple[str, str]]:
    """Return the names of programme and line by booking; bookings outside of programmes are left out."""
    found = [row for row in rows if row["version"] is not None]
    programs = await programs_of(row["version"] for row in found)
    names = {}
    for row in found:
        program = programs[row["version"]]
        lines = {part.id: part.label[locale()] for part in program.components}
        names[row["id"]] = program.label[locale()], lines.get(row["component"], row["component"])
    return names


def way_view(version: Version) -> list[View]:
    """Return the steps of a version's way: done, current or ahead; none for one that left it."""
    code = state_view(version)["code"]
    if code not in WAY:
        return []
    labels = {
        "draft": words.VERSION_STATES[VersionState.DRAFT],
        "submitted": words.VERSION_STATES[VersionState.SUBMITTED],
        "scheduled": words.STANDINGS[State.SCHEDULED],
        "active": words.STANDINGS[State.ACTIVE],
        "superseded": words.STANDINGS[State.SUPERSEDED],
    }
    reached = WAY.index(code)
    return [
        {"label": gettext(labels[each]), "done": place < reached, "current": place == reached}
        for place, each in enumerate(WAY)
    ]


def version_steps(viewer: Viewer, version: Version, today: dt.date, *, ok: bool) -> dict[str, bool]:
    """Return which steps are open to the viewer."""
    draft = version.state is VersionState.DRAFT
    submitted = version.state is VersionState.SUBMITTED
    author = viewer.allowed(policies.AUTHOR)
    decides = viewer.allowed(policies.APPROVE) and may_approve(version.author_ids, viewer.people)
    ahead = version.state is VersionState.APPROVED and version.term is not None
    ahead = ahead and version.term.from_on > today  # type: ignore[union-attr]  # checked in the line above
    return {
        "edit": author and draft,
        "submit": author and draft and ok,
        "approve": submitted and decides,
        "own_work": submitted and viewer.allowed(policies.APPROVE) and not decides,
        "cancel": author and (draft or submitted or ahead),
        "copy": author and bool(version.text),
        "remind": author and ahead and version.beneficiary == "dealer" and not version.is_by_contract,
        "settle": viewer.allowed(policies.SETTLE) and version.state is VersionState.APPROVED,
    }


def line_words(program: Program, row: Mapping[str, Any]) -> str:
    """Return a stored line as a sum worked out in words."""
    table = row["tier_table"] or None
    component = program.component(row["component"]).using(table)
    months = row["months_with_orders"]
    value = BasisValue(row["basis"], row["compare"], months, missing=bool(row["is_missing"]))
    tier = None if row["tier"] is None else component.tiers[row["tier"]]
    exact = Fraction(int(row["exact_numerator"]), int(row["exact_denominator"]))
    notes: Any = tuple(row["notes"].split())
    line = LineAmount(row["component"], value, tier, exact, row["amount_minor"], notes, table)
    return words_of(explain(line, program, locale()), program)


def stored_line_words(program: Program, line: Line) -> str:
    """Return a stored line, read as a value, as a sum worked out in words."""
    component = program.component(line.component).using(line.tier_table)
    value = BasisValue(line.basis, line.compare, line.months_with_orders, missing=line.is_missing)
    tier = None if line.tier is None else component.tiers[line.tier]
    notes: Any = line.notes
    amount = LineAmount(
        line.component, value, tier, line.exact, line.amount_minor, notes, line.tier_table or None
    )
    return words_of(explain(amount, program, locale()), program)
