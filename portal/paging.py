"""Pages of long lists by key, never by offset: the same time for the first page and the thousandth.

A query asks for ``limit + 1`` rows ordered by a unique key, starting after (or before) a key; ``page_of``
cuts the extra row off and makes the links. The cursor in the URL is the key itself, readable and unsigned: it
opens nothing, because the viewer's scope is applied in any case.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Generic, TypeVar

from portal.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

T = TypeVar("T")
KeyPart = str | int | None
Key = tuple[KeyPart, ...]

PAGE_SIZE = 50
COUNT_CAP = 1000
_CURSOR_MAX = 1000
_INT_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list.

    Attributes:
        rows: The rows, in the list's order.
        next_after: Cursor for ``after=`` of the following page, or None on the last.
        previous_before: Cursor for ``before=`` of the page before, or None on the first.
        total: Number of rows in the whole list, counted up to ``COUNT_CAP + 1``; None when not counted.
    """

    rows: Sequence[T]
    next_after: str | None = None
    previous_before: str | None = None
    total: int | None = None

    @property
    def shown_total(self) -> str:
        """The total as text: ``1,000+`` above the cap, empty when not counted."""
        if self.total is None:
            return ""
        return f"{COUNT_CAP:,}+" if self.total > COUNT_CAP else f"{self.total:,}"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts.

    Attributes:
        key: Key of the row next to the page; empty means the list's beginning.
        backwards: The page ends just before the key instead of starting just after it.
    """

    key: Key = ()
    backwards: bool = False


class UrlFilter:
    """The limits of a list as its address says them: a frozen dataclass of texts that all have defaults."""

    __slots__ = ()

    @property
    def params(self) -> dict[str, str]:
        """The URL parameters that say the same, without those that say the default."""
        found: dict[str, str] = {}
        for one in fields(self):  # type: ignore[arg-type]  # whoever derives is a dataclass
            value = getattr(self, one.name)
            if value != one.default:
                found[one.name] = str(value)
        return found


def encode_key(key: Key) -> str:
    """Write a key as URL-safe text."""
    text = json.dumps(key, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_key(text: str, *types: type) -> Key:
    """Read a key back.

    Args:
        text: What ``encode_key`` wrote; anybody may have altered it.
        types: ``str`` or ``int`` for each part, in order; a part may also be null.

    Raises:
        Invalid: It is not such a key.
    """
    wrong = Invalid.of("after", "This link to a page of the list is not valid. Go back to the first page.")
    if len(text) > _CURSOR_MAX:
        raise wrong
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        parts = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise wrong from error
    if not isinstance(parts, list) or len(parts) != len(types):
        raise wrong
    if not all(_fits(part, kind) for part, kind in zip(parts, types, strict=True)):
        raise wrong
    return tuple(parts)


def _fits(part: object, kind: type) -> bool:
    if part is None:
        return True
    if isinstance(part, bool) or not isinstance(part, kind):
        return False
    if isinstance(part, int):
        return abs(part) <= _INT_MAX
    return isinstance(part, str) and part.isprintable()


def cursor_from(after: str | None, before: str | None, *types: type) -> Cursor:
    """Read the ``after`` and ``before`` parameters of a list's URL.

    Raises:
        Invalid: A cursor cannot be read.
    """
    if after:
        return Cursor(decode_key(after, *types))
    if before:
        return Cursor(decode_key(before, *types), backwards=True)
    return Cursor()


def page_of(
    rows: Sequence[T],
    cursor: Cursor,
    key: Callable[[T], Key],
    *,
    limit: int = PAGE_SIZE,
    total: int | None = None,
) -> Page[T]:
    """Make a page of what a query found.

    Args:
        rows: Up to ``limit + 1`` rows next to the cursor, nearest first: in list order, or in the opposite
            order when the cursor points backwards.
        cursor: Where the query started.
        key: The unique key of a row, in the parts the list is ordered by.
        limit: Rows per page.
        total: Counted rows, see ``Page``.
    """
    more = len(rows) > limit
    shown = list(rows[:limit])
    if cursor.backwards:
        shown.reverse()
    if not shown:
        return Page((), None, None, total)
    has_next = more or cursor.backwards
    has_previous = more if cursor.backwards else bool(cursor.key)
    return Page(
        shown,
        encode_key(key(shown[-1])) if has_next else None,
        encode_key(key(shown[0])) if has_previous else None,
        total,
    )


async def in_batches(
    read: Callable[[Cursor], Awaitable[Sequence[T]]], key: Callable[[T], Key], size: int
) -> AsyncIterator[list[T]]:
    """Yield a whole list in its order, one batch in memory at a time; for files.

    Args:
        read: Returns up to ``size`` rows that follow a cursor.
        key: The unique key of a row, in the parts the list is ordered by.
        size: Rows of a batch, 1 or more.
    """
    cursor = Cursor()
    while rows := list(await read(cursor)):
        yield rows
        if len(rows) < size:
            return
        cursor = Cursor(key(rows[-1]))
