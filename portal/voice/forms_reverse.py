"""The form of the reverse score card: marks in, command out, every problem at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.voice.forms import free_text
from portal.voice.reverse import COMMENT_MAX, RateCommand
from rules.reverse.book import HIGHEST, LOWEST

if TYPE_CHECKING:
    from portal.web.forms import FormReader
    from rules.reverse.book import ReverseBook


def read_marks(form: FormReader, book: ReverseBook, dealer_id: int) -> RateCommand:
    """Read marks; a field ``mark_<item>`` is 1 to 5, or empty for "cannot say".

    Raises:
        Invalid: With everything found wrong; at least one item needs a mark.
    """
    marks = {}
    for item in book.items:
        mark = form.optional_integer(f"mark_{item.code}", least=LOWEST, most=HIGHEST)
        if mark is not None:
            marks[item.code] = mark
    if not marks and not form.problems:
        form.refuse("", "Give at least one mark.")
    command = RateCommand(dealer_id, marks, free_text(form, "comment", COMMENT_MAX, shortest=0, lines=True))
    form.check()
    return command
