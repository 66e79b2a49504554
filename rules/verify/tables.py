"""Rows of a decision that nobody reaches, that stand in each other's way, or that leave cases out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.decisions.model import FactInput, Rule, RuleSet
from rules.verify.boxes import Budget, Space, TooLargeError
from rules.verify.findings import Finding, Severity, filled
from rules.verify.texts import CHECKS, MESSAGES

if TYPE_CHECKING:
    from rules.terms import Clause

MOST_FINDINGS = 100
"""Findings of one kind that are shown."""
ONE_RESULT = ("unique", "any", "first", "priority")
"""Hit policies that need exactly one result: only for them a case without a row is a hole."""
Check = Callable[["Table"], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Row:
    """One rule as boxes, in the order in which rules win; an else row has none of its own.

    Attributes:
        rule: The rule.
        boxes: Where its clause holds; every box where it always does.
    """

    rule: Rule
    boxes: tuple[int, ...]

    @property
    def otherwise(self) -> bool:
        """Whether it is an else row."""
        return self.rule.when is None


@dataclass(frozen=True, slots=True)
class Table:
    """A decision as rows of boxes.

    Attributes:
        ruleset: The decision.
        space: Its variables as atoms.
        rows: Its rules, the one that wins first; book order for policies without a winner.
    """

    ruleset: RuleSet
    space: Space
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, ruleset: RuleSet, budget: Budget) -> Table:
        """Turn a decision into boxes; TooLargeError when a clause has too many."""
        return cls.within(Space(ruleset.variables, clauses_of(ruleset)), ruleset, budget)

    @classmethod
    def within(cls, space: Space, ruleset: RuleSet, budget: Budget) -> Table:
        """Turn a decision into boxes of a space that knows its variables and clauses; see ``of``."""
        rules = sorted(ruleset.rules, key=lambda rule: rule.when is None)
        if ruleset.hit_policy == "priority":
            rules.sort(key=lambda rule: (rule.when is None, -rule.priority))
        return cls(ruleset, space, tuple(Row(rule, space.boxes(rule.when, budget)) for rule in rules))

    def counted(self, facts: Mapping[str, FactInput]) -> list[Row]:
        """Return the rows that make the result for one subject: the winning one, or all that hold."""
        box = self.space.around(facts)
        held = [row for row in self.rows if any(self.space.some(mine & box) for mine in row.boxes)]
        alone = self.ruleset.hit_policy in ONE_RESULT
        return held[:1] if alone else [row for row in held if not row.otherwise] or held

    def changed(self, before: Mapping[str, FactInput], after: Mapping[str, FactInput]) -> tuple[str, ...]:
        """Return the rules that make the result for one of two subjects and not for the other."""
        one, other = self.counted(before), self.counted(after)
        return tuple(row.rule.id for row in self.rows if (row in one) != (row in other))

    @property
    def closed(self) -> bool:
        """Whether a row covers whatever the others leave."""
        return any(row.otherwise for row in self.rows)


def clauses_of(ruleset: RuleSet) -> list[Clause]:
    """Return the clauses of every rule that has one."""
    return [rule.when for rule in ruleset.rules if rule.when is not None]


def table_findings(table: Table) -> Iterator[Finding]:
    """Run every check the hit policy asks for; a check that grows too large says so and stops."""
    policy = table.ruleset.hit_policy
    checks: list[tuple[str, Check]] = [("unreachable", _unreachable)]
    if policy in ("first", "priority"):
        checks.append(("shadowed", _shadowed))
    if policy in ("unique", "any", "priority"):
        checks.append(("overlapping", _overlapping))
    if policy in ONE_RESULT and not table.closed:
        checks.append(("gap", _gap))
    for name, check in checks:
        yield from limited(name, check(table))


def limited(name: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """Pass findings on, at most 100, and say when a check ended early."""
    shown = 0
    try:
        for finding in findings:
            if shown == MOST_FINDINGS:
                text = filled(MESSAGES["too_many"], count=str(MOST_FINDINGS))
                yield Finding("warn", "too_many", finding.rules, text)
                return
            shown += 1
            yield finding
    except TooLargeError:
        yield too_large(name)


def too_large(name: str) -> Finding:
    """Say that a check was not finished: nothing is proven either way."""
    return Finding("warn", "too_large", (), filled(MESSAGES["too_large"], check=CHECKS[name]))


def _sure(table: Table) -> Severity:
    """A claim that something never happens is no more than a warning where texts were only sampled."""
    return "warn" if table.space.sampled else "block"


def _unreachable(table: Table) -> Iterator[Finding]:
    for row in table.rows:
        if not row.boxes:
            text = filled(MESSAGES["unreachable"], rule=row.rule.id)
            yield Finding(_sure(table), "unreachable", (row.rule.id,), text)


def _shadowed(table: Table) -> Iterator[Finding]:
    budget = Budget()
    cover: list[int] = []
    for row in table.rows:
        hidden = all(table.space.uncovered(box, cover, budget) is None for box in row.boxes)
        if row.boxes and hidden:
            kind = "unused_else" if row.otherwise else "shadowed"
            severity = "info" if row.otherwise else _sure(table)
            yield Finding(severity, kind, (row.rule.id,), filled(MESSAGES[kind], rule=row.rule.id))
        cover += row.boxes


def _overlapping(table: Table) -> Iterator[Finding]:
    budget = Budget()
    rows = [row for row in table.rows if row.boxes and not row.otherwise]
    for number, later in enumerate(rows):
        for earlier in rows[:number]:
            meeting = _meeting(table.space, earlier, later, budget)
            if meeting is None:
                continue
            kind = _conflict(table.ruleset.hit_policy, earlier.rule, later.rule)
            if kind is not None:
                yield _pair(table, kind, (earlier.rule.id, later.rule.id), meeting)


def _conflict(policy: str, earlier: Rule, later: Rule) -> str | None:
    """Return what it would be called if both rules held, None when that is allowed."""
    same = given(earlier) == given(later)
    if policy == "unique":
        return "overlapping" if same else "contradictory"
    if same or (policy == "priority" and earlier.priority != later.priority):
        return None
    return "contradictory" if policy == "any" else "same_priority"


def given(rule: Rule) -> list[tuple[str, list[tuple[str, str | int | bool]]]]:
    """Return what a rule gives in one order, for comparison."""
    return sorted((action.name, sorted(action.params.items())) for action in rule.then)


def _meeting(space: Space, one: Row, other: Row, budget: Budget) -> int | None:
    budget.spend(len(one.boxes) * len(other.boxes))
    pairs = (mine & theirs for mine in one.boxes for theirs in other.boxes)
    return next(filter(space.some, pairs), None)


def _pair(table: Table, kind: str, rules: tuple[str, str], box: int) -> Finding:
    text = filled(MESSAGES[kind], one=rules[0], other=rules[1])
    severity: Severity = "warn" if kind == "same_priority" else "block"
    return Finding(severity, kind, rules, text, (table.space.witness(box),))


def _gap(table: Table) -> Iterator[Finding]:
    """Report a hole among present values; if there is none, holes that a missing value opens."""
    space, budget = table.space, Budget()
    cover = [box for row in table.rows for box in row.boxes]
    hole = space.uncovered(space.present, cover, budget)
    if hole is not None:
        yield _hole(space, "gap", hole)
        return
    found = False
    for only in _one_missing(space):
        hole = space.uncovered(only, cover, budget)
        if hole is not None:
            found = True
            yield _hole(space, "gap_missing", hole)
    hole = None if found else space.uncovered(space.full, cover, budget)
    if hole is not None:
        yield _hole(space, "gap_missing", hole)


def _one_missing(space: Space) -> Iterator[int]:
    """Yield, for each variable that may be missing, the box in which it alone is."""
    for part in space.fields.values():
        missing = part.mask & ~space.present
        if missing:
            yield space.present & ~part.mask | missing


def _hole(space: Space, kind: str, box: int) -> Finding:
    return Finding("block", kind, (), MESSAGES[kind], (space.witness(box),), space.told(box))
