"""From plain data to a decision of any shape, reporting every problem and never stopping at the first."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from rules.decisions.actions import ActionReader, action_vocabulary
from rules.decisions.clauses import DecisionClauseReader
from rules.decisions.model import Aggregate, HitPolicy, Rule, RuleSet
from rules.decisions.tables import TableReader
from rules.decisions.variables import VariableReader
from rules.fields import ABSENT, NO_DAY, Fields
from rules.terms import Change

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from rules.decisions.actions import ActionMeaning
    from rules.decisions.tables import Table
    from rules.documents import Document, Path
    from rules.kpis import Kpi, Text

HIT_POLICIES: tuple[HitPolicy, ...] = get_args(HitPolicy)
AGGREGATES: tuple[Aggregate, ...] = get_args(Aggregate)
CHANGE_KINDS = ("new", "thresholds", "rules", "inputs", "outputs", "wording")
BOOK_KEYS = frozenset(
    {"decision", "hit_policy", "aggregate", "effective_from", "effective_until", "label", "version"}
    | {"subject", "change", "inputs", "rules", "table", "else"}
)
RULE_KEYS = frozenset({"id", "label", "priority", "when", "then"})
ELSE_KEYS = frozenset({"id", "label", "then"})
MAX_RULES = 32_766
MAX_PRIORITY = 1_000_000
ELSE_ID = "else"
ELSE_LABEL: Text = MappingProxyType({"ko": "그 밖의 경우", "en": "Otherwise"})
RULE_ID = re.compile(r"[^\W_][\w.-]{0,59}")
ID_FORM = "an id is letters, digits, hyphens, full stops and single underscores, at most 60"


class DecisionReader:
    """Reads one document into the attributes of a decision book.

    Args:
        document: Content, and where problems go.
        kpis: Catalogue that inputs may refer to.
        meanings: Actions that rules may give; the shipped ones when left out.
    """

    def __init__(
        self,
        document: Document,
        kpis: Mapping[str, Kpi],
        meanings: Mapping[str, ActionMeaning] | None = None,
    ) -> None:
        self._document = document
        self._variables = VariableReader(document, kpis)
        self._actions = ActionReader(document, action_vocabulary() if meanings is None else meanings)
        self._ids: set[str] = set()

    def read(self) -> dict[str, Any]:
        """Return the attributes of the book; stand-ins where the document has problems."""
        unread = self._document.content is None and self._document.problems
        book = Fields(self._document, ABSENT if unread else self._document.content, (), BOOK_KEYS)
        policy = book.choice("hit_policy", HIT_POLICIES)
        aggregate = self._aggregate(book, policy)
        start = book.day("effective_from")
        variables = self._variables.read(book)
        rules, table = self._rules(book, policy, DecisionClauseReader(self._document, variables))
        ruleset = RuleSet(variables, rules, policy, aggregate)
        self._require_numbers(book, ruleset)
        return {
            "decision": book.word("decision"),
            "version": book.text("version") if "version" in book.content else "",
            "label": book.labels("label") if "label" in book.content else same(book.word("decision")),
            "subject": book.word("subject") if "subject" in book.content else "dealer",
            "effective_from": start,
            "effective_until": self._until(book, start),
            "change": self._change(book, start) if "change" in book.content else None,
            "ruleset": ruleset,
            "table": table,
            "kpis": MappingProxyType(dict(self._variables.kpis)),
        }

    @staticmethod
    def _until(book: Fields, start: dt.date) -> dt.date | None:
        if "effective_until" not in book.content:
            return None
        until = book.day("effective_until")
        if until != NO_DAY and until < start:
            book.complain("effective_until", "a version ends after it began")
        return until

    @staticmethod
    def _change(book: Fields, start: dt.date) -> Change:
        part = book.part("change", frozenset({"kind", "areas", "announced_on", "note"}))
        areas = part.members("areas")
        if not all(isinstance(area, str) and is_rule_id(area) for area in areas):
            part.complain("areas", "areas are names of inputs or rules")
        announced = part.day("announced_on")
        if announced > start:
            part.complain("announced_on", "a version is announced before it begins, not after")
        return Change(
            part.choice("kind", CHANGE_KINDS), tuple(map(str, areas)), part.labels("note"), announced
        )

    @staticmethod
    def _aggregate(book: Fields, policy: HitPolicy) -> Aggregate:
        if policy == "collect":
            return book.choice("aggregate", AGGREGATES)
        if "aggregate" in book.content:
            book.complain("aggregate", "'aggregate' belongs to the hit policy collect")
        return "list"

    def _require_numbers(self, book: Fields, ruleset: RuleSet) -> None:
        if ruleset.aggregate not in ("sum", "min", "max"):
            return
        kinds = {
            (action.name, name): type(value)
            for rule in ruleset.rules
            for action in rule.then
            for name, value in action.params.items()
        }
        for (action, name), kind in kinds.items():
            if kind is not int:
                book.complain("aggregate", f"{ruleset.aggregate!r} needs numbers; {action} gives {name!r}")

    def _rules(
        self, book: Fields, policy: HitPolicy, clauses: DecisionClauseReader
    ) -> tuple[tuple[Rule, ...], Table | None]:
        ranked = policy == "priority"
        if "table" not in book.content:
            rules = [
                self._rule(content, ("rules", place), clauses, ranked=ranked)
                for place, content in enumerate(book.members("rules", MAX_RULES))
            ]
            return (*rules, *self._else(book, None)), None
        if "rules" in book.content:
            book.complain("table", "a decision has rules or a table, not both")
        reader = TableReader(book, clauses, self._actions)
        rows = [reader.row(part, *self._head(part, ranked=ranked)) for part in reader.parts(MAX_RULES)]
        otherwise = self._else(book, reader)
        return (*rows, *otherwise), reader.table

    def _rule(self, content: object, path: Path, clauses: DecisionClauseReader, *, ranked: bool) -> Rule:
        part = Fields(self._document, content, path, RULE_KEYS)
        name, label, priority = self._head(part, ranked=ranked)
        when = part.value("when")
        clause = None if when is ABSENT else clauses.read(when, (*path, "when"))
        return Rule(name, label, clause, self._actions.read(part), priority)

    def _head(self, part: Fields, *, ranked: bool) -> tuple[str, Text, int]:
        """Return id, label and priority of a rule or row."""
        name = self._unique(part)
        label = part.labels("label") if "label" in part.content else same(name)
        if not ranked and "priority" in part.content:
            part.complain("priority", "'priority' belongs to the hit policy priority")
        return name, label, part.whole("priority", 0, MAX_PRIORITY) if ranked else 0

    def _unique(self, part: Fields) -> str:
        name = part.value("id")
        if not isinstance(name, str) or not is_rule_id(name):
            if name is not ABSENT:
                part.complain("id", f"{ID_FORM}: {name!r}")
            return ""
        if name in self._ids:
            part.complain("id", f"the id {name!r} is used twice")
        self._ids.add(name)
        return name

    def _else(self, book: Fields, table: TableReader | None) -> tuple[Rule, ...]:
        if "else" not in book.content:
            return ()
        part = book.part("else", ELSE_KEYS)
        name = self._unique(part) if "id" in part.content else ELSE_ID
        if "id" not in part.content and ELSE_ID in self._ids:
            part.complain("", f"the id {ELSE_ID!r} is used twice")
        label = part.labels("label") if "label" in part.content else ELSE_LABEL
        then = table.otherwise(part) if table else self._actions.read(part)
        return (Rule(name, label, None, then),)


def is_rule_id(text: str) -> bool:
    """Tell whether a text may name a rule: letters of any script, digits, ``-``, ``.`` and ``_``."""
    return bool(RULE_ID.fullmatch(text)) and "__" not in text


def same(text: str) -> Text:
    """Return one text for both locales: the name of something without a label."""
    return MappingProxyType({"ko": text, "en": text})
