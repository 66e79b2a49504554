"""A trip's criteria in words, and how one dealer stands against each of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.trips.queries.criteria import book_of
from portal.occasions.facts import dealer_inputs
from rules.decisions.changes import clause_words
from rules.decisions.explain import OTHERWISE, ExplainedRule, explain_decision
from rules.decisions.words import action_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from campaigns.trips.queries.fairness import CriterionLine
    from campaigns.trips.queries.trips import Criteria
    from rules.decisions.book import DecisionBook
    from rules.kpis import Locale


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule as its book says it: what it is called, what it asks for, what it gives."""

    id: str
    label: str
    when: str
    gives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one dealer stands.

    Attributes:
        as_of: Day of the figures; what happened on it or later does not count.
        is_final: Whether the days the criteria look at are over.
        seats: Seats the criteria give as it stands; 0 = none.
        note: Why nothing was decided; empty when something was.
        rules: Every rule with what its conditions met.
    """

    as_of: dt.date
    is_final: bool
    seats: int
    note: str
    rules: tuple[ExplainedRule, ...]


def rules_of(book: DecisionBook, locale: str) -> tuple[RuleWords, ...]:
    """Return the rules of a book in words, in its order."""
    tongue = _tongue(locale)
    return tuple(
        RuleWords(
            rule.id,
            rule.label[tongue],
            clause_words(rule.when, book.ruleset.variables, tongue) if rule.when else OTHERWISE[tongue],
            tuple(action_text(action, tongue) for action in rule.then),
        )
        for rule in book.ruleset.rules
    )


async def labels_of(lines: Iterable[CriterionLine], locale: str) -> dict[tuple[str, str], str]:
    """Return book and rule → what the rule is called; unknown books are left out."""
    labels = {}
    for sha256 in {line.book_sha256 for line in lines if line.book_sha256}:
        book = await book_of(sha256)
        for rule in rules_of(book, locale) if book else ():
            labels[sha256, rule.id] = rule.label
    return labels


def counts_as_of(criteria: Criteria, today: dt.date) -> dt.date:
    """Return the day of the decision: today, or the day after the last one the criteria look at."""
    return min(today, criteria.looks_until_on + dt.timedelta(days=1))


async def standing_of(
    book: DecisionBook, criteria: Criteria, dealer_id: int, today: dt.date, locale: str
) -> Standing:
    """Return how a dealer stands; the caller has checked whose dealer it is."""
    as_of = counts_as_of(criteria, today)
    known = (await dealer_inputs([dealer_id], as_of))[dealer_id]
    facts = book.facts({name: value for name, value in known.items() if name in book.ruleset.variables})
    outcome = book.compile().evaluate(facts)
    words = explain_decision(outcome, facts, book, _tongue(locale))
    seats = 0 if outcome.held else outcome.values.get("seats", 0)
    return Standing(
        as_of=as_of,
        is_final=today > criteria.looks_until_on,
        seats=seats if isinstance(seats, int) else 0,
        note=words.note,
        rules=words.rules,
    )


def _tongue(locale: str) -> Locale:
    return "en" if locale == "en" else "ko"
