"""What many subjects came to: which rules fired and which conditions held, one bit each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rules.columns import unpack
from rules.facts import INT64_MAX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.columns import Packed

NO_RULE = -1
CHUNK = 1 << 16
"""Subjects whose bits are spread into bytes at a time."""
SIGNED = (np.int8, np.int16, np.int32, np.int64)


@dataclass(frozen=True, eq=False)
class Bitmaps:
    """Outcome of a plan for all subjects.

    Attributes:
        count: Number of subjects.
        fired: One packed row per rule.
        conditions: One packed row per condition of the plan: the explanation to keep.
    """

    count: int
    fired: NDArray[np.uint8]
    conditions: NDArray[np.uint8]

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Number of subjects for which each rule fired."""
        return tuple(count_bits(row) for row in self.fired)

    def first_hit(self) -> NDArray[np.int16]:
        """Return the position of each subject's first fired rule, ``NO_RULE`` where none fired."""
        free, places = self._nobody(), np.zeros(self.count, np.int16)
        planes = [self._nobody() for _ in range(len(self.fired).bit_length())]
        for number, row in enumerate(self.fired, start=1):
            new = row & ~free
            free |= row
            for bit, plane in enumerate(planes):
                if number >> bit & 1:
                    np.bitwise_or(plane, new, out=plane)
        for bit, plane in enumerate(planes):
            places |= unpack(plane, self.count).astype(np.int16) << np.int16(bit)
        return places - np.int16(1)

    def points(self, points: Sequence[int]) -> NDArray[np.int64] | NDArray[np.object_]:
        """Return each subject's sum of the points of its fired rules, exactly.

        Args:
            points: Points of each rule, any whole numbers.

        Returns:
            64-bit integers when no sum can leave them, Python integers otherwise.
        """
        unit = gcd(*points) or 1
        small = [number // unit for number in points]
        bound = sum(map(abs, small))
        if bound * unit > INT64_MAX:
            return self._sums(list(points), np.dtype(object)).astype(object)
        width = np.dtype(next(width for width in SIGNED if bound <= np.iinfo(width).max))
        return self._sums(small, width).astype(np.int64) * np.int64(unit)

    def fired_by(self, subject: int) -> int:
        """Return the fired rules of one subject as bits of an integer, as ``compile_one`` does."""
        return int.from_bytes(_bits_of(self.fired, subject), "little")

    def explanation(self, subject: int) -> bytes:
        """Return which conditions held for one subject, eight to a byte, the lowest bit first."""
        return _bits_of(self.conditions, subject)

    def explanations(self) -> NDArray[np.uint8]:
        """Return one row of bytes per subject, each as ``explanation`` gives it."""
        found = np.empty((self.count, (len(self.conditions) + 7) // 8), np.uint8)
        for span, part in _spans(self.count):
            for byte in range(found.shape[1]):
                gathered = np.zeros(span.stop - span.start, np.uint8)
                for bit, row in enumerate(self.conditions[8 * byte : 8 * byte + 8, part]):
                    gathered |= np.unpackbits(row, count=len(gathered), bitorder="little") << np.uint8(bit)
                found[span, byte] = gathered
        return found

    def _nobody(self) -> Packed:
        return np.zeros(self.fired.shape[1], np.uint8)

    def _sums(self, points: Sequence[int], width: np.dtype[Any]) -> NDArray[Any]:
        sums = np.zeros(self.count, width)
        for span, part in _spans(self.count):
            for number, row in zip(points, self.fired, strict=True):
                if number:
                    flags = np.unpackbits(row[part], count=span.stop - span.start, bitorder="little")
                    sums[span] += flags.astype(width) * width.type(number)
        return sums


def count_bits(packed: Packed) -> int:
    """Return the number of subjects in a packed row."""
    return int(np.bitwise_count(packed.view(np.uint64)).sum(dtype=np.int64))


def _bits_of(rows: NDArray[np.uint8], subject: int) -> bytes:
    flags = rows[:, subject >> 3] >> (subject & 7) & 1
    return np.packbits(flags, bitorder="little").tobytes()


def _spans(count: int) -> Iterator[tuple[slice, slice]]:
    for first in range(0, count, CHUNK):
        last = min(count, first + CHUNK)
        yield slice(first, last), slice(first >> 3, (last + 7) >> 3)
