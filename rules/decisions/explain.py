"""An outcome in words: which rules fired, and for each condition the value it met and whether it held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules.decisions.facts import checked
from rules.decisions.matching import matcher
from rules.decisions.words import JOINTS, action_text, condition_text, fact_text
from rules.terms import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.decisions.book import DecisionBook
    from rules.decisions.model import FactInput, Rule
    from rules.decisions.outcomes import DecisionOutcome
    from rules.kpis import Locale, Text
    from rules.terms import Clause

HELD: Text = {"ko": "직접 검토: 값이 없는 항목 {}", "en": "Held for review: no value for {}"}
NO_RULE: Text = {"ko": "해당하는 규칙이 없습니다.", "en": "No rule applies."}
OTHERWISE: Text = {"ko": "다른 규칙이 해당하지 않을 때", "en": "When no other rule applies"}


@dataclass(frozen=True, slots=True)
class ExplainedClause:
    """A condition or a group of them in words.

    Attributes:
        text: What is asked.
        value: What was found; empty for a group.
        held: Whether it held.
        missing: Whether there was nothing to compare.
        members: Conditions of a group; empty for a comparison.
    """

    text: str
    value: str
    held: bool
    missing: bool = False
    members: tuple[ExplainedClause, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """A rule in words.

    Attributes:
        id: Rule of the book.
        label: Name of the rule.
        fired: Whether it is among the rules that fired.
        decisive: Whether it made the result.
        gives: What it gives, a sentence part per action.
        when: Its conditions with what they met.
    """

    id: str
    label: str
    fired: bool
    decisive: bool
    gives: tuple[str, ...]
    when: ExplainedClause


@dataclass(frozen=True, slots=True)
class ExplainedDecision:
    """An outcome in words: what it gives, a note when it gives nothing, and every rule in book order."""

    gives: tuple[str, ...]
    note: str
    rules: tuple[ExplainedRule, ...]


def explain_decision(
    outcome: DecisionOutcome, facts: Mapping[str, FactInput], book: DecisionBook, locale: Locale
) -> ExplainedDecision:
    """Say an outcome in words.

    Args:
        outcome: What the book decided on these facts.
        facts: Quantised values by input; None or absent is missing.
        book: The version that decided.
        locale: ``ko`` or ``en``.
    """
    words = _Words(book, facts, locale)
    return ExplainedDecision(
        gives=tuple(action_text(action, locale) for action in outcome.actions),
        note=words.note(outcome),
        rules=tuple(words.rule(rule, outcome) for rule in book.ruleset.rules),
    )


class _Words:
    """One book about one subject in one language."""

    def __init__(self, book: DecisionBook, facts: Mapping[str, FactInput], locale: Locale) -> None:
        self.book = book
        self.facts = checked(book.ruleset, facts)
        self.locale = locale

    def note(self, outcome: DecisionOutcome) -> str:
        """Why nothing was decided; empty when something was."""
        if outcome.held:
            variables = self.book.ruleset.variables
            names = ", ".join(variables[name].label[self.locale] for name in outcome.held_inputs)
            return HELD[self.locale].format(names)
        return "" if outcome.fired else NO_RULE[self.locale]

    def rule(self, rule: Rule, outcome: DecisionOutcome) -> ExplainedRule:
        """One rule and what its conditions met."""
        fired = rule.id in outcome.fired
        when = (
            ExplainedClause(OTHERWISE[self.locale], "", fired)
            if rule.when is None
            else self.clause(rule.when)
        )
        return ExplainedRule(
            id=rule.id,
            label=rule.label[self.locale],
            fired=fired,
            decisive=rule.id in outcome.hits,
            gives=tuple(action_text(action, self.locale) for action in rule.then),
            when=when,
        )

    def clause(self, clause: Clause) -> ExplainedClause:
        """One clause and what it met."""
        if not isinstance(clause, Condition):
            members = tuple(self.clause(member) for member in clause.members)
            together = all if clause.mode == "all" else any
            held = together(member.held for member in members)
            return ExplainedClause(JOINTS[clause.mode][self.locale], "", held, members=members)
        variable = self.book.ruleset.variables[clause.name]
        value: Any = self.facts[clause.name]
        return ExplainedClause(
            text=condition_text(clause, variable, self.locale),
            value=fact_text(variable, value, self.locale),
            held=value is not None and matcher(clause, variable).holds(value),
            missing=value is None,
        )
