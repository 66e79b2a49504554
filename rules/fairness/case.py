"""One book under one pack: which inputs are about what, and which rows they decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.fairness.influence import Influences, influences
from rules.fairness.material import Material
from rules.fairness.packs import Article, Pack
from rules.fairness.topics import topics_of_rule, topics_of_variable
from rules.kpis import Text
from rules.verify.findings import Finding, Witness, filled

if TYPE_CHECKING:
    from rules.verify.tables import Row, Table


@dataclass(frozen=True, slots=True)
class Period:
    """Days a promise of terms runs, both inclusive."""

    first_on: dt.date
    last_on: dt.date


@dataclass
class Case:
    """What the checks of one pack ask about.

    Attributes:
        pack: The law.
        book: The book.
        base: The version in force before it, if any.
        upstream: Books whose results its inputs carry, for example the evaluation that gives the grade.
        period: The settlement period its first day lies in, if not the base's own term.
        goods: Topics of goods the installation sells, for example ``liquor``.
        blamed: Inputs that a finding of this pack is already about.
    """

    pack: Pack
    book: Material
    base: Material | None = None
    upstream: tuple[Material, ...] = ()
    period: Period | None = None
    goods: frozenset[str] = frozenset()
    blamed: set[str] = field(default_factory=set)
    _kept: dict[int, Influences] = field(default_factory=dict)

    def about(self, table: Table, topics: tuple[str, ...], material: Material | None = None) -> list[str]:
        """Return the inputs of a table that are about any of some topics."""
        kpis = (material or self.book).kpis
        return [
            name
            for name, variable in table.ruleset.variables.items()
            if topics_of_variable(variable, kpis.get(name, name), self.pack.topics) & set(topics)
        ]

    def deciding(self, table: Table, place: int, topics: tuple[str, ...]) -> list[str]:
        """Return the inputs about some topics that decide whether the row at a place counts."""
        if id(table) not in self._kept:
            self._kept[id(table)] = influences(table, self.about(table, tuple(self.pack.topics)))
        found = self._kept[id(table)].get(place, frozenset())
        return [name for name in self.about(table, topics) if name in found]

    def spoken(self, row: Row, topics: tuple[str, ...]) -> bool:
        """Tell whether the words of a rule itself are about any of some topics."""
        return bool(topics_of_rule(row.rule, self.pack.topics) & set(topics))

    def finding(self, article: Article, found: Found) -> Finding:
        """Put a finding into words, with the article and who has to confirm its reading."""
        text = filled(article.text, **found.values)
        message = {locale: f"{text[locale]} {self.pack.confirm[locale]}" for locale in text}
        self.blamed |= set(found.inputs)
        return Finding(
            severity=article.severity,
            kind=article.check,
            rules=found.rules,
            message=MappingProxyType(message),
            witness=found.witness,
            inputs=found.inputs,
            article=article.article,
            source=article.source,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found: the rules and inputs it is about, facts that show it, and words for the message."""

    rules: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    witness: tuple[Witness, ...] = ()
    values: Mapping[str, str | Text] = field(default_factory=dict)


def labels(table: Table, names: list[str]) -> Text:
    """Return the labels of some inputs, joined, by locale."""
    variables = [table.ruleset.variables[name] for name in names]
    return MappingProxyType(
        {
            "ko": ", ".join(variable.label["ko"] for variable in variables),
            "en": ", ".join(variable.label["en"] for variable in variables),
        }
    )


def in_order(table: Table, rules: set[str]) -> tuple[str, ...]:
    """Return rules in book order."""
    return tuple(rule.id for rule in table.ruleset.rules if rule.id in rules)


def words_of(row: Row) -> Text:
    """Return what a rule is called: its label, with its id where that says something else."""
    rule = row.rule
    return MappingProxyType(
        {
            "ko": " ".join(dict.fromkeys(chain((rule.id,), (rule.label["ko"],)))),
            "en": " ".join(dict.fromkeys(chain((rule.id,), (rule.label["en"],)))),
        }
    )
