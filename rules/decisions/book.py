"""DecisionBook: a dated, immutable version of a decision of any shape, kept as data.

Its identity is the SHA-256 of its canonical JSON, as with score sheets.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from rules.decisions.canonical import decision_content
from rules.decisions.evaluation import CompiledDecision
from rules.decisions.facts import quantised
from rules.decisions.lowering import lower
from rules.decisions.model import RuleSet
from rules.decisions.reading import DecisionReader
from rules.decisions.tables import Table
from rules.documents import Document, Problem, document_from
from rules.kpis import Kpi, Text, catalogue
from rules.terms import Change, conditions_of
from rules.versioned import VersionedBook

if TYPE_CHECKING:
    from pathlib import Path

    from rules.decisions.actions import ActionMeaning
    from rules.decisions.lowering import Lowered
    from rules.decisions.model import FactInput
    from rules.terms import Condition


@dataclass(frozen=True)
class DecisionBook(VersionedBook):
    """One version of a decision. Only a book without problems may run.

    Attributes:
        decision: Family of the book, for example ``dealer_class``.
        version: Version label shown to people; may be empty.
        label: Name of the decision, by locale.
        subject: Kind of subject it decides about.
        effective_from: First day.
        effective_until: Last day inclusive; None while no end is known.
        change: Changelog note, if any.
        ruleset: Inputs, rules and hit policy.
        table: The decision table the rules came from; None when they were written as rules.
        kpis: KPI code of the inputs that name one.
        problems: What is wrong with the text it came from; other attributes are then incomplete.
    """

    FAMILY: ClassVar = "decision"
    decision: str
    version: str
    label: Text
    subject: str
    effective_from: dt.date
    effective_until: dt.date | None
    change: Change | None
    ruleset: RuleSet
    table: Table | None
    kpis: Mapping[str, str]
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @classmethod
    def load(
        cls,
        source: Path | str,
        kpis: Mapping[str, Kpi] | None = None,
        actions: Mapping[str, ActionMeaning] | None = None,
    ) -> DecisionBook:
        """Read a decision; problems are collected for ``check``, not raised.

        Args:
            source: A path to a YAML or JSON file in UTF-8, or the text itself.
            kpis: Catalogue the inputs refer to; the shipped one when left out.
            actions: What rules may give; the shipped vocabulary when left out.

        Raises:
            OSError: The file cannot be read.
        """
        return cls.of_document(document_from(source), kpis, actions)

    @classmethod
    def from_content(
        cls,
        content: object,
        kpis: Mapping[str, Kpi] | None = None,
        actions: Mapping[str, ActionMeaning] | None = None,
    ) -> DecisionBook:
        """Read a decision from plain data; its problems carry no line. See ``load``."""
        return cls.of_document(Document(_composed(content)), kpis, actions)

    @classmethod
    def of_document(
        cls,
        document: Document,
        kpis: Mapping[str, Kpi] | None = None,
        actions: Mapping[str, ActionMeaning] | None = None,
    ) -> DecisionBook:
        """Read a decision from a document, which takes its problems too. See ``load``."""
        content = DecisionReader(document, catalogue() if kpis is None else kpis, actions).read()
        return cls(**content, problems=tuple(sorted(set(document.problems))))

    def plain(self) -> Mapping[str, object]:
        """Return the content as plain data, the form that is hashed; only for a sound book."""
        return decision_content(self)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every comparison in the order of the explanation bits: by rule and reading order."""
        clauses = (rule.when for rule in self.ruleset.rules)
        return tuple(condition for clause in clauses if clause for condition in conditions_of(clause))

    def lower(self) -> Lowered:
        """Return the rules as plain business-rules JSON. RulebookError when unsound."""
        self.require_sound()
        return lower(self.ruleset)

    def facts(self, values: Mapping[str, object]) -> dict[str, FactInput]:
        """Return facts as people write them, numbers quantised; FactError when one cannot be read."""
        return quantised(self.ruleset, values)

    def compile(self) -> CompiledDecision:
        """Make the book ready to run. RulebookError when it has problems."""
        self.require_sound()
        return CompiledDecision(self.ruleset)

    def covers(self, day: dt.date) -> bool:
        """Tell whether the version is in force on a day."""
        return self.effective_from <= day and (self.effective_until is None or day <= self.effective_until)


def _composed(content: Any) -> Any:
    """Write every text in NFC, as reading a file does."""
    if isinstance(content, str):
        return unicodedata.normalize("NFC", content)
    if isinstance(content, dict):
        return {_composed(key): _composed(value) for key, value in content.items()}
    return [_composed(member) for member in content] if isinstance(content, list) else content
