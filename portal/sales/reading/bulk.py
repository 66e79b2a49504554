"""Judge a whole column at once where nearly every cell is new and all are plainly written.

One pattern over the joined column replaces a call per cell. Each function returns None when
some cell is not plain; the cell-by-cell readers then decide, with the same result.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WHOLE = re.compile(r"(?:(?:0|-?[1-9][0-9]{0,14}|-?[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4});)*+")
_CODES = re.compile(r"(?:[0-9A-Za-z][0-9A-Za-z_\-/]{0,11}+;)*+")
_SCIENTIFIC = re.compile(r"(?:^|;)[0-9]+e[0-9]+;")
_TOTALS = ("total;", "sum;")


def whole_numbers(cells: Sequence[str]) -> list[str] | None:
    """Read whole numbers with or without separators into integer text."""
    joined = ";".join(cells) + ";"
    if joined.count(";") != len(cells) or not _WHOLE.fullmatch(joined):
        return None
    return joined[:-1].replace(",", "").split(";")


def decimal_numbers(scale: int) -> Callable[[Sequence[str]], list[str] | None]:
    """Build the reader of numbers with exactly ``scale`` decimals, 1 or more, into minor units."""
    plain = re.compile(rf"(?:-?[0-9]{{1,12}}+\.[0-9]{{{scale}}};)*+")

    def read(cells: Sequence[str]) -> list[str] | None:
        joined = ";".join(cells) + ";"
        if joined.count(";") != len(cells) or not plain.fullmatch(joined):
            return None
        return list(map(str, map(int, joined[:-1].replace(".", "").split(";"))))

    return read


def plain_codes(cells: Sequence[str], longest: int) -> bool:
    """Tell whether all cells are short codes of letters, digits and hyphens with nothing suspicious."""
    joined = ";".join(cells) + ";"
    if joined.count(";") != len(cells) or not _CODES.fullmatch(joined):
        return False
    folded = joined.casefold()
    if any(word in folded for word in _TOTALS) or ("e" in folded and _SCIENTIFIC.search(folded)):
        return False
    return longest >= 12 or max(map(len, cells)) <= longest  # noqa: PLR2004  the longest plain code


def code_lengths(cells: Sequence[str]) -> Counter[int]:
    """Count the lengths of codes when all of them are digits; empty otherwise."""
    return Counter(map(len, cells)) if "".join(cells).isdigit() else Counter()
