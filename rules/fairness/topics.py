"""What an input is about, whatever its name: declared topics, KPI codes, words in names and labels."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.decisions.model import Rule, Variable

LATIN = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Topic:
    """How to recognise one topic.

    Attributes:
        kpis: Codes of the KPI catalogue that are about it.
        latin: Words in Latin letters between underscores; one without a final underscore may go on.
        others: Words in other scripts, found anywhere in a text.
    """

    kpis: frozenset[str]
    latin: tuple[str, ...]
    others: tuple[str, ...]

    @classmethod
    def of(cls, kpis: Iterable[str], words: Iterable[str]) -> Topic:
        """Sort words by script. A final ``*`` lets a Latin word go on."""
        plain = [folded(str(word)) for word in words]
        latin = [word for word in plain if word.isascii()]
        return cls(
            frozenset(kpis),
            tuple(f"_{'_'.join(LATIN.findall(word))}{'' if word.endswith('*') else '_'}" for word in latin),
            tuple(word for word in plain if not word.isascii()),
        )

    def in_text(self, text: str) -> bool:
        """Tell whether a name or label speaks of it, in any case and width, invisible characters ignored."""
        plain, words = _readings(text)
        return any(word in words for word in self.latin) or any(word in plain for word in self.others)


@functools.lru_cache(maxsize=4096)
def _readings(text: str) -> tuple[str, str]:
    """Return a text in one form, and its Latin words between underscores; every topic asks again."""
    plain = folded(text)
    return plain, f"_{'_'.join(LATIN.findall(plain))}_"


def folded(text: str) -> str:
    """Write a text in one form: small letters, half width, no invisible characters, single spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    return " ".join(visible.split())


def topics_of_variable(variable: Variable, kpi: str, topics: Mapping[str, Topic]) -> frozenset[str]:
    """Return the topics of an input: what it declares, what its KPI is about, and what its words say."""
    texts = (variable.name, kpi, *variable.label.values(), *variable.options)
    return frozenset(
        name
        for name, topic in topics.items()
        if name in variable.topics or kpi in topic.kpis or any(map(topic.in_text, texts))
    )


def topics_of_rule(rule: Rule, topics: Mapping[str, Topic]) -> frozenset[str]:
    """Return the topics that the words of a rule's own id and label speak of."""
    texts = (rule.id, *rule.label.values())
    return frozenset(name for name, topic in topics.items() if any(map(topic.in_text, texts)))
