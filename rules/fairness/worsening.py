"""Terms that get worse for somebody, compared subject by subject, while other terms are promised."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.canonical import points_text
from rules.fairness.case import Case, Found, Period
from rules.fairness.payouts import KINDS, NEUTRAL, measures
from rules.kpis import Text
from rules.reading import GRADE_NAMES
from rules.verify.boxes import Budget, Space
from rules.verify.findings import Witness, filled
from rules.verify.monotone import grade_groups, point_groups
from rules.verify.tables import Table, clauses_of
from rules.verify.tally import DropSearch, Group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rules.decisions.model import Variable
    from rules.fairness.material import Material
    from rules.fairness.packs import Article, Pack
    from rules.terms import Clause

INPUTS: Text = MappingProxyType({"ko": "입력 정의", "en": "definition of an input"})
POINTS: Text = MappingProxyType({"ko": "점수", "en": "points"})
RANK: Text = MappingProxyType({"ko": "등급", "en": "grade"})
EDGE: Text = MappingProxyType({"ko": "{grade} 등급 기준 점수", "en": "points for grade {grade}"})


@dataclass(frozen=True, slots=True)
class Worse:
    """One respect in which somebody gets less: what, how much before and after, and who."""

    what: Text
    before: str
    after: str
    witness: tuple[Witness, ...] = ()


def worsened(case: Case, _: Article) -> Iterator[Found]:
    """Find what gets worse for any subject when a version begins inside a period promised other terms."""
    term = _broken_term(case)
    if term is None or case.base is None:
        return
    for worse in _comparison(case.base, case.book, case.pack):
        days = {"first": case.book.first_on, "from": term.first_on, "until": term.last_on}
        words = {name: str(day) for name, day in days.items()}
        values: dict[str, str | Text] = {
            **words,
            "what": worse.what,
            "before": worse.before,
            "after": worse.after,
        }
        yield Found((), (), worse.witness, values)


def _broken_term(case: Case) -> Period | None:
    """Return the running period a first day lies in: the one given, or the term the base itself declares."""
    first, base = case.book.first_on, case.base
    terms = [case.period] if case.period else []
    if base and base.first_on and base.until_on:
        terms.append(Period(base.first_on, base.until_on))
    inside = (term for term in terms if first and term.first_on < first <= term.last_on)
    return next(inside, None)


def _comparison(old: Material, new: Material, pack: Pack) -> Iterator[Worse]:
    for grade, edge in old.edges.items():
        after = new.edges.get(grade)
        if after is None or after > edge:
            later = "—" if after is None else points_text(after)
            yield Worse(filled(EDGE, grade=grade), points_text(edge), later)
    variables, strange = _joint_variables(old, new)
    if strange:
        yield Worse(INPUTS, ", ".join(strange), ", ".join(strange))
        return
    space = Space(variables, [clause for table in (*old.tables, *new.tables) for clause in _clauses(table)])
    before, after_tables = ([_within(space, table) for table in book.tables] for book in (old, new))
    for what, one, other in _measured(before, after_tables, pack):
        drop = DropSearch(space, *_aligned(one, other), Budget()).run(space.full)
        if drop is not None:
            texts = [_number(what, number, milli=bool(old.edges)) for number in (drop.before, drop.after)]
            yield Worse(what, texts[0], texts[1], (space.witness(drop.box),))


def _clauses(table: Table) -> list[Clause]:
    return clauses_of(table.ruleset)


def _within(space: Space, table: Table) -> Table:
    return Table.within(space, table.ruleset, Budget())


def _joint_variables(old: Material, new: Material) -> tuple[dict[str, Variable], list[str]]:
    """Return the variables of both versions with the wider range, and those that mean something else now."""
    joint: dict[str, Variable] = {}
    strange: dict[str, None] = {}
    for table in (*old.tables, *new.tables):
        for name, variable in table.ruleset.variables.items():
            known = joint.get(name, variable)
            if (known.kind, known.scale) != (variable.kind, variable.scale):
                strange[name] = None
            joint[name] = _wider(known, variable)
    return joint, list(strange)


def _wider(one: Variable, other: Variable) -> Variable:
    return replace(
        one,
        lowest=min(one.lowest, other.lowest),
        highest=max(one.highest, other.highest),
        options=tuple(dict.fromkeys((*one.options, *other.options))),
        missing="no_match" if "no_match" in (one.missing, other.missing) else one.missing,
    )


Pair = tuple["Text", list[Group], list[Group]]


def _measured(old: list[Table], new: list[Table], pack: Pack) -> Iterator[Pair]:
    """Yield every number both versions make, and every one that only one of them makes."""
    yield POINTS, _all(point_groups, old), _all(point_groups, new)
    if _all(grade_groups, old) and _all(grade_groups, new):
        yield RANK, _all(grade_groups, old), _all(grade_groups, new)
    for what, base in NEUTRAL.items():
        found = [
            [measure.groups for table in tables for measure in measures(table, pack) if measure.kind == what]
            for tables in (old, new)
        ]
        if any(found):
            one, other = (
                [group for groups in side for group in groups] or [Group((), base)] for side in found
            )
            yield KINDS[what], one, other


def _all(groups_of: Callable[[Table], list[Group]], tables: list[Table]) -> list[Group]:
    return [group for table in tables for group in groups_of(table)]


def _aligned(one: list[Group], other: list[Group]) -> tuple[list[Group], list[Group]]:
    """Leave out what both have, and fill the shorter list with nothing."""
    mine = [group for group in one if group not in other]
    theirs = [group for group in other if group not in one]
    size = max(len(mine), len(theirs))
    nothing = Group((), 0)
    return mine + [nothing] * (size - len(mine)), theirs + [nothing] * (size - len(theirs))


def _number(what: Text, number: int, *, milli: bool) -> str:
    if what is RANK:
        return GRADE_NAMES[-number]
    return points_text(number) if milli and what is POINTS else f"{number:,}".replace("-", "−")
