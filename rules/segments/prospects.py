"""The class of a prospect: intent × expected contribution from a score card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import FactError
from rules.segments.model import LEAST_RATING, MOST_RATING, PROSPECT_CLASSES, Prospect

if TYPE_CHECKING:
    import datetime as dt

    from rules.segments.book import SegmentBook
    from rules.segments.model import Card, ProspectRules

HUNDREDTHS = 100


def classify_prospect(book: SegmentBook, card: Card, on: dt.date) -> Prospect:
    """Class one prospect on a day.

    Args:
        book: Version in force.
        card: Filled score card; missing answers leave the class open.
        on: Day on which the strategic flag must still run.

    Raises:
        RulebookError: The book has problems.
        FactError: A rating outside 1 to 5, an indicator the book does not know, or an adjustment without a
            reason or beyond the book's limit.
    """
    book.require_sound()
    rules = book.prospects
    _require_fit(rules, card)
    missing = tuple(one.id for one in rules.indicators if one.id not in card.ratings)
    score = None
    if not missing:
        score = sum(one.weight * card.ratings[one.id] for one in rules.indicators)
    adjusted = None if score is None else _adjusted(score, card)
    strategic = card.strategic if card.strategic and on <= card.strategic.until_on else None
    code = None
    if adjusted is not None and card.intent is not None:
        low = adjusted < rules.contribution_limit and strategic is None
        unwilling = card.intent < rules.intent_limit
        code = PROSPECT_CLASSES[2 * low + unwilling]
    return Prospect(
        key=card.key,
        code=code,
        card_hundredths=score,
        score_hundredths=adjusted,
        adjustment=card.adjustment,
        strategic=strategic,
        intent=card.intent,
        missing=(*missing, "intent") if card.intent is None else missing,
    )


def _adjusted(score: int, card: Card) -> int:
    added = card.adjustment.hundredths if card.adjustment else 0
    return min(max(score + added, LEAST_RATING * HUNDREDTHS), MOST_RATING * HUNDREDTHS)


def _require_fit(rules: ProspectRules, card: Card) -> None:
    given = [*card.ratings.values(), *([] if card.intent is None else [card.intent])]
    if any(not LEAST_RATING <= rating <= MOST_RATING for rating in given):
        raise FactError(f"{card.key}: a rating is {LEAST_RATING} to {MOST_RATING}")
    if unknown := sorted(set(card.ratings) - {one.id for one in rules.indicators}):
        raise FactError(f"{card.key}: the card does not ask for {', '.join(unknown)}")
    if card.adjustment is None:
        return
    if abs(card.adjustment.hundredths) > rules.adjustment_limit:
        raise FactError(f"{card.key}: the adjustment is beyond {rules.adjustment_limit}")
    if card.adjustment.hundredths and not card.adjustment.reason.strip():
        raise FactError(f"{card.key}: an adjustment needs a reason")
