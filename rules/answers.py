"""What text and option conditions say about one value, asked of business-rules once and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.decisions.matching import Choice
    from rules.decisions.model import FactInput

LIMIT = 4096
"""Values remembered per variable; free text may not fill the memory."""


class Answers:
    """Answers of the conditions on one variable.

    Args:
        choices: The conditions, in the order of the answers.

    Attributes:
        known: Answers by value; a missing value, None, is always known and never holds.
    """

    def __init__(self, choices: Sequence[Choice]) -> None:
        self._choices = tuple(choices)
        self.known: dict[FactInput, tuple[bool, ...]] = {}
        self._forget()

    def ask(self, value: FactInput) -> tuple[bool, ...]:
        """Answer a value, known or not, and remember it."""
        answers = self.known.get(value)
        if answers is None:
            if len(self.known) >= LIMIT:
                self._forget()
            answers = self.known[value] = tuple(choice.holds(value) for choice in self._choices)
        return answers

    def _forget(self) -> None:
        self.known.clear()
        self.known[None] = (False,) * len(self._choices)
