"""What an import is made of: kinds, modes, what became of a row, and what a batch reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import IntEnum, StrEnum
from typing import Any


class ImportKind(StrEnum):
    """What a file holds."""

    REGIONS = "regions"
    DEALERS = "dealers"
    OUTLETS = "outlets"
    TERMINALS = "terminals"
    PRODUCTS = "products"
    ORDERS = "orders"
    PAYMENTS = "payments"
    TARGETS = "targets"
    CONTACTS = "contacts"


class Mode(StrEnum):
    """What happens to what is there: ADD keeps it, REPLACE takes the file's months away first."""

    ADD = "add"
    REPLACE = "replace"


class BatchState(StrEnum):
    """Where a batch stands; see ``ALLOWED``."""

    READING = "reading"
    STAGED = "staged"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDONE = "undone"
    REFUSED = "refused"
    DISCARDED = "discarded"


class RowState(IntEnum):
    """What a staged row is, compared with what is stored.

    NEW needs no mark. REPEATED is a row that says again what an earlier row of the same file says. RENEWED
    says what is stored and goes away with the replaced months, so it is written again; it counts as same.
    UNKNOWN names a code that a dealer has not explained yet; it waits and is not applied.
    """

    NEW = 1
    CHANGED = 2
    SAME = 3
    CONFLICT = 4
    REPEATED = 5
    RENEWED = 6
    UNKNOWN = 7


REPLACEABLE = frozenset({ImportKind.ORDERS, ImportKind.PAYMENTS})
"""Kinds that a file may replace month by month; the others are always added to."""

DEFAULT_SOURCE = "erp"
SAMPLE_ROWS = 50


@dataclass(slots=True)
class Counts:
    """How many rows a batch read and what became of them.

    ``stubs`` are codes nobody had named yet; ``unknown`` rows name codes a dealer has to explain first.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    conflict: int = 0
    rejected: int = 0
    removed: int = 0
    stubs: int = 0
    unknown: int = 0


@dataclass(slots=True)
class Totals:
    """Control totals of a file's good rows: what an accountant compares with the source system.

    Amounts are minor units; goods only, deposits apart.
    """

    lines: int = 0
    documents: int = 0
    net_minor: int = 0
    returns_minor: int = 0
    vat_minor: int = 0
    deposit_minor: int = 0
    quantity: int = 0
    active: int = 0


@dataclass(slots=True)
class BatchReport:
    """Everything a batch tells about itself, kept as JSON in ``import_batch.report``.

    Attributes:
        reader: What the reader reported: encoding, header map, months, problem counts.
        months: Month → good rows.
        warnings: Sentences about the whole file: code, English text to be translated, values.
    """

    counts: Counts = field(default_factory=Counts)
    totals: Totals = field(default_factory=Totals)
    months: dict[str, int] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    reader: dict[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Form for JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, data: dict[str, Any]) -> BatchReport:
        """Read the form that ``plain`` wrote."""
        return cls(
            counts=Counts(**data.get("counts", {})),
            totals=Totals(**data.get("totals", {})),
            months=data.get("months", {}),
            warnings=data.get("warnings", []),
            reader=data.get("reader", {}),
        )

    def warn(self, code: str, text: str, **params: Any) -> None:
        """Add a warning once; ``text`` is an English sentence to be translated where it is shown."""
        entry = {"code": code, "text": text, "params": params}
        if entry not in self.warnings:
            self.warnings.append(entry)
