"""Measured facts of one month: exact fractions, quantised once, in columns for many subjects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rules import snapshot
from rules.errors import FactError, SnapshotError
from rules.kpis import Kpi, catalogue, kpi_of, meaning_of
from rules.money import divide
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Sequence


INT64_MAX = 2**63 - 1
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class FactValue:
    """One KPI of one subject.

    Attributes:
        numerator: Amount or count above the line; amounts in minor units.
        denominator: Amount or count below the line; 0 when nothing was measured.
        n: Number of observations behind the value.
        value_scaled: Quantised value × 10^scale, or None when the KPI is missing.
    """

    numerator: int
    denominator: int
    n: int
    value_scaled: int | None

    @classmethod
    def measured(cls, kpi: Kpi, numerator: int, denominator: int, n: int) -> FactValue:
        """Quantise a fraction; a denominator of 0 or below makes the value missing."""
        value = divide(numerator * kpi.multiplier, denominator) if denominator > 0 else None
        return cls(numerator, denominator, n, value)

    @classmethod
    def unknown(cls) -> FactValue:
        """Return the value of a KPI that was not measured or is not shared: missing, not zero."""
        return cls(0, 0, 0, None)


@dataclass(frozen=True, slots=True)
class Measure:
    """Unquantised column of one KPI, one entry per subject in the caller's order.

    Attributes:
        numerator: Integers.
        denominator: Integers; an entry of 0 or below is missing.
        n: Integers.
        missing: True where nothing was measured or it is not shared; None means nowhere.
    """

    numerator: ArrayLike
    denominator: ArrayLike
    n: ArrayLike
    missing: ArrayLike | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FactColumn:
    """One KPI of all subjects; arrays are read-only and of one length.

    Missing entries hold 0 in ``value``; numerator, denominator and n stay as measured,
    but are 0 where the measure was declared missing.
    """

    kpi: Kpi
    numerator: NDArray[np.int64]
    denominator: NDArray[np.int64]
    n: NDArray[np.int64]
    value: NDArray[np.int64]
    missing: NDArray[np.bool_]

    def at(self, row: int) -> FactValue:
        """Return one subject's value as Python integers."""
        value = None if self.missing[row] else int(self.value[row])
        return FactValue(int(self.numerator[row]), int(self.denominator[row]), int(self.n[row]), value)


def quantise(
    numerator: NDArray[np.int64], denominator: NDArray[np.int64], multiplier: int
) -> NDArray[np.int64]:
    """Round numerator × multiplier ÷ denominator half away from zero, exactly.

    Args:
        numerator: Any int64.
        denominator: At least 1 everywhere.
        multiplier: At least 1.

    Raises:
        FactError: A result does not fit 64 bits.
    """
    if not len(numerator):
        return numerator.copy()
    largest = max(abs(int(numerator.min())), abs(int(numerator.max())))
    if (
        2 * multiplier * largest + int(denominator.max()) > INT64_MAX
        or int(denominator.max()) > INT64_MAX // 2
    ):
        return _quantise_unbounded(numerator, denominator, multiplier)
    size = (np.abs(numerator) * (2 * multiplier) + denominator) // (2 * denominator)
    return np.asarray(np.sign(numerator) * size, dtype=np.int64)


def _quantise_unbounded(
    numerator: NDArray[np.int64], denominator: NDArray[np.int64], multiplier: int
) -> NDArray[np.int64]:
    pairs = zip(numerator.tolist(), denominator.tolist(), strict=True)
    values = [divide(above * multiplier, below) for above, below in pairs]
    if max(values) > INT64_MAX or min(values) < -INT64_MAX:
        raise FactError("a quantised value does not fit 64 bits")
    return np.array(values, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class FactTable:
    """All facts of one month for one kind of subject: the immutable input of an evaluation run.

    Attributes:
        kind: ``dealer`` or ``representative``.
        month: Month that was measured.
        as_of: UTC instant at which the sources were read, whole seconds.
        subjects: Stable keys, unique and sorted by code point.
        columns: One column per KPI, by code in code order.
    """

    kind: str
    month: Month
    as_of: dt.datetime
    subjects: tuple[str, ...]
    columns: Mapping[str, FactColumn]

    @classmethod
    def build(
        cls,
        kind: str,
        month: Month,
        as_of: dt.datetime,
        subjects: Sequence[str],
        measures: Mapping[str, Measure],
        *,
        kpis: Mapping[str, Kpi] | None = None,
    ) -> FactTable:
        """Sort the subjects and quantise every column once.

        Args:
            kind: Kind of subject.
            month: Month that was measured.
            as_of: Instant of the measurement; aware.
            subjects: Stable keys, any order; measures use the same order.
            measures: Columns by KPI code.
            kpis: Catalogue; the shipped one when left out.

        Raises:
            FactError: Duplicate subjects, unknown KPI, columns of another length, negative n,
                a naive instant, or a number beyond 64 bits.
        """
        known = catalogue() if kpis is None else kpis
        if as_of.tzinfo is None:
            raise FactError("as_of must carry a time zone")
        order = sorted(range(len(subjects)), key=subjects.__getitem__)
        keys = tuple(subjects[place] for place in order)
        if len(set(keys)) != len(keys):
            raise FactError("a subject appears twice")
        rows = np.array(order, dtype=np.int64)
        columns = {code: _column(code, measures[code], rows, known) for code in sorted(measures)}
        moment = as_of.astimezone(dt.UTC).replace(microsecond=0)
        return cls(kind, month, moment, keys, MappingProxyType(columns))

    def row(self, subject: str) -> int:
        """Return the position of a subject.

        Raises:
            KeyError: The subject has no facts in this month.
        """
        return self._rows[subject]

    def facts(self, subject: str) -> Mapping[str, FactValue]:
        """Return one subject's facts by KPI code; KeyError when it has none."""
        row = self.row(subject)
        return {code: column.at(row) for code, column in self.columns.items()}

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        return {subject: row for row, subject in enumerate(self.subjects)}

    def to_bytes(self) -> bytes:
        """Return the snapshot: equal facts give equal bytes on every machine and Python version."""
        header = {
            "as_of": self.as_of.strftime(MOMENT),
            "kind": self.kind,
            "month": str(self.month),
            "kpis": [meaning_of(column.kpi) for column in self.columns.values()],
        }
        return snapshot.pack(header, self.subjects, [_arrays(column) for column in self.columns.values()])

    @cached_property
    def sha256(self) -> str:
        """Identity of the snapshot: SHA-256 of its bytes, in hexadecimal."""
        return sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, data: bytes) -> FactTable:
        """Read a snapshot back and re-compute every quantised value.

        Raises:
            SnapshotError: Damaged bytes, an unknown version, or values that their fractions do not give.
        """
        header, subjects, arrays = snapshot.unpack(data)
        try:
            kpis = [kpi_of(meaning) for meaning in header["kpis"]]
            as_of = dt.datetime.strptime(header["as_of"], MOMENT).replace(tzinfo=dt.UTC)
            kind, month = str(header["kind"]), Month.parse(header["month"])
        except (KeyError, TypeError, ValueError) as error:
            raise SnapshotError("the snapshot is damaged") from error
        columns = {kpi.code: FactColumn(kpi, *part) for kpi, part in zip(kpis, arrays, strict=True)}
        for column in columns.values():
            _require_consistent(column)
        return cls(kind, month, as_of, subjects, MappingProxyType(columns))


def _arrays(column: FactColumn) -> snapshot.Arrays:
    return column.numerator, column.denominator, column.n, column.value, column.missing


def _column(code: str, measure: Measure, rows: NDArray[np.int64], kpis: Mapping[str, Kpi]) -> FactColumn:
    if code not in kpis:
        raise FactError(f"unknown KPI {code!r}")
    try:
        return _quantised(kpis[code], measure, rows)
    except (OverflowError, IndexError, TypeError, ValueError) as error:
        raise FactError(f"KPI {code!r}: {error}") from error


def _quantised(kpi: Kpi, measure: Measure, rows: NDArray[np.int64]) -> FactColumn:
    above, below, n = (_integers(part, rows) for part in (measure.numerator, measure.denominator, measure.n))
    if (n < 0).any():
        raise ValueError("n is negative")
    unknown = (
        np.zeros(len(rows), bool) if measure.missing is None else np.asarray(measure.missing, bool)[rows]
    )
    above, below, n = (np.where(unknown, 0, part) for part in (above, below, n))
    missing = unknown | (below <= 0)
    value = quantise(np.where(missing, 0, above), np.where(missing, 1, below), kpi.multiplier)
    return FactColumn(kpi, *map(_frozen, (above, below, n, value, missing)))


def _integers(values: ArrayLike, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    column = np.asarray(values)
    if len(column) != len(rows):
        raise ValueError(f"{len(column)} entries for {len(rows)} subjects")
    if column.dtype.kind not in "iu" and len(column):
        column = np.array([_integer(value) for value in column.tolist()], dtype=np.int64)
    if column.dtype == np.uint64 and len(column) and int(column.max()) > INT64_MAX:
        raise OverflowError("a number does not fit 64 bits")
    return column.astype(np.int64)[rows]


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"not an integer: {value!r}")
    return value


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array


def _require_consistent(column: FactColumn) -> None:
    missing = column.missing | (column.denominator <= 0)
    above, below = np.where(missing, 0, column.numerator), np.where(missing, 1, column.denominator)
    value = quantise(above, below, column.kpi.multiplier)
    if not (np.array_equal(missing, column.missing) and np.array_equal(value, column.value)):
        raise SnapshotError(f"KPI {column.kpi.code!r}: values that their fractions do not give")
