"""What the reader can count of order lines while it has them in hand: codes, documents, control totals."""

from __future__ import annotations

from collections import defaultdict
from itertools import compress
from operator import and_, ne
from typing import TYPE_CHECKING, Any

from portal.sales.reading.report import NULL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_NUMBERS = 1_000_000
"""Document numbers remembered; a file with many more has them counted by the database."""

ROLES = ("buyer", "seller")
TALLIED = frozenset({"number", "kind", "line", "level", "line_kind", "product", "quantity", "amount", *ROLES})
"""Columns of order lines; tables without all of them are not tallied."""


class LineTally:
    """Counts chunks of good order lines; the columns are those of the spec, as COPY text."""

    def __init__(self) -> None:
        self._codes: dict[str, dict[str, set[str]]] = {role: defaultdict(set) for role in ROLES}
        self._products: set[str] = set()
        self._sums: dict[str, int] = dict.fromkeys(("net", "returns", "vat", "deposit", "quantity"), 0)
        self._numbers: _Numbers | None = _Numbers()
        self._unnumbered = False
        self._lines = 0

    def take(self, columns: Mapping[str, Sequence[str]], sums: Mapping[str, int]) -> None:
        """Count one chunk; ``sums`` are those of its summed columns."""
        self._take_codes(columns)
        self._take_sums(columns, sums)
        self._lines += len(columns["line"])
        self._unnumbered = self._unnumbered or NULL in columns["line"]
        if self._numbers is not None:
            self._numbers.take(columns)
            if self._numbers.lost:
                self._numbers = None

    def _take_codes(self, columns: Mapping[str, Sequence[str]]) -> None:
        levels = columns["level"]
        self._products.update(columns["product"])
        for role in ROLES:
            codes = self._codes[role]
            if levels.count(levels[0]) == len(levels):
                codes[levels[0]].update(columns[role])
                continue
            for level, code in set(zip(levels, columns[role], strict=True)):
                codes[level].add(code)

    def _take_sums(self, columns: Mapping[str, Sequence[str]], sums: Mapping[str, int]) -> None:
        goods = [True] * len(columns["kind"])
        net, quantity, added = sums["amount"], sums["quantity"], self._sums
        if "deposit" in columns["line_kind"]:
            goods = [kind != "deposit" for kind in columns["line_kind"]]
            net, quantity = _sum(columns["amount"], goods), _sum(columns["quantity"], goods)
        added["net"] += net
        added["quantity"] += quantity
        added["vat"] += sums.get("vat", 0)
        added["deposit"] += sums.get("deposit", 0) + sums["amount"] - net
        if "return" in columns["kind"]:
            returned = [kind == "return" for kind in columns["kind"]]
            added["returns"] += _sum(columns["amount"], list(map(and_, returned, goods)))

    def plain(self) -> dict[str, Any]:
        """Form for JSON, with the codes in ascending order.

        ``codes`` are by role and level word, products apart. ``numbers`` is None when the database
        has to count them, else documents, reused (with several buyers) and repeated (an identity came twice).
        """
        codes = {
            role: {level: sorted(found - {NULL}) for level, found in sorted(by_level.items())}
            for role, by_level in self._codes.items()
        }
        return {
            "codes": codes,
            "products": sorted(self._products),
            "lines": self._lines,
            "sums": self._sums,
            "unnumbered": self._unnumbered,
            "numbers": None if self._numbers is None else self._numbers.plain(),
        }


class _Numbers:
    """Counts document numbers chunk by chunk, as long as each stands in neighbouring chunks only.

    A document's lines follow each other in nearly every file. Where a number comes back later, or there are
    too many to remember, ``lost`` is true and the database has to count.
    """

    def __init__(self) -> None:
        self.lost = False
        self._seen: set[str] = set()
        self._last_pairs: set[tuple[str, str]] = set()
        self._last_buyers: dict[str, str] = {}
        self._reused: set[str] = set()
        self._repeated = False

    def take(self, columns: Mapping[str, Sequence[str]]) -> None:
        """Count one chunk."""
        numbers, lines, buyers = (
            _identities(columns["number"], columns["kind"]),
            columns["line"],
            columns["buyer"],
        )
        distinct = set(numbers)
        again = distinct & self._seen
        if not again <= self._last_buyers.keys() or len(self._seen) > MOST_NUMBERS:
            self.lost = True
            return
        pairs = set(zip(numbers, lines, strict=True))
        unnumbered = lines.count(NULL)
        if unnumbered:
            pairs = {pair for pair in pairs if pair[1] != NULL}
        continued = {pair for pair in self._last_pairs if pair[0] in again} if again else set()
        self._repeated = (
            self._repeated or len(pairs) + unnumbered < len(numbers) or not pairs.isdisjoint(continued)
        )
        self._find_reused(numbers, buyers, again)
        self._seen |= distinct
        self._last_pairs = pairs | continued

    def _find_reused(self, numbers: Sequence[str], buyers: Sequence[str], again: set[str]) -> None:
        known = dict(zip(numbers, buyers, strict=True))
        others = list(map(ne, map(known.__getitem__, numbers), buyers))
        if True in others:
            self._reused.update(compress(numbers, others))
        self._reused.update(number for number in again if known[number] != self._last_buyers[number])
        self._last_buyers = known

    def plain(self) -> dict[str, Any]:
        return {"documents": len(self._seen), "reused": len(self._reused), "repeated": self._repeated}


def _identities(numbers: Sequence[str], kinds: Sequence[str]) -> Sequence[str]:
    """Return number and kind as one text; orders, which have no kind or the kind order, stay the number."""
    if not set(kinds) - {NULL, "order"}:
        return numbers
    return [
        number if kind in (NULL, "order") else f"{number}\t{kind}"
        for number, kind in zip(numbers, kinds, strict=True)
    ]


def _sum(cells: Sequence[str], chosen: Sequence[bool]) -> int:
    return sum(map(int, compress(cells, chosen)))
