"""The bytes of a facts snapshot: a format that is the same on every machine and Python version.

Layout, all integers little-endian:

1. magic ``BISUGIF`` and one byte, the format version;
2. header length (uint32) and header: canonical JSON in UTF-8;
3. subjects: count (uint32), then the byte length of each key (uint32 each), then the keys in UTF-8;
4. per KPI in header order: numerator, denominator, n and value (int64 each), then the missing mask,
   one bit per subject, lowest bit first.

Nothing is compressed or pickled, so the bytes depend on the facts alone.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rules.errors import SnapshotError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAGIC = b"BISUGIF"
VERSION = 1
COUNT = np.dtype("<u4")
NUMBER = np.dtype("<i8")
Integers = NDArray[np.int64]
Arrays = tuple[Integers, Integers, Integers, Integers, NDArray[np.bool_]]
NUMBERS_PER_COLUMN = 4


def canonical_json(content: object) -> str:
    """Return JSON with sorted keys, no spaces and no escapes: one text per content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def pack(header: Mapping[str, Any], subjects: Sequence[str], columns: Sequence[Arrays]) -> bytes:
    """Write header, subjects and columns; ``header["kpis"]`` names the columns in their order."""
    text = canonical_json(dict(header)).encode()
    keys = [subject.encode() for subject in subjects]
    parts = [MAGIC, bytes([VERSION]), _counts([len(text)]), text]
    parts += [_counts([len(keys)]), _counts([len(key) for key in keys]), *keys]
    for column in columns:
        parts += [numbers.astype(NUMBER).tobytes() for numbers in column[:NUMBERS_PER_COLUMN]]
        parts.append(np.packbits(column[-1], bitorder="little").tobytes())
    return b"".join(parts)


def _counts(values: Sequence[int]) -> bytes:
    return np.array(values, dtype=COUNT).tobytes()


def unpack(data: bytes) -> tuple[dict[str, Any], tuple[str, ...], list[Arrays]]:
    """Read back what ``pack`` wrote.

    Raises:
        SnapshotError: Other magic or version, bytes missing or left over, or subjects out of order.
    """
    reader = _Reader(data)
    if reader.take(len(MAGIC)) != MAGIC:
        raise SnapshotError("not a facts snapshot")
    if (version := reader.take(1)[0]) != VERSION:
        raise SnapshotError(f"snapshot version {version} is unknown")
    try:
        header = json.loads(reader.take(reader.count()).decode())
        lengths = reader.counts(reader.count())
        subjects = tuple(reader.take(length).decode() for length in lengths)
        columns = [reader.column(len(subjects)) for _ in header["kpis"]]
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise SnapshotError("the snapshot is damaged") from error
    reader.finish()
    if any(first >= second for first, second in itertools.pairwise(subjects)):
        raise SnapshotError("subjects are not unique and sorted")
    return header, subjects, columns


class _Reader:
    """Reads consecutive parts and refuses to read past the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        part = self._data[self._at : self._at + size]
        if len(part) != size:
            raise SnapshotError("the snapshot is cut short")
        self._at += size
        return part

    def counts(self, number: int) -> list[int]:
        return [int(value) for value in np.frombuffer(self.take(number * COUNT.itemsize), dtype=COUNT)]

    def count(self) -> int:
        return self.counts(1)[0]

    def numbers(self, number: int) -> Integers:
        return np.frombuffer(self.take(number * NUMBER.itemsize), dtype=NUMBER).astype(np.int64, copy=False)

    def column(self, number: int) -> Arrays:
        above, below, n, value = (self.numbers(number) for _ in range(NUMBERS_PER_COLUMN))
        bits = np.frombuffer(self.take((number + 7) // 8), dtype=np.uint8)
        missing = np.unpackbits(bits, count=number, bitorder="little").astype(np.bool_)
        return above, below, n, value, missing

    def finish(self) -> None:
        if self._at != len(self._data):
            raise SnapshotError("the snapshot has bytes left over")
