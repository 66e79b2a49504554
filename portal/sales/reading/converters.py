"""One remembering converter per column: text of a cell → text for COPY, or what is wrong with it.

Each distinct spelling is judged once and remembered; a column of a million cells then costs
a million dictionary look-ups in C.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal.sales.reading.bulk import code_lengths, decimal_numbers, plain_codes, whole_numbers
from portal.sales.reading.days import EPOCH_1900, EPOCH_1904, day_reader
from portal.sales.reading.messages import Message
from portal.sales.reading.numbers_read import (
    BLANK_NUMBERS,
    RATE_UNITS,
    BadValueError,
    amount_reader,
    basis_points_reader,
    quantity_reader,
)
from portal.sales.reading.report import NULL
from portal.sales.reading.spec import DAY_KINDS, INTEGER_KINDS, ColumnSpec, Kind, TableSpec
from portal.sales.reading.texts import read_code, read_text, total_word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from portal.sales.reading.column_map import ColumnRule

MOSTLY_NEW = 8
"""A column is mostly new when at least one cell in this many was not remembered."""

REMEMBERED = 100_000
"""Distinct spellings remembered per column; then the memory starts afresh."""

TRUE_WORDS = frozenset({"y", "yes", "true", "t", "1", "o", "ㅇ", "○", "예", "네", "유", "참", "사용"})
FALSE_WORDS = frozenset({"n", "no", "false", "f", "0", "x", "×", "아니오", "아니요", "무", "거짓", "미사용"})
_NOTHING: frozenset[str] = frozenset({""})


class Bad(str):
    """Stands in a column where a value could not be read; carries the message.

    It is a string so that columns stay columns of strings; rows that hold one are never written.
    """

    __slots__ = ("message",)
    message: Message

    @classmethod
    def of(cls, message: Message) -> Bad:
        """Make one for a message."""
        bad = cls(message.code)
        bad.message = message
        return bad


REQUIRED = Bad.of(Message("required"))


@dataclass(slots=True)
class Seen:
    """What a converter noticed along the way, for warnings.

    Attributes:
        lengths: Length → distinct all-digit codes; ``examples`` holds one for each length.
        zero_lengths: Lengths of all-digit codes that begin with 0.
        numbers: Codes stood in the source as numbers, with nothing to show their zeros.
        serial: A day that was written as a spreadsheet number.
        destroyed: Distinct codes destroyed by a spreadsheet program, with an example.
    """

    lengths: dict[int, int] = field(default_factory=dict)
    examples: dict[int, str] = field(default_factory=dict)
    zero_lengths: set[int] = field(default_factory=set)
    serial: str = ""
    numbers: bool = False
    destroyed: int = 0
    destroyed_example: str = ""


class Converter(dict[str, str]):
    """Remembers cell text → COPY text or ``Bad`` for one column."""

    def __init__(self, column: ColumnSpec, rule: ColumnRule, spec: TableSpec, *, epoch_1904: bool) -> None:
        super().__init__()
        self.column = column
        self.seen = Seen()
        self.any_bad = False
        self._values = {key.strip(): value for key, value in rule.values.items()}
        numeric = column.kind in INTEGER_KINDS and column.kind is not Kind.BOOLEAN
        self._blank = (BLANK_NUMBERS if numeric else _NOTHING) | set(rule.blank)
        self._when_blank: str = REQUIRED if column.required else NULL
        self._read = self._reader(rule, spec, epoch_1904=epoch_1904)
        self._bulk = self._bulk_reader(rule)
        self._new = 0
        self._mostly_new = False

    def column_of(self, cells: Sequence[str]) -> Sequence[str]:
        """Convert a column: at once when the last one was mostly new and this is plain, else by memory."""
        if self._mostly_new and self._bulk is not None:
            done = self._bulk(cells)
            if done is not None:
                return done
        self._new = 0
        done = list(map(self.__getitem__, cells))
        self._mostly_new = self._new * MOSTLY_NEW > len(cells)
        return done

    def __missing__(self, text: str) -> str:
        self._new += 1
        if len(self) >= REMEMBERED:
            self.clear()
        result = self[text] = self._judge(text)
        return result

    def _judge(self, text: str) -> str:
        stripped = text.strip()
        if self._values:
            stripped = self._values.get(stripped, stripped)
        if stripped in self._blank:
            self.any_bad = self.any_bad or self.column.required
            return self._when_blank
        try:
            return self._read(stripped)
        except BadValueError as error:
            self.any_bad = True
            if error.message.code.startswith("code_"):
                self.seen.destroyed += 1
                self.seen.destroyed_example = stripped
            return Bad.of(error.message)

    def _reader(self, rule: ColumnRule, spec: TableSpec, *, epoch_1904: bool) -> Callable[[str], str]:
        column = self.column
        if column.kind in DAY_KINDS:
            epoch = EPOCH_1904 if epoch_1904 else EPOCH_1900
            return self._day(day_reader(spec.zone, date_format=rule.date_format, epoch=epoch))
        if column.kind is Kind.AMOUNT:
            scale = 0 if rule.unit == "minor" else column.scale
            return amount_reader(scale, spec.currency, times=rule.times or 1, rounded=rule.rounded)
        readers: dict[Kind, Callable[[str], str]] = {
            Kind.QUANTITY: quantity_reader(times=rule.times or 1, rounded=rule.rounded),
            Kind.BASIS_POINTS: basis_points_reader(rule.unit if rule.unit in RATE_UNITS else "basis_points"),
            Kind.BOOLEAN: _boolean,
            Kind.ENUM: _choice(column.enum or {}),
            Kind.CODE: self._code(rule),
            Kind.TEXT: self._text,
        }
        return readers[column.kind]

    def _bulk_reader(self, rule: ColumnRule) -> Callable[[Sequence[str]], Sequence[str] | None] | None:
        column = self.column
        if self._values or rule.blank or (rule.times or 1) != 1:
            return None
        if column.kind is Kind.CODE:
            return self._bulk_codes
        scale = 0 if rule.unit == "minor" or column.kind is Kind.QUANTITY else column.scale
        if column.kind in {Kind.QUANTITY, Kind.AMOUNT}:
            return decimal_numbers(scale) if scale else whole_numbers
        return None

    def _bulk_codes(self, cells: Sequence[str]) -> Sequence[str] | None:
        if not plain_codes(cells, self.column.max_length):
            return None
        lengths = code_lengths(cells)
        for length, count in lengths.items():
            self.seen.lengths[length] = self.seen.lengths.get(length, 0) + count
        for length in lengths.keys() - self.seen.examples.keys():
            self.seen.examples[length] = next(cell for cell in cells if len(cell) == length)
        if lengths and min(cells).startswith("0"):
            self.seen.zero_lengths.update(len(cell) for cell in cells if cell.startswith("0"))
        return cells

    def _day(self, read: Callable[[str], tuple[str, bool]]) -> Callable[[str], str]:
        def noticed(text: str) -> str:
            day, serial = read(text)
            if serial:
                self.seen.serial = text
            return day

        return noticed

    def _code(self, rule: ColumnRule) -> Callable[[str], str]:
        limit, decimal_code, seen = self.column.max_length, rule.decimal_code, self.seen

        def read(text: str) -> str:
            code = read_code(text, limit, decimal_code=decimal_code)
            if code.isdigit():
                size = len(code)
                seen.lengths[size] = seen.lengths.get(size, 0) + 1
                if size not in seen.examples:
                    seen.examples[size] = code
                if code[0] == "0":
                    seen.zero_lengths.add(size)
            elif total_word(code):
                raise BadValueError("skipped_total")
            return code.replace("\\", "\\\\")

        return read

    def _text(self, text: str) -> str:
        return read_text(text, self.column.max_length).replace("\\", "\\\\") or self._when_blank


def _boolean(text: str) -> str:
    word = text.casefold()
    if word in TRUE_WORDS:
        return "1"
    if word in FALSE_WORDS:
        return "0"
    raise BadValueError("bad_boolean")


def _choice(choices: dict[str, str]) -> Callable[[str], str]:
    known = {_folded(spelling): value for spelling, value in choices.items()}
    known |= {_folded(value): value for value in choices.values()}

    def read(text: str) -> str:
        value = known.get(_folded(read_text(text, 200)))
        if value is None:
            raise BadValueError("bad_choice", choices=", ".join(dict.fromkeys(choices.values())))
        return value

    return read


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()
