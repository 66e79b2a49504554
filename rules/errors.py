"""Errors of the rules package."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class RulesError(ValueError):
    """Anything the rules package refuses to do; the message is for a rule author or an operator."""


class RulebookError(RulesError):
    """A rulebook that cannot be evaluated.

    Args:
        name: Decision and version of the rulebook.
        problems: What is wrong, one sentence each, every problem at once.
    """

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        super().__init__(f"rulebook {name!r}: {'; '.join(problems)}")
        self.problems = tuple(problems)


class FactError(RulesError):
    """Measured facts that contradict themselves, do not fit 64 bits or lack a required input."""


class SnapshotError(RulesError):
    """Snapshot bytes that are damaged or written by an unknown version."""


class EngineError(RulesError):
    """The fast engine decided otherwise than business-rules: a fault of the program alone."""
