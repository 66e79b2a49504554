"""Compliance packs: what a law forbids rules to do, as data with article and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

import yaml

from rules.decisions.actions import action_vocabulary
from rules.errors import RulesError
from rules.fairness.topics import Topic
from rules.kpis import Text
from rules.money import BASIS_POINTS
from rules.verify.findings import SEVERITIES, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).parents[1] / "books" / "packs"
CheckName = Literal[
    "forfeit", "proportional", "influence", "negative", "penalty", "scored", "worsening", "goods"
]
Role = Literal["pays", "scales", "reduces", "withholds", "charges", "gates", "stops", "chooses"]
CHECK_NAMES: tuple[CheckName, ...] = get_args(CheckName)
ROLES: tuple[Role, ...] = get_args(Role)


class PackError(RulesError):
    """A pack that cannot be read: nothing is checked rather than half of it."""


@dataclass(frozen=True, slots=True)
class Article:
    """One thing a law forbids.

    Attributes:
        check: Which question is asked of the rules; docs/algorithms/fair-dealing.md lists them.
        severity: ``block`` refuses a book, ``warn`` asks for a person's word.
        topics: Topics of inputs it is about; empty for any.
        roles: What actions do with money it is about; empty for any.
        article: The law, by locale.
        text: What to tell the author, by locale.
        source: Where the reading of the law comes from.
    """

    check: CheckName
    severity: Severity
    topics: tuple[str, ...]
    roles: tuple[Role, ...]
    article: Text
    text: Text
    source: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A law, or the part of one that rules can break.

    Attributes:
        name: Name of the pack.
        label: Name for people, by locale.
        confirm: Who has to confirm its readings, by locale.
        topics: What inputs are about, by name.
        roles: What an action does with money, by action name.
        whole_bp: Share in basis points from which taking something counts as taking all of it.
        articles: What is forbidden, in the order of the file.
    """

    name: str
    label: Text
    confirm: Text
    topics: Mapping[str, Topic]
    roles: Mapping[str, Role]
    whole_bp: int
    articles: tuple[Article, ...]

    def role(self, action: str) -> Role | None:
        """Return what an action does with money, None for one that only grades; an unknown one pays."""
        meaning = action_vocabulary().get(action)
        if action in self.roles or (meaning and meaning.effect not in ("money", "eligibility")):
            return self.roles.get(action)
        return "pays"


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Return every shipped pack in file order, read once."""
    return tuple(load_pack(path) for path in sorted(FOLDER.glob("*.yaml")))


def load_pack(source: Path | str) -> Pack:
    """Read a pack from a file, or from the text itself.

    Raises:
        PackError: Something is missing or unknown.
        OSError: The file cannot be read.
    """
    text = source if isinstance(source, str) else source.read_text(encoding="utf-8")
    try:
        content = yaml.safe_load(text)
        return Pack(
            name=str(content["pack"]),
            label=_text(content["label"]),
            confirm=_text(content["confirm"]),
            topics={name: Topic.of(part["kpis"], part["words"]) for name, part in content["topics"].items()},
            roles=_roles(content["roles"]),
            whole_bp=_share(content["whole_bp"]),
            articles=tuple(_article(part, content["topics"]) for part in content["checks"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        raise PackError(f"not a compliance pack: {error}") from error


def _article(part: Mapping[str, Any], topics: Mapping[str, Any]) -> Article:
    return Article(
        check=_one_of(part["check"], CHECK_NAMES),
        severity=_one_of(part["severity"], SEVERITIES),
        topics=tuple(_one_of(topic, topics) for topic in part["topics"]),
        roles=tuple(_one_of(role, ROLES) for role in part.get("roles", ())),
        article=_text(part["article"]),
        text=_text(part["text"]),
        source=str(part["source"]),
    )


def _one_of(word: Any, known: Iterable[Any]) -> Any:
    if word not in known:
        raise ValueError(f"unknown word {word!r}")
    return word


def _roles(content: Mapping[Any, list[str]]) -> Mapping[str, Role]:
    return MappingProxyType(
        {action: _one_of(role, ROLES) for role, actions in content.items() for action in actions}
    )


def _share(value: object) -> int:
    if not isinstance(value, int) or not 0 < value < BASIS_POINTS:
        raise ValueError(f"'whole_bp' is 1 to {BASIS_POINTS - 1}")
    return value


def _text(content: Mapping[Any, str]) -> Text:
    return MappingProxyType({"ko": str(content["ko"]), "en": str(content["en"])})
