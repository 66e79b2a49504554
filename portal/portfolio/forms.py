"""The form of a prospect's score card: text in, a checked command out."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from portal.portfolio.service.prospects import CardCommand
from rules.segments.model import LEAST_RATING, MOST_RATING

if TYPE_CHECKING:
    from portal.web.forms import FormReader
    from rules.segments import SegmentBook

TEXT_CHARACTERS = 400
HUNDREDTHS = 100


def read_card(form: FormReader, book: SegmentBook) -> CardCommand:
    """Read a score card; what was left out is missing.

    Raises:
        Invalid: With every problem found.
    """
    ratings = {
        one.id: form.optional_integer(f"rating-{one.id}", least=LEAST_RATING, most=MOST_RATING)
        for one in book.prospects.indicators
    }
    command = CardCommand(
        ratings={name: rating for name, rating in ratings.items() if rating is not None},
        intent=form.optional_integer("intent", least=LEAST_RATING, most=MOST_RATING),
        adjustment=_hundredths(form, "adjustment"),
        adjustment_reason=form.text("adjustment_reason", longest=TEXT_CHARACTERS, shortest=0),
        strategic_reason=form.text("strategic_reason", longest=TEXT_CHARACTERS, shortest=0),
        strategic_until_on=form.date("strategic_until_on") if form.values.get("strategic_until_on") else None,
        obstacle=form.text("obstacle", longest=TEXT_CHARACTERS, shortest=0),
        next_step=form.text("next_step", longest=TEXT_CHARACTERS, shortest=0),
        next_on=form.date("next_on") if form.values.get("next_on") else None,
        seen=form.integer("seen"),
    )
    form.check()
    return command


def _hundredths(form: FormReader, field: str) -> int:
    """Read a number with at most two decimals as hundredths; nothing is 0."""
    text = form.values.get(field, "").replace("−", "-") or "0"
    try:
        number = Decimal(text) * HUNDREDTHS
    except InvalidOperation:
        number = Decimal("NaN")
    whole = number.is_finite() and number == number.to_integral_value()
    if not whole or abs(number) > MOST_RATING * HUNDREDTHS:
        form.refuse(field, "Please enter a number with at most two decimals.")
        return 0
    return int(number)
