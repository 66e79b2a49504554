"""One subject at full speed: a set of rules becomes one generated Python function.

The source names nothing of the author's: identifiers are counted, thresholds are integers, and texts, options
and names of inputs reach it only through its namespace. A missing number becomes NaN, with which every
comparison is false; a text or a set of options is asked once per distinct value and remembered. Complete
subjects pay nothing for that: None in a comparison is a TypeError, and only then is a subject decided anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, NoReturn, cast

from rules.answers import Answers
from rules.branches import branchings, lines_of
from rules.decisions.matching import UNBOUNDED, Choice, Interval, Truth, matcher
from rules.decisions.model import FactInput, RuleSet
from rules.errors import FactError
from rules.terms import Clause, Condition, conditions_of

Compiled = Callable[[Mapping[str, FactInput]], int]
MISSING_NUMBER = float("nan")


def compile_one(ruleset: RuleSet, *, first: bool = False) -> Compiled:
    """Return a function from the facts of one subject to its fired rules as bits of an integer.

    Bit ``i`` stands for rule ``i``; an ``else`` rule has its bit only when no other has. Facts are quantised,
    as ``FactInput`` says; a name that is not among them counts as missing. The function raises ``FactError``
    when an input declared ``missing: error`` has no value.

    Args:
        ruleset: Rules whose conditions have been checked against their variables.
        first: Stop at the first rule that fires, so that at most one bit is set.
    """
    return _Source(ruleset).function(first=first)


class _Source:
    """Writes the function of a set of rules."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._rules, self._variables = ruleset.rules, ruleset.variables
        clauses = [rule.when for rule in ruleset.rules if rule.when is not None]
        conditions = dict.fromkeys(found for clause in clauses for found in conditions_of(clause))
        self._tests = {found: matcher(found, ruleset.variables[found.name]) for found in conditions}
        used = {found.name for found in conditions}
        self._kinds = {
            name: variable.kind
            for name, variable in ruleset.variables.items()
            if name in used or variable.missing == "error"
        }
        self._required = {name for name in self._kinds if ruleset.variables[name].missing == "error"}
        self._places = {name: place for place, name in enumerate(self._kinds)}
        self._answers: dict[Condition, str] = {}
        self._namespace: dict[str, Any] = {
            "__builtins__": {}, "missing_number": MISSING_NUMBER, "TypeError": TypeError,
        }  # fmt: skip

    def function(self, *, first: bool) -> Compiled:
        """Write, compile and return the function."""
        careful, quick = self._reading(careful=True), self._reading(careful=False)
        deciding = self._deciding(first=first)
        careful, quick = [*careful, *deciding], [*quick, "try:", *_indented(deciding)]
        quick += ["except TypeError:", " return with_missing(facts)"]
        lines = ["def with_missing(facts):", *_indented(careful), "def fired(facts):", *_indented(quick)]
        exec("\n".join(lines), self._namespace)  # noqa: S102  the text is ours: see the module's docstring
        function: Compiled = self._namespace["fired"]
        return function

    def _reading(self, *, careful: bool) -> list[str]:
        if not self._kinds:
            return []
        names = list(self._kinds)
        self._namespace |= {
            "read": _reader(names), "read_slowly": _forgiving(names), "KeyError": KeyError,
            "refuse": _refusal(names),
        }  # fmt: skip
        targets = ", ".join(f"v{place}" for place in range(len(names)))
        lines = ["try:", f" {targets}, = read(facts)"]
        lines += ["except KeyError:", f" {targets}, = read_slowly(facts)"]
        for name, kind in self._kinds.items():
            lines += self._preparing(name, f"v{self._places[name]}", kind, careful=careful)
        return lines

    def _preparing(self, name: str, variable: str, kind: str, *, careful: bool) -> list[str]:
        lines = []
        if name in self._required:
            lines += [f"if {variable} is None:", f" refuse({variable[1:]})"]
        elif kind == "numeric" and careful:
            lines += [f"if {variable} is None:", f" {variable} = missing_number"]
        choices = {test: found for test, found in self._tests.items() if isinstance(found, Choice)}
        mine = [condition for condition in choices if condition.name == name]
        if mine:
            memo = Answers([choices[condition] for condition in mine])
            self._namespace |= {f"known_{variable}": memo.known, f"ask_{variable}": memo.ask}
            self._answers |= {condition: f"{variable}_{place}" for place, condition in enumerate(mine)}
            targets = ", ".join(self._answers[condition] for condition in mine)
            lines += ["try:", f" {targets}, = known_{variable}[{variable}]"]
            lines += ["except KeyError:", f" {targets}, = ask_{variable}({variable})"]
        return lines

    def _deciding(self, *, first: bool) -> list[str]:
        numbered = [(place, rule.when) for place, rule in enumerate(self._rules) if rule.when is not None]
        lines = ["bits = 0"]
        if first:
            lines += [f"if {self._text(clause)}: return 1 << {place}" for place, clause in numbered]
        else:
            grouped, alone = branchings(numbered, self._tests, self._variables)
            for group in grouped:
                lines += lines_of(group, f"v{self._places[group.name]}", self._text)
            lines += [f"if {self._text(clause)}: bits += 1 << {place}" for place, clause in alone]
        has_else = len(numbered) < len(self._rules)
        return [*lines, f"return bits or 1 << {len(numbered)}" if has_else else "return bits"]

    def _text(self, clause: Clause) -> str:
        if isinstance(clause, Condition):
            return self._answers.get(clause) or _comparison(
                cast("Interval | Truth", self._tests[clause]), f"v{self._places[clause.name]}"
            )
        word = " and " if clause.mode == "all" else " or "
        return f"({word.join(self._text(member) for member in clause.members)})"


def _indented(lines: list[str]) -> list[str]:
    return [f" {line}" for line in lines]


def _comparison(test: Interval | Truth, variable: str) -> str:
    if isinstance(test, Truth):
        return variable if test.wanted else f"{variable} is False"
    if test.lowest == test.highest:
        return f"{variable} == {test.lowest}"
    if test.highest == UNBOUNDED:
        return f"{variable} >= {test.lowest}"
    if test.lowest == -UNBOUNDED:
        return f"{variable} <= {test.highest}"
    return f"{test.lowest} <= {variable} <= {test.highest}"


def _reader(names: list[str]) -> Callable[[Mapping[str, FactInput]], tuple[FactInput, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    (name,) = names
    return lambda facts: (facts[name],)


def _forgiving(names: list[str]) -> Callable[[Mapping[str, FactInput]], tuple[FactInput, ...]]:
    return lambda facts: tuple(facts.get(name) for name in names)


def _refusal(names: list[str]) -> Callable[[int], NoReturn]:
    def refuse(place: int) -> NoReturn:
        raise FactError(f"the input {names[place]!r} has no value")

    return refuse
