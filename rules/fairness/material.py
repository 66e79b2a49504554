"""A book of any shape as tables whose rows give something, with the days it is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.decisions.actions import action_vocabulary
from rules.decisions.book import DecisionBook
from rules.decisions.model import Action, Rule, RuleSet
from rules.kpis import Text
from rules.rulebook import Rulebook
from rules.verify.boxes import Budget
from rules.verify.findings import NO_TEXT
from rules.verify.sheet import Sheet
from rules.verify.tables import Row, Table

if TYPE_CHECKING:
    from rules.decisions.actions import Effect
    from rules.terms import Clause, Condition, Line

Book = RuleSet | DecisionBook | Rulebook
NO_KPIS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Material:
    """What the linter reads of a book.

    Attributes:
        label: Name of the decision, by locale.
        tables: Its rules as boxes: one table, or one per line of a score sheet.
        kpis: KPI code of the inputs that have one.
        first_on: First day in force; None for a decision without dates.
        edges: Least points in thousandths of each grade of a score sheet.
        until_on: Last day in force, inclusive; None while no end is known.
    """

    label: Text
    tables: tuple[Table, ...]
    kpis: Mapping[str, str]
    first_on: dt.date | None = None
    until_on: dt.date | None = None
    edges: Mapping[str, int] = field(default_factory=dict)


def material(book: Book) -> Material:
    """Read a book; TooLargeError when its clauses need too many boxes, RulebookError when it has problems."""
    if isinstance(book, RuleSet):
        return Material(NO_TEXT, (Table.of(book, Budget()),), NO_KPIS)
    book.require_sound()
    days = (book.effective_from, book.effective_until)
    if isinstance(book, DecisionBook):
        return Material(book.label, (Table.of(book.ruleset, Budget()),), book.kpis, *days)
    sheet = Sheet(book, Budget())
    scored = [line for line in book.lines if not line.informative]
    tables = tuple(Table.of(_line_rules(sheet, line), Budget()) for line in scored)
    kpis = {name: source.kpi for name, source in book.inputs.items() if source.kpi}
    edges = {step.grade: step.from_milli for step in book.grades}
    return Material(book.label, tables, kpis, *days, edges)


def _line_rules(sheet: Sheet, line: Line) -> RuleSet:
    """Return a line as a first-hit table of points in thousandths; a curve by its points."""
    if line.curve:
        rules = [_points(line.id, line, knot, milli) for knot, milli in sheet.knots(line)]
        own: tuple[Condition, ...] = tuple(knot for knot, _ in sheet.knots(line))
        return RuleSet(sheet.variables_of(line, own), tuple(rules), "first")
    bands = zip(line.bands, sheet.clauses[line.id], strict=True)
    rules = [_points(band.id, line, clause, band.points_milli) for band, clause in bands]
    return RuleSet(sheet.variables_of(line, sheet.clauses[line.id]), tuple(rules), "first")


def _points(name: str, line: Line, clause: Clause, milli: int) -> Rule:
    return Rule(name, line.label, clause, (Action("add_points", {"points": milli}),))


def effects_of(row: Row) -> frozenset[Effect]:
    """Return what a row touches; an action that is not in the vocabulary is taken for money."""
    known = action_vocabulary()
    found = (known[action.name].effect if action.name in known else "money" for action in row.rule.then)
    return frozenset(effect for effect in found if effect != "none")


def numbers_of(action: Action) -> list[int]:
    """Return the numbers an action gives; a truth value counts as 1 or 0."""
    return [int(value) for value in action.params.values() if not isinstance(value, str)]


def texts_of(table: Table) -> list[str]:
    """Return every name and label of a table: what people call its inputs, options and rules."""
    variables = table.ruleset.variables.values()
    named = [(one.name, one.unit, *one.label.values(), *one.options, *one.topics) for one in variables]
    rules = [(rule.id, *rule.label.values()) for rule in table.ruleset.rules]
    return list(chain.from_iterable(named + rules))
