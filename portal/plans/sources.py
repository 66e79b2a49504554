"""What plans need from slices above them: classes with their visits, and shares told in the field.

``portal.app`` joins what the portfolio and the field offer; without it nobody has a class or told a share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt
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


class ShareSource(Protocol):
    """Who says how much of a retail point competitors hold."""

    async def shares_of(self, until_on: dt.date) -> Mapping[int, tuple[int, dt.date]]:
        """Return all competitors' share in basis points and since when it is known, by account.

        Args:
            until_on: Last day whose visits count, inclusive.
        """
        ...


class _Nobody:
    """Stands in until a source is joined."""

    async def shares_of(self, until_on: dt.date) -> Mapping[int, tuple[int, dt.date]]:  # noqa: ARG002  the protocol's signature
        return {}

    async def classes_of(self, account_ids: Sequence[int], month: Month) -> Mapping[int, str]:  # noqa: ARG002  the protocol's signature
        return {}

    async def visits_by_class(self, month: Month) -> Mapping[str, int]:  # noqa: ARG002  the protocol's signature
        return {}


class _Joined:
    source: ClassSource = _Nobody()
    shares: ShareSource = _Nobody()


def join_classes(source: ClassSource) -> None:
    """Take classes from a source from now on."""
    _Joined.source = source


def class_source() -> ClassSource:
    """Return the source that was joined."""
    return _Joined.source


def join_shares(source: ShareSource) -> None:
    """Take shares told in the field from a source from now on."""
    _Joined.shares = source


def share_source() -> ShareSource:
    """Return the source of shares that was joined."""
    return _Joined.shares
