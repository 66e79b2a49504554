"""What a version would have done to past months: rulebooks stand below the runs, so the runs offer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.rulebooks.books import AnyBook


class Rehearser(Protocol):
    """Applies a candidate to the past."""

    async def rehearse(self, candidate: AnyBook, base: AnyBook | None) -> Mapping[str, Any]:
        """Compare a candidate with the version before it over the months there are facts of.

        Args:
            candidate: A sound book.
            base: The version it would follow, or None for the first of its kind.

        Returns:
            Plain data as JSON keeps it; ``months`` is the number of months, 0 when there is no past.
        """


class NoPast:
    """Stands in where nothing is joined: there is no past to rehearse on."""

    async def rehearse(self, candidate: AnyBook, base: AnyBook | None) -> Mapping[str, Any]:  # noqa: ARG002  as the protocol
        """Return that there are no months."""
        return {"months": 0}


_rehearsers: list[Rehearser] = [NoPast()]


def join(rehearser: Rehearser) -> None:
    """Rehearse with this from now on."""
    _rehearsers[:] = [rehearser]


def rehearser() -> Rehearser:
    """Return what rehearses."""
    return _rehearsers[0]
