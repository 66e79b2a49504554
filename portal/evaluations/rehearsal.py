"""Rehearsing a rulebook on the published months: whole, as a step of its life cycle, or one slider at a time.

What months and scores are made of never changes once published, so it is kept in the process by hashes: a
slider then computes on columns that are ready. 24 months of 10,000 dealers are rehearsed in about a second,
which needs no job; the work leaves the event loop to other requests.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from portal.evaluations.decision_rehearsal import compare_decisions
from portal.evaluations.model import SubjectKind
from portal.evaluations.queries.past import find_classes, find_grades, find_regions, list_published
from portal.evaluations.queries.runs import load_contexts, load_snapshot
from portal.portfolio.offered import PortfolioClasses
from rules.decisions.book import DecisionBook
from rules.rulebook import Rulebook
from rules.sheets.cliffs import Cliff, band_cliffs, grade_cliffs
from rules.sheets.edits import Place, with_thresholds
from rules.sheets.history import History
from rules.sheets.payments import Paid, Payments, paid, paid_before
from rules.sheets.scores import Integers, SheetPlan
from rules.sheets.slider import Moved, SheetSlider, Stack
from rules.sheets.tally import Grouping, Tally, compare, owners_of, tally
from rules.simulate import simulate
from rules.terms import conditions_of

if TYPE_CHECKING:
    from portal.evaluations.queries.runs import RunView
    from portal.rulebooks.books import AnyBook
    from rules.simulate import Impact
    from rules.terms import Condition

STACKS = 4
"""Scored versions kept per process: the one in force, a draft, and one or two it is compared with."""
GROUPS = ("region", "class", "grade")


@dataclass(frozen=True, eq=False)
class Past:
    """The published months of one kind of subject, ready to be rehearsed on.

    Attributes:
        kind: Kind of subject.
        key: Identity: hashes of the snapshots and of what subjects brought into the first month.
        history: The months.
        groups: By ``GROUPS``, the group of each subject: code of its region, its account class and its
            grade in the last month.
        region_names: Korean and English name by code.
        groupings: The groups laid out for adding up.
        owners: Whose each row of a stack is.
    """

    kind: SubjectKind
    key: tuple[str, ...]
    history: History
    groups: Mapping[str, Mapping[str, str]]
    region_names: Mapping[str, tuple[str, str]]
    groupings: Mapping[str, Grouping]
    owners: Integers

    @property
    def subjects(self) -> int:
        """Number of different subjects."""
        return len(self.history.subjects)


@dataclass(frozen=True, eq=False)
class Slide:
    """What moved thresholds change, months standing alone.

    Attributes:
        book: The version with the thresholds moved; it may have problems, then nothing else is there.
        cases: Subject-months.
        subjects: Different subjects.
        moves: Subject-months whose points change, by grade before (rows) and after (columns), held last.
        tally: Who is better and worse off.
        cliffs: Grade edges and moved thresholds with who stands close to them.
        paid: What it changes in incentives; None where no programme is given.
    """

    book: Rulebook
    cases: int
    subjects: int
    moves: tuple[tuple[int, ...], ...]
    tally: Tally
    cliffs: tuple[Cliff, ...]
    paid: Paid | None = None


_pasts: dict[SubjectKind, Past] = {}
_stacks: OrderedDict[tuple[tuple[str, ...], str], Stack] = OrderedDict()
_sliders: OrderedDict[tuple[tuple[str, ...], str, Place], SheetSlider] = OrderedDict()
_amounts: OrderedDict[tuple[tuple[str, ...], str], tuple[Payments, Integers, int]] = OrderedDict()


async def load_past(kind: SubjectKind) -> Past:
    """Return the published months, read once until a month is published or classes are computed."""
    runs = await list_published(kind)
    key = tuple(run.snapshot_sha256 for run in runs)
    if runs:
        classes = await PortfolioClasses().newest_run_id(runs[-1].month)
        key += (runs[0].contexts_sha256, f"classes {classes}")
    kept = _pasts.get(kind)
    if kept is None or kept.key != key:
        kept = _pasts[kind] = await _read_past(kind, key, runs)
    return kept


async def _read_past(kind: SubjectKind, key: tuple[str, ...], runs: list[RunView]) -> Past:
    tables = [await load_snapshot(run) for run in runs]
    history = History(tuple(tables), await load_contexts(runs[0]) if runs else {})
    regions, names = await find_regions(kind)
    groups = {
        "region": regions,
        "class": await find_classes(kind, runs[-1].month) if runs else {},
        "grade": await find_grades(runs[-1].id) if runs else {},
    }
    return Past(
        kind=kind,
        key=key,
        history=history,
        groups=groups,
        region_names=names,
        groupings={name: Grouping.by(history.subjects, groups[name]) for name in GROUPS},
        owners=owners_of(history),
    )


async def slide(
    past: Past, book: Rulebook, moved: Mapping[Place, str], payments: Payments | None = None
) -> Slide:
    """Move thresholds of a version over the past.

    Args:
        past: The months.
        book: A sound version of the same kind.
        moved: Thresholds by place; those that stand where they stood change nothing.
        payments: What grades are worth; None leaves money out.

    Raises:
        rules.errors.FactError: An input that must have a value has none.
    """
    return await asyncio.to_thread(_slide, past, book, moved, payments)


def _slide(past: Past, book: Rulebook, moved: Mapping[Place, str], payments: Payments | None) -> Slide:
    candidate = with_thresholds(book, moved)
    if candidate.problems:
        return Slide(candidate, past.history.cases, past.subjects, (), Tally(0, 0, 0, {}), ())
    stack, changed = _stack(past, book), _changed(book, candidate, moved)
    change = _moved(past, stack, candidate, changed)
    money = _paid(past, stack, change, payments) if payments else None
    return Slide(
        candidate,
        past.history.cases,
        past.subjects,
        tuple(tuple(row) for row in change.moves(len(book.grades)).tolist()),
        tally(change, past.owners, past.subjects, past.groupings, money),
        _cliffs(candidate, stack, change, {band for band, _ in changed}),
        money,
    )


def _stack(past: Past, book: Rulebook) -> Stack:
    """Return the past scored by a version, from memory when it was scored before."""
    key = past.key, book.sha256
    if key not in _stacks:
        _stacks[key] = Stack.of(SheetPlan(book), past.history.tables)
    _stacks.move_to_end(key)
    while len(_stacks) > STACKS:
        _stacks.popitem(last=False)
    return _stacks[key]


def _changed(book: Rulebook, candidate: Rulebook, moved: Mapping[Place, str]) -> dict[Place, str]:
    """Return the thresholds that really stand elsewhere, as the books write them."""
    before, after = places_of(book), places_of(candidate)
    return {
        place: after[place].threshold for place in moved if place in before and before[place] != after[place]
    }


def places_of(book: Rulebook) -> dict[Place, Condition]:
    """Return the comparisons of a version's bands by place, in book order."""
    return {
        (band.id, place): condition
        for line in book.lines
        for band in line.bands
        for place, condition in enumerate(conditions_of(band.when))
    }


def _moved(past: Past, stack: Stack, candidate: Rulebook, changed: Mapping[Place, str]) -> Moved:
    """One threshold is moved on the columns that are ready; several are scored anew."""
    if len(changed) == 1:
        ((place, threshold),) = changed.items()
        return _slider(past, stack, place).move(threshold)
    return compare(stack, _stack(past, candidate) if changed else stack)


def _slider(past: Past, stack: Stack, place: Place) -> SheetSlider:
    """Return a threshold laid out for moving, from memory when it was moved before."""
    key = past.key, stack.plan.book.sha256, place
    if key not in _sliders:
        _sliders[key] = SheetSlider(stack, *place)
    _sliders.move_to_end(key)
    while len(_sliders) > STACKS:
        _sliders.popitem(last=False)
    return _sliders[key]


def _paid(past: Past, stack: Stack, change: Moved, payments: Payments) -> Paid:
    """Say what a change is worth, on amounts that are laid out once per version and programme."""
    book = stack.plan.book
    key = past.key, book.sha256
    if key not in _amounts or _amounts[key][0] is not payments:
        rows = payments.rows(book, past.history)
        _amounts[key] = payments, rows, paid_before(rows, stack.grade)
    _amounts.move_to_end(key)
    while len(_amounts) > STACKS:
        _amounts.popitem(last=False)
    _, rows, base_minor = _amounts[key]
    return paid(change, rows, base_minor, past.owners, past.subjects)


def _cliffs(candidate: Rulebook, stack: Stack, change: Moved, bands: set[str]) -> tuple[Cliff, ...]:
    points = stack.points.copy()
    points[change.subjects] += change.points
    return (*grade_cliffs(candidate, [points]), *band_cliffs(candidate, [stack.columns], bands=bands))


async def rehearse(
    past: Past, base: Rulebook, candidate: Rulebook, payments: Payments | None = None
) -> Impact:
    """Compare two versions over the past, with the grades each of them would have kept.

    Args:
        past: The months.
        base: What they are compared with.
        candidate: What might come into force.
        payments: What grades are worth; None leaves money out.

    Raises:
        rules.errors.RulesError: A version has problems, or the facts lack an input that must be there.
    """
    programme = payments.pay if payments else None
    return await asyncio.to_thread(
        simulate, base, candidate, past.history, programme=programme, groups=past.groups
    )


class PublishedMonths:
    """Rehearses proposals on the published months, for ``portal.rulebooks.sources``."""

    async def rehearse(self, candidate: AnyBook, base: AnyBook | None) -> Mapping[str, Any]:
        """Compare a candidate with the version before it, or a first score sheet with itself."""
        past = await load_past(SubjectKind(candidate.subject))
        if isinstance(candidate, DecisionBook):
            before = base if isinstance(base, DecisionBook) else None
            return await asyncio.to_thread(compare_decisions, candidate, before, past.history)
        if isinstance(base, DecisionBook):
            base = None
        return plain(await rehearse(past, base or candidate, candidate))


def plain(impact: Impact) -> dict[str, Any]:
    """Return an impact as JSON keeps it; ``months`` is the number of months."""
    return {
        **asdict(impact),
        "months": len(impact.months),
        "first_month": str(impact.months[0]) if impact.months else "",
        "last_month": str(impact.months[-1]) if impact.months else "",
        "worse_bp": impact.worse_bp,
        "grade_counts": [asdict(count) for count in impact.grade_counts],
    }
