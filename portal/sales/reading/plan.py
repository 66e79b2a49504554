"""From the header and the map to the work on each chunk: which cells go through which converter."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from portal.sales.reading.cells import SURE_DIGITS
from portal.sales.reading.column_map import ColumnRule
from portal.sales.reading.converters import REMEMBERED, REQUIRED, Bad, Converter
from portal.sales.reading.headers import position_of
from portal.sales.reading.messages import FileRefused, Message
from portal.sales.reading.numbers_read import BadValueError, read_decimal, scaled
from portal.sales.reading.report import NULL
from portal.sales.reading.spec import ColumnSpec, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.sales.reading.column_map import ColumnMap
    from portal.sales.reading.grid import Chunk
    from portal.sales.reading.headers import Header
    from portal.sales.reading.spec import TableSpec

SPLIT_MISMATCH = Bad.of(Message("split_mismatch"))
CODE_IS_DATE = Bad.of(Message("code_is_date"))
CODE_NUMBER_TOO_LONG = Bad.of(Message("code_number_too_long"))


@dataclass(slots=True)
class Plan:
    """How one column of ours is made.

    Attributes:
        positions: Source columns it is made from; none for constants and running numbers.
        make: Chunk → converted cells, each COPY text or ``Bad``.
    """

    column: ColumnSpec
    rule: ColumnRule
    converter: Converter
    positions: tuple[int, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


class Plans:
    """All plans of a file, applied chunk by chunk."""

    def __init__(
        self, spec: TableSpec, column_map: ColumnMap | None, header: Header, *, epoch_1904: bool
    ) -> None:
        self.spec = spec
        self.header = header
        self.plans: list[Plan] = []
        rules = _rules(spec, column_map, header)
        for column in spec.columns:
            rule = rules.get(column.name)
            if rule is None:
                continue
            converter = Converter(column, rule, spec, epoch_1904=epoch_1904)
            positions = tuple(position_of(source, header) for source in rule.sources)
            self.plans.append(Plan(column, rule, converter, positions))
        self.plans.sort(key=lambda plan: plan.rule.count_within is not None)
        self._splits: dict[tuple[int, str], list[tuple[str, ...] | None]] = {}

    @property
    def names(self) -> set[str]:
        """Our columns that something fills."""
        return {plan.column.name for plan in self.plans}

    @property
    def missing(self) -> list[str]:
        """Required columns that nothing fills."""
        names = self.names
        return [column.name for column in self.spec.columns if column.required and column.name not in names]

    @property
    def used_positions(self) -> dict[int, list[str]]:
        """Source position → our columns that it fills."""
        used: dict[int, list[str]] = {}
        for plan in self.plans:
            for place in plan.positions:
                used.setdefault(place, []).append(plan.column.name)
        return used

    def convert(self, chunk: Chunk) -> dict[str, Sequence[str]]:
        """Convert a chunk; columns of the spec that nothing fills are left out."""
        self._splits.clear()
        result: dict[str, Sequence[str]] = {}
        size = len(chunk.columns[0]) if chunk.columns else 0
        for plan in self.plans:
            result[plan.column.name] = self._cells(plan, chunk, size, result)
        return result

    def _cells(self, plan: Plan, chunk: Chunk, size: int, done: dict[str, Sequence[str]]) -> Sequence[str]:
        rule, converter = plan.rule, plan.converter
        if rule.count_within is not None:
            return [_next_number(plan.counts, key) for key in done[rule.count_within]]
        if rule.constant is not None:
            return [converter[rule.constant]] * size
        if rule.multiply is not None:
            return self._products(plan, chunk)
        if rule.split is not None:
            return self._pieces(plan, chunk.columns[plan.positions[0]])
        if rule.join or rule.if_blank:
            parts = [chunk.columns[position] for position in plan.positions]
            return converter.column_of([_joined(row, rule) for row in zip(*parts, strict=True)])
        return self._plain(plan, chunk)

    @staticmethod
    def _plain(plan: Plan, chunk: Chunk) -> Sequence[str]:
        cells = chunk.columns[plan.positions[0]]
        converted = plan.converter.column_of(cells)
        if chunk.typed is not None and plan.column.kind is Kind.CODE:
            return _judge_typed(plan, chunk.typed[plan.positions[0]], cells, converted)
        return converted

    def _pieces(self, plan: Plan, cells: Sequence[str]) -> Sequence[str]:
        pattern, group = plan.rule.split or "", plan.rule.group
        place = re.compile(pattern).groupindex[group] if isinstance(group, str) else group
        pieces = self._split(plan.positions[0], pattern, cells)
        if None not in pieces:
            return plan.converter.column_of([piece[place - 1] for piece in pieces if piece])
        plan.converter.any_bad = True
        convert = plan.converter.__getitem__
        return [SPLIT_MISMATCH if piece is None else convert(piece[place - 1]) for piece in pieces]

    def _split(self, position: int, pattern: str, cells: Sequence[str]) -> list[tuple[str, ...] | None]:
        """Match each cell once, however many columns of ours are cut out of it."""
        key = (position, pattern)
        if key not in self._splits:
            match = re.compile(pattern).fullmatch
            self._splits[key] = [
                found.groups("") if (found := match(cell.strip())) else None for cell in cells
            ]
        return self._splits[key]

    def _products(self, plan: Plan, chunk: Chunk) -> list[str]:
        left, right = (chunk.columns[position] for position in plan.positions)
        scale = plan.column.scale
        remembered = plan.converter
        result = []
        for pair in zip(left, right, strict=True):
            key = "\x00".join(pair)
            cell = dict.get(remembered, key)
            if cell is None:
                if len(remembered) >= REMEMBERED:
                    remembered.clear()
                cell = dict.setdefault(remembered, key, _product(*pair, scale, required=plan.column.required))
                remembered.any_bad = remembered.any_bad or isinstance(cell, Bad)
            result.append(cell)
        return result


def _judge_typed(
    plan: Plan, typed: Sequence[object], cells: Sequence[str], converted: Sequence[str]
) -> Sequence[str]:
    """Refuse codes that stand in the source as dates, booleans or numbers too long to be exact."""
    if not {*map(type, typed)} - {str, type(None)}:
        return converted
    seen, judged = plan.converter.seen, list(converted)
    for place, value in enumerate(typed):
        bad = None
        if isinstance(value, date | time | timedelta | bool):
            bad = CODE_IS_DATE
        elif isinstance(value, float) and not -SURE_DIGITS < value < SURE_DIGITS:
            bad = CODE_NUMBER_TOO_LONG
        elif isinstance(value, int | float):
            seen.numbers = seen.numbers or not cells[place].startswith("0")
        if bad is not None:
            judged[place] = bad
            plan.converter.any_bad = True
            seen.destroyed, seen.destroyed_example = seen.destroyed + 1, cells[place]
    return judged


def _joined(parts: tuple[str, ...], rule: ColumnRule) -> str:
    if not any(part.strip() for part in parts):
        return rule.if_blank
    return rule.separator.join(part.strip() or rule.if_blank for part in parts)


def _next_number(counts: dict[str, int], key: str) -> str:
    counts[key] = number = counts.get(key, 0) + 1
    return str(number)


def _product(left: str, right: str, scale: int, *, required: bool) -> str:
    """Multiply two written numbers; rounded half away from zero to ``scale`` decimal places."""
    if not left.strip() or not right.strip():
        return REQUIRED if required else NULL
    try:
        one, two = read_decimal(left, _no_mark), read_decimal(right, _no_mark)
        digits = str(int(one[1] + one[2]) * int(two[1] + two[2]))
        decimals = len(one[2]) + len(two[2])
        padded = digits.zfill(decimals + 1)
        parts = (one[0] != two[0], padded[: len(padded) - decimals], padded[len(padded) - decimals :])
        return scaled(parts, scale, times=1, rounded=True)
    except BadValueError as error:
        return Bad.of(error.message)


def _no_mark(_mark: str) -> None:
    raise BadValueError("bad_number")


def _rules(spec: TableSpec, column_map: ColumnMap | None, header: Header) -> dict[str, ColumnRule]:
    if column_map is None:
        return {
            column.name: ColumnRule(source=header.columns[column.name])
            for column in spec.columns
            if column.name in header.columns
        }
    known = {column.name for column in spec.columns}
    for name, rule in column_map.columns.items():
        for needed in (name, rule.count_within or name):
            if needed not in known:
                raise FileRefused.because("map_unknown_column", column=needed)
    return dict(column_map.columns)
