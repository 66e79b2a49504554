"""Score sheets: bands nobody reaches, better numbers that cost points, grades nobody can earn."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rules.canonical import points_text
from rules.decisions.model import Rule, RuleSet
from rules.verify.boxes import Budget, TooLargeError
from rules.verify.findings import Finding, Witness, facts_text, filled
from rules.verify.monotone import Directions, directions, steepest
from rules.verify.sheet import Sheet
from rules.verify.tables import Table, limited, table_findings, too_large
from rules.verify.tally import DropSearch, Group
from rules.verify.texts import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.decisions.model import FactInput
    from rules.kpis import Better
    from rules.rulebook import Rulebook
    from rules.terms import Line
    from rules.verify.tally import Drop


def sheet_findings(book: Rulebook, better: Directions) -> Iterator[Finding]:
    """Check every line as a first-hit table, then the sheet; RulebookError when it has problems."""
    book.require_sound()
    try:
        sheet = Sheet(book, Budget())
    except TooLargeError:
        yield too_large("unreachable")
        return
    for line in book.lines:
        yield from _bands(sheet, line)
    names = {name: source.kpi for name, source in book.inputs.items() if source.curve is None}
    for name, direction in directions(names, better).items():
        yield from limited("monotone", _falls(sheet, name, direction))
    yield from _unearned_grades(sheet)
    yield from limited("monotone", _arriving_value(sheet))


def _bands(sheet: Sheet, line: Line) -> Iterator[Finding]:
    rules = tuple(
        Rule(band.id, line.label, clause, ())
        for band, clause in zip(line.bands, sheet.clauses[line.id], strict=True)
    )
    if rules:
        variables = sheet.variables_of(line, sheet.clauses[line.id])
        # What no band covers scores 0, so holes are no problem; an order of rows is all a line asks for.
        table = Table.of(RuleSet(variables, (*rules, Rule("", line.label, None, ())), "first"), Budget())
        yield from (finding for finding in table_findings(table) if finding.kind != "unused_else")


def _falls(sheet: Sheet, name: str, direction: Better) -> Iterator[Finding]:
    """Report a fall of the total, or the falls of lines that other lines make up for."""
    label = sheet.book.inputs[name].label
    fallen = [found for line in sheet.book.lines if (found := _line_fall(sheet, line, name, direction))]
    if not fallen:
        return
    rules = tuple(line.id for line, _, _ in fallen)
    for pair in (_whole(sheet, name, direction), *(pair for _, pair, _ in fallen)):
        if pair is None:
            continue
        before, after = (sheet.total(witness.facts) for witness in pair)
        if after < before:
            texts = {"before": points_text(before), "after": points_text(after)}
            text = filled(MESSAGES["points_fall"], input=label, **texts)
            yield Finding("block", "points_fall", rules, text, pair, (name,))
            return
    for line, pair, points in fallen:
        texts = {"before": points_text(points[0]), "after": points_text(points[1])}
        text = filled(MESSAGES["line_falls"], line=line.label, input=label, **texts)
        yield Finding("warn", "line_falls", (line.id,), text, pair, (name,))


Fall = tuple["Line", tuple[Witness, Witness], tuple[int, int]]


def _line_fall(sheet: Sheet, line: Line, name: str, direction: Better) -> Fall | None:
    if line.curve:
        return _curve_fall(sheet, line, name, direction)
    inside = sheet.all_present if name == line.input else sheet.space.full
    found = steepest(sheet.space, [sheet.groups[line.id]], name, direction, inside, Budget())
    if found is None:
        return None
    drop, before, after = found
    return line, (before, after), (drop.before, drop.after)


def _curve_fall(sheet: Sheet, line: Line, name: str, direction: Better) -> Fall | None:
    """Compare neighbouring points of a curve: between them it goes one way."""
    curve = sheet.book.inputs[line.curve].curve
    if curve is None or curve.input != name:
        return None
    points = curve.points if direction == "higher" else curve.points[::-1]
    steps = [(one, other) for one, other in pairwise(points) if other[1] < one[1]]
    if not steps:
        return None
    step = max(steps, key=lambda pair: pair[0][1] - pair[1][1])
    before, after = (sheet.space.witness(sheet.all_present, **{name: value}) for value, _ in step)
    return line, (before, after), (sheet.milli(line, step[0][1]), sheet.milli(line, step[1][1]))


def _whole(sheet: Sheet, name: str, direction: Better) -> tuple[Witness, Witness] | None:
    groups = [group for line, group in sheet.groups.items() if line not in sheet.curved]
    found = steepest(sheet.space, groups, name, direction, sheet.all_present, Budget())
    return found and found[1:]


def _unearned_grades(sheet: Sheet) -> Iterator[Finding]:
    """Report grades between whose edges no sum of the lines' points lies, every value being present."""
    book = sheet.book
    if sheet.curved:
        return
    quantum = book.points_quantum_milli
    sums = 1
    for line in book.lines:
        sums = _sums(sums, {value // quantum for value in sheet.groups[line.id].values})
    above = sums.bit_length()
    for step in book.grades:
        edge = -(-step.from_milli // quantum)
        if not sums >> edge & (1 << max(above - edge, 0)) - 1:
            text = filled(MESSAGES["grade_unreachable"], grade=step.grade)
            yield Finding("warn", "grade_unreachable", (), text)
        above = edge


def _sums(reached: int, values: set[int]) -> int:
    """Add one of some values to sums, each sum being one bit."""
    found = 0
    for value in values:
        found |= reached << value
    return found


def _arriving_value(sheet: Sheet) -> Iterator[Finding]:
    """Report the missing value whose arrival costs most; every sheet that re-spreads weights has one."""
    costs = []
    for line in sheet.book.lines:
        if not line.informative and sheet.may_be_missing(line):
            facts = _others_at_their_best(sheet, line)
            before = {**facts, line.input: None}
            costs.append((sheet.total(before) - sheet.total(facts), line, before, facts))
    if not costs:
        return
    cost, line, before, after = max(costs, key=lambda found: found[0])
    if cost > 0:
        texts = {"before": points_text(sheet.total(before)), "after": points_text(sheet.total(after))}
        text = filled(MESSAGES["value_arrives"], line=line.label, **texts)
        pair = (_witness(sheet, before), _witness(sheet, after))
        yield Finding("info", "value_arrives", (line.id,), text, pair, (line.input,))


def _others_at_their_best(sheet: Sheet, line: Line) -> dict[str, FactInput]:
    """Return facts at which a line gives its least and the others, given that, their most."""
    budget = Budget()
    least = _extreme(sheet, [line], sheet.all_present, budget, most=False)
    others = [other for other in sheet.book.lines if other is not line and not other.informative]
    best = _extreme(sheet, others, least.box if least else sheet.all_present, budget, most=True)
    return sheet.space.facts(best.box if best else sheet.all_present)


def _extreme(sheet: Sheet, lines: list[Line], inside: int, budget: Budget, *, most: bool) -> Drop | None:
    """Return where lines give their most or least together; None when that is nothing or everything."""
    groups = [sheet.groups[line.id] for line in lines]
    levels = [Group((), 0 if most else line.weight_milli) for line in lines]
    return DropSearch(sheet.space, *((groups, levels) if most else (levels, groups)), budget).run(inside)


def _witness(sheet: Sheet, facts: dict[str, FactInput]) -> Witness:
    shown = {line.input: sheet.variables[line.input] for line in sheet.book.lines if not line.informative}
    return Witness(facts, facts_text(shown.values(), facts))
