"""What the law forbids a trip: the packs that block incentives on regulated goods block benefits in kind too.

Source: rules/books/packs (FEATURES A7 L6). Readings of press summaries; counsel must confirm them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.fairness.packs import shipped_packs
from rules.kpis import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHECK, _BLOCKS = "goods", "block"


@dataclass(frozen=True, slots=True)
class Ban:
    """An article that forbids giving dealers trips, gifts or entertainment.

    Attributes:
        topic: The regulated goods it is about, for example ``liquor``.
        article: The law, by locale.
        confirm: Who has to confirm the reading, by locale.
        source: Where the reading comes from.
    """

    topic: str
    article: Text
    confirm: Text
    source: str


def bans_for(goods: Iterable[str]) -> tuple[Ban, ...]:
    """Return the articles that forbid benefits when an installation sells regulated goods.

    Args:
        goods: Topics of the setting ``regulated_goods``.
    """
    sold = frozenset(goods)
    return tuple(
        Ban(topic, article.article, pack.confirm, article.source)
        for pack in shipped_packs()
        for article in pack.articles
        if article.check == _CHECK and article.severity == _BLOCKS
        for topic in article.topics
        if topic in sold
    )
