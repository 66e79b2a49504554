"""Inputs of many subjects in the narrowest columns that hold them, with missing values.

A number column keeps ``value − smallest + 1`` in the smallest unsigned type, so that 0 means missing and
every ``value ≥ edge`` is one comparison, missing or not. Texts and sets of options become codes of a
dictionary, 0 again missing. Truth values are packed eight to a byte at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rules.errors import FactError
from rules.facts import INT64_MAX

if TYPE_CHECKING:
    from rules.decisions.model import Kind, RuleSet, Variable

Packed = NDArray[np.uint8]
"""One bit per subject, the lowest bit first, in whole words of 64; bits behind the last subject are 0."""
Codes = NDArray[np.unsignedinteger[Any]]
TYPES: Mapping[Kind, type] = {
    "boolean": bool, "string": str, "select": tuple, "select_multiple": tuple,
}  # fmt: skip
WIDTHS = (np.uint8, np.uint16, np.uint32, np.uint64)


@runtime_checkable
class Measured(Protocol):
    """Numbers with a mask of the missing ones, such as a ``FactColumn``."""

    @property
    def value(self) -> NDArray[np.int64]:
        """Quantised numbers; anything where missing."""

    @property
    def missing(self) -> NDArray[np.bool_]:
        """True where there is no value."""


Given = Sequence[Any] | NDArray[Any] | Measured


@dataclass(frozen=True, slots=True, eq=False)
class NumberColumn:
    """Quantised numbers of all subjects.

    Attributes:
        codes: ``value − smallest + 1``; 0 is missing.
        smallest: Smallest value; 0 when there is none.
        largest: Largest value; -1 when there is none.
        present: Packed; None when no value is missing.
    """

    codes: Codes
    smallest: int
    largest: int
    present: Packed | None


@dataclass(frozen=True, slots=True, eq=False)
class TruthColumn:
    """Truth values of all subjects.

    Attributes:
        true: Packed; missing ones are 0.
        present: Packed; None when no value is missing.
    """

    true: Packed
    present: Packed | None


@dataclass(frozen=True, slots=True, eq=False)
class CodedColumn:
    """Texts or sets of options of all subjects, as codes of a dictionary.

    Attributes:
        codes: Position in ``values`` plus 1; 0 is missing.
        values: Distinct values in the order in which they were first seen.
        present: Packed; None when no value is missing.
    """

    codes: Codes
    values: tuple[str | tuple[str, ...], ...]
    present: Packed | None


Column = NumberColumn | TruthColumn | CodedColumn


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The inputs of a rule set for many subjects.

    Attributes:
        count: Number of subjects.
        by_name: One column per variable of the rule set.
    """

    count: int
    by_name: Mapping[str, Column]

    @classmethod
    def of(cls, ruleset: RuleSet, values: Mapping[str, Given]) -> Columns:
        """Narrow the values of every variable of a rule set; other names are left out.

        Args:
            ruleset: Declares the variables.
            values: Per variable one entry per subject: a list with None for missing, a NumPy array without
                missing values, or for numbers a ``FactColumn``. Nothing given keeps a reference to them.

        Raises:
            FactError: A variable is absent, lengths differ, a value is of the wrong type or a number does
                not fit 64 bits.
        """
        absent = [name for name in ruleset.variables if name not in values]
        if absent:
            raise FactError(f"no column for {', '.join(absent)}")
        counts = {len(_entries(values[name])) for name in ruleset.variables}
        if len(counts) > 1:
            raise FactError(f"columns differ in length: {sorted(counts)}")
        columns = {name: _column(variable, values[name]) for name, variable in ruleset.variables.items()}
        return cls(max(counts, default=0), columns)


def pack(flags: NDArray[Any]) -> Packed:
    """Pack flags, true where not 0, eight to a byte, the lowest bit first."""
    packed = np.zeros(width_of(len(flags)), np.uint8)
    packed[: (len(flags) + 7) >> 3] = np.packbits(flags, bitorder="little")
    return packed


def width_of(count: int) -> int:
    """Return the bytes of a packed row: whole words of 64 subjects."""
    return (count + 63) // 64 * 8


def everyone(count: int) -> Packed:
    """Return the packed row in which every subject is true."""
    packed = np.zeros(width_of(count), np.uint8)
    packed[: count >> 3] = 255
    packed[count >> 3 : (count + 7) >> 3] = (1 << (count & 7)) - 1
    return packed


def unpack(packed: Packed, count: int) -> NDArray[np.bool_]:
    """Return the first ``count`` flags of a packed row."""
    return np.unpackbits(packed, count=count, bitorder="little").view(np.bool_)


def narrowest(largest: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest unsigned type that holds 0 to ``largest``, at most 2^64 − 1."""
    return next(width for width in WIDTHS if largest <= np.iinfo(width).max)


def _entries(given: Given) -> Sequence[Any] | NDArray[Any]:
    return given.value if isinstance(given, Measured) else given


def _column(variable: Variable, given: Given) -> Column:
    try:
        if variable.kind == "numeric":
            return _numbers(*_measured(given))
        entries = _entries(given)
        values = entries.tolist() if isinstance(entries, np.ndarray) else list(entries)
        _require_type(values, TYPES[variable.kind])
    except (TypeError, OverflowError) as error:
        raise FactError(f"{variable.name!r}: {error}") from error
    return _truths(values) if variable.kind == "boolean" else _coded(values)


def _require_type(values: Sequence[Any], wanted: type) -> None:
    if wrong := set(map(type, values)) - {wanted, type(None)}:
        names = sorted(found.__name__ for found in wrong)
        raise TypeError(f"expected {wanted.__name__}, found {', '.join(names)}")


def _measured(given: Given) -> tuple[NDArray[np.int64], NDArray[np.bool_] | None]:
    if isinstance(given, Measured):
        return given.value, given.missing if given.missing.any() else None
    if isinstance(given, np.ndarray):
        if given.dtype.kind not in "iu":
            raise TypeError(f"expected integers, found {given.dtype}")
        if given.dtype == np.uint64 and (given > INT64_MAX).any():
            raise OverflowError("a number does not fit 64 bits")
        return given.astype(np.int64, copy=False), None
    values = list(given)
    _require_type(values, int)
    if None not in values:
        return np.array(values, np.int64), None
    missing = np.fromiter((value is None for value in values), bool, len(values))
    return np.array([value or 0 for value in values], np.int64), missing


def _numbers(values: NDArray[np.int64], missing: NDArray[np.bool_] | None) -> NumberColumn:
    known = values if missing is None else values[~missing]
    smallest, largest = (int(known.min()), int(known.max())) if len(known) else (0, -1)
    if smallest < -INT64_MAX:
        raise OverflowError("a number does not fit 64 bits")
    width = narrowest(largest - smallest + 1)
    # In 64 unsigned bits the difference is exact even where the signed one would overflow.
    codes = (values.view(np.uint64) - np.uint64((smallest - 1) % (1 << 64))).astype(width)
    if missing is None:
        return NumberColumn(codes, smallest, largest, None)
    codes[missing] = 0
    return NumberColumn(codes, smallest, largest, pack(~missing))


def _truths(values: Sequence[bool | None]) -> TruthColumn:
    true = pack(np.fromiter(map(bool, values), bool, len(values)))
    return TruthColumn(true, _present(values))


def _coded(values: Sequence[Any]) -> CodedColumn:
    distinct = dict.fromkeys(values)
    distinct.pop(None, None)
    places: dict[Any, int] = {value: place for place, value in enumerate(distinct, start=1)}
    width = narrowest(len(places))
    codes = np.fromiter(map(places.get, values, repeat(0)), width, len(values))
    return CodedColumn(codes, tuple(distinct), _present(values))


def _present(values: Sequence[Any]) -> Packed | None:
    if None not in values:
        return None
    return pack(np.fromiter((value is not None for value in values), bool, len(values)))
