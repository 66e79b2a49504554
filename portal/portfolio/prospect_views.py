"""What the pages of prospects show, made from score cards and the book in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.portfolio import words
from portal.portfolio.queries.books import book_for, book_of
from portal.web.i18n import current_locale, gettext
from rules.months import Month
from rules.segments import PROSPECT_CLASSES, classify_prospect, explain_prospect, hundredths_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from portal.portfolio.queries.prospects import CardRow
    from rules.kpis import Locale
    from rules.segments import SegmentBook


def labels(book: SegmentBook) -> dict[str, str]:
    """Return the classes with their names in the current language; empty is none yet."""
    named: dict[str, str] = {
        code: f"{code} {book.prospects.classes[code].label[_locale()]}" for code in PROSPECT_CLASSES
    }
    return {**named, "": gettext("No class yet")}


def summary(book: SegmentBook, found: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the classes with how many prospects they hold and how often these are visited."""
    named = labels(book)
    rows: list[dict[str, Any]] = []
    for code in (*PROSPECT_CLASSES, ""):
        visits = book.prospects.classes[code].visits_per_month if code else None  # type: ignore[index]  # a code of the classes
        rows.append(
            {
                "code": code,
                "label": named[code],
                "tone": words.PROSPECT_TONES[code],
                "n": found.get(code, 0),
                "visits": visits,
            }
        )
    return rows


async def card_view(
    cards: Sequence[CardRow], day: dt.date, typed: Mapping[str, str] | None
) -> dict[str, Any]:
    """Return the newest card with its reasons, the questions of the book in force, and earlier cards.

    Args:
        cards: Cards of one account, newest first.
        day: Day on which the strategic flag must still run.
        typed: What was entered and not kept; None = the newest card's answers.
    """
    book = await book_for(Month.of(day))
    newest, why, decided = None, None, book
    if cards:
        newest = cards[0]
        decided = await book_of(newest.book_sha256) or book
        why = explain_prospect(classify_prospect(decided, newest.card, day), decided, _locale())
    code = classify_prospect(decided, newest.card, day).code or "" if newest else ""
    return {
        "newest": newest,
        "why": why,
        "label": labels(decided)[code],
        "tone": words.PROSPECT_TONES[code],
        "questions": _questions(book),
        "intents": _anchors(book.prospects.intent),
        "limit": hundredths_text(book.prospects.adjustment_limit),
        "values": typed if typed is not None else _values(newest),
        "seen": len(cards),
        "earlier": [(card, words.PROSPECT_TONES[card.code]) for card in cards[1:]],
        "visits": book.prospects.classes[code].visits_per_month if code else None,
    }


def _questions(book: SegmentBook) -> list[dict[str, Any]]:
    return [
        {
            "name": f"rating-{one.id}",
            "label": one.label[_locale()],
            "weight": one.weight,
            "anchors": _anchors(one.anchors),
        }
        for one in book.prospects.indicators
    ]


def _anchors(texts: Sequence[Mapping[Locale, str]]) -> list[tuple[str, str]]:
    said = [(str(place), f"{place} – {text[_locale()]}") for place, text in enumerate(texts, 1)]
    return [("", gettext("No answer")), *said]


def _values(newest: CardRow | None) -> dict[str, str]:
    """Return the fields of the form for a card."""
    if newest is None:
        return {}
    card = newest.card
    values = {f"rating-{name}": str(rating) for name, rating in card.ratings.items()}
    values |= {"intent": str(card.intent or ""), "obstacle": newest.obstacle, "next_step": newest.next_step}
    values["next_on"] = str(newest.next_on or "")
    if card.adjustment:
        values["adjustment"] = hundredths_text(card.adjustment.hundredths).replace("−", "-")
        values["adjustment_reason"] = card.adjustment.reason
    if card.strategic:
        values["strategic_reason"] = card.strategic.reason
        values["strategic_until_on"] = str(card.strategic.until_on)
    return values


def _locale() -> Locale:
    return "en" if current_locale() == "en" else "ko"
