"""A document that can never be printed is the asker's to change; one that failed now can be tried again."""

from __future__ import annotations

import pytest

from portal.web.errors import answer_to
from portal.web.printing.failures import PrintCrashed, PrintRefused, PrintTimeout, PrintUnavailable


@pytest.mark.parametrize(
    ("error", "status", "again"),
    [
        (PrintRefused("The document is too large to print."), 422, None),
        (PrintTimeout(), 503, 5),
        (PrintCrashed(), 503, 5),
        (PrintUnavailable(), 503, 5),
    ],
)
def test_failures_of_printing_have_their_status(error: Exception, status: int, again: int | None) -> None:
    answer = answer_to(error)
    assert (answer.status, answer.retry_after_s) == (status, again)
