"""What plans need from slices above them: the class of accounts and how often each class is visited.

``portal.app`` joins what the portfolio offers; without it nobody has a class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.months import Month


class ClassSource(Protocol):
    """Who says which class an account has."""

    async def classes_of(self, account_ids: Sequence[int], month: Month) -> Mapping[int, str]:
        """Return the class of accounts in the newest run up to a month; those without one are left out."""
        ...

    async def visits_by_class(self, month: Month) -> Mapping[str, int]:
        """Return the visits a month that the book in force asks for, by class."""
        ...


class _Nobody:
    """Stands in until a source is joined."""

    async def classes_of(self, account_ids: Sequence[int], month: Month) -> Mapping[int, str]:  # noqa: ARG002  the protocol's signature
        return {}

    async def visits_by_class(self, month: Month) -> Mapping[str, int]:  # noqa: ARG002  the protocol's signature
        return {}


class _Joined:
    source: ClassSource = _Nobody()


def join_classes(source: ClassSource) -> None:
    """Take classes from a source from now on."""
    _Joined.source = source


def class_source() -> ClassSource:
    """Return the source that was joined."""
    return _Joined.source
