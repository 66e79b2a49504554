"""Printing many papers into one bundle: as many at once as there are processes, going on where it stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.web.printing.paper_bundle import PaperBundle

T = TypeVar("T")
CHUNK = 20
"""Papers between two marks of progress."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper ready to be printed.

    Attributes:
        name: File name in the bundle, unique there.
        key: Hash of all that decides its bytes (``cache.cache_key``).
        render: Prints it.
    """

    name: str
    key: str
    render: Callable[[], Awaitable[bytes]]


Read = Callable[[T], Awaitable[Sheet | None]]
Mark = Callable[[dict[str, int]], Awaitable[None]]


async def print_bundle(
    bundle: PaperBundle, items: Sequence[T], read: Read[T], mark: Mark, cursor: Mapping[str, int]
) -> dict[str, int]:
    """Print what is not printed yet and pack it.

    Args:
        bundle: Where to.
        items: What is printed, in an order that stays the same in every attempt.
        read: Returns the paper of an item; None when there is none any more.
        mark: Keeps the cursor after each chunk.
        cursor: Where an earlier attempt stood; empty at the first.

    Returns:
        ``files`` in the bundle and how many of them were ``printed`` anew.

    Raises:
        portal.web.printing.failures.PrintFailure: One could not be printed; the next attempt goes on there.
    """
    listed = await asyncio.to_thread(bundle.begin, cursor.get("listed", 0))
    whole = listed == cursor.get("listed", 0)  # files that are gone are printed from the beginning
    done, printed = (cursor.get("next", 0), cursor.get("printed", 0)) if whole else (0, 0)
    if not whole:
        listed = await asyncio.to_thread(bundle.begin, 0)
    coming = asyncio.create_task(_read_all(items[done : done + CHUNK], read))
    try:
        while done < len(items):
            sheets, after = await coming, min(done + CHUNK, len(items))
            coming = asyncio.create_task(_read_all(items[after : after + CHUNK], read))
            printed += await _print_all(bundle, sheets)
            await asyncio.to_thread(bundle.note, [(sheet.name, sheet.key) for sheet in sheets])
            done, listed = after, listed + len(sheets)
            await mark({"next": done, "listed": listed, "printed": printed})
    finally:
        coming.cancel()
    return {"files": await asyncio.to_thread(bundle.pack), "printed": printed}


async def _read_all(items: Sequence[T], read: Read[T]) -> list[Sheet]:
    """Read papers; it goes on while those before are printed."""
    return [sheet for item in items if (sheet := await read(item)) is not None]


async def _print_all(bundle: PaperBundle, sheets: Sequence[Sheet]) -> int:
    """Print papers side by side; return how many are new. What was printed before a failure is kept."""
    turns = (_print(bundle, sheet) for sheet in sheets)
    answers = await asyncio.gather(*turns, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return sum(answer is True for answer in answers)


async def _print(bundle: PaperBundle, sheet: Sheet) -> bool:
    """Print a paper unless it was; tell whether it is new."""
    if await asyncio.to_thread(bundle.has, sheet.key):
        return False
    pdf = await sheet.render()
    await asyncio.to_thread(bundle.keep, sheet.key, pdf)
    return True
