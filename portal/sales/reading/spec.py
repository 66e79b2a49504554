"""What an import expects: columns, their kinds, and how much a file may cost to read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

MIB = 1024 * 1024


class Kind(StrEnum):
    """How a column's values are checked and written.

    CODE and TEXT stay text. DAY becomes an ISO day (a time of day is dropped; with an
    offset it is first moved to the business zone). QUANTITY is whole units, AMOUNT whole
    minor units, BASIS_POINTS hundredths of a per cent, BOOLEAN 1 or 0, ENUM one of the
    column's values.
    """

    CODE = "code"
    TEXT = "text"
    DAY = "day"
    INSTANT = "instant"
    QUANTITY = "quantity"
    AMOUNT = "amount"
    BASIS_POINTS = "basis_points"
    BOOLEAN = "boolean"
    ENUM = "enum"


INTEGER_KINDS = frozenset({Kind.QUANTITY, Kind.AMOUNT, Kind.BASIS_POINTS, Kind.BOOLEAN})
DAY_KINDS = frozenset({Kind.DAY, Kind.INSTANT})


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column an import wants.

    Attributes:
        name: Column of the staged rows.
        kind: How values are read.
        required: A blank value rejects the row, a missing column the file.
        scale: Decimal places of the minor unit, for AMOUNT only (KRW 0, USD 2).
        aliases: Header spellings, Korean and English, that mean this column; the first wins.
        enum: Accepted spelling → stored value, for ENUM only; stored values are accepted too.
        max_length: Longest accepted text, in characters.
        summed: The report gives its sum over good rows; integer kinds only.
    """

    name: str
    kind: Kind
    required: bool = False
    scale: int = 0
    aliases: tuple[str, ...] = ()
    enum: dict[str, str] | None = None
    max_length: int = 200
    summed: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """The columns of one kind of import, in the order rows are handed over.

    Attributes:
        kind: Name of the import (orders, dealers …).
        columns: At least one is required, or blank rows could not be told from data.
        currency: Amounts marked with another currency are refused.
        zone: Business time zone, for instants with an offset.
    """

    kind: str
    columns: tuple[ColumnSpec, ...]
    currency: str = "KRW"
    zone: str = "Asia/Seoul"

    def __post_init__(self) -> None:
        """Refuse specs that cannot work."""
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.kind}: column names repeat")
        if not any(column.required for column in self.columns):
            raise ValueError(f"{self.kind}: no column is required")

    def column(self, name: str) -> ColumnSpec:
        """Find a column by name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. Every bound is inclusive.

    Attributes:
        memory_bytes: Address space of the child process.
        cpu_seconds: Processor time of the child.
        wall_seconds: Real time, after which the child is killed.
        zip_entries: Entries of a ZIP (an XLSX is one).
        unzipped_bytes: Unpacked size of a ZIP, all entries together.
        gz_bytes: Unpacked size of a gzip file, which is streamed.
        ratio: Unpacked size over packed size.
        cells: Cells of the rectangle a sheet spans, used or not.
        rows: Data rows.
        columns: Columns of the file.
        cell_characters: Longest cell of a text file.
        problems: Problems listed; counts go on.
        error_rows: Rejected rows kept for the error file.
    """

    memory_bytes: int = 1536 * MIB
    cpu_seconds: int = 300
    wall_seconds: int = 600
    zip_entries: int = 100
    unzipped_bytes: int = 300 * MIB
    gz_bytes: int = 2048 * MIB
    ratio: int = 200
    cells: int = 20_000_000
    rows: int = 20_000_000
    columns: int = 1_000
    cell_characters: int = 32_767
    problems: int = 10_000
    error_rows: int = 50_000


DEFAULT_LIMITS = Limits()


class Layout(StrEnum):
    """How good rows are handed over.

    ROWS is PostgreSQL's COPY text, a row a line. COLUMNS is blocks of rows, a column a line, without the
    columns that are one word or null throughout: what SQLite is filled from fastest.
    """

    ROWS = "rows"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Request:
    """Everything the child needs, as it crosses the process border in JSON."""

    path: str
    out_dir: str
    spec: TableSpec
    limits: Limits
    map_text: str | None = None
    rows: tuple[int, ...] = field(default=())
    layout: Layout = Layout.ROWS

    def plain(self) -> dict[str, Any]:
        """Form for JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, data: dict[str, Any]) -> Request:
        """Read the form that ``plain`` wrote."""
        columns = tuple(
            ColumnSpec(**{**column, "kind": Kind(column["kind"]), "aliases": tuple(column["aliases"])})
            for column in data["spec"]["columns"]
        )
        spec = TableSpec(**{**data["spec"], "columns": columns})
        limits = Limits(**data["limits"])
        rows, layout = tuple(data["rows"]), Layout(data["layout"])
        return cls(data["path"], data["out_dir"], spec, limits, data["map_text"], rows, layout)
