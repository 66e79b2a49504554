"""Public holidays that the product ships, a file per country, with their names."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.documents import document_from
from rules.errors import RulebookError
from rules.fields import Fields

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from rules.kpis import Text

FOLDER = Path(__file__).parents[1] / "books" / "holidays"
MOST = 2_000


@cache
def shipped_holidays(country: str = "KR") -> Mapping[dt.date, Text]:
    """Return the holidays of a country by day; years that are not in the file are not known.

    Args:
        country: ISO 3166 code of two letters.

    Raises:
        OSError: There is no file for the country.
        RulebookError: The file has problems.
    """
    return read_holidays(FOLDER / f"{country.lower()}.yaml")


def read_holidays(source: Path | str) -> Mapping[dt.date, Text]:
    """Read a file of holidays, or its text.

    Raises:
        OSError: The file cannot be read.
        RulebookError: It has problems, or names a day twice.
    """
    document = document_from(source)
    book = Fields(document, document.content, (), frozenset({"country", "holidays"}))
    book.text("country")
    found: dict[dt.date, Text] = {}
    for place, content in enumerate(book.members("holidays", MOST)):
        entry = Fields(document, content, ("holidays", place), frozenset({"on", "ko", "en"}))
        day = entry.day("on")
        if day in found:
            entry.complain("on", f"{day} is there twice")
        found[day] = MappingProxyType({"ko": entry.text("ko"), "en": entry.text("en")})
    if document.problems:
        raise RulebookError("holidays", [str(problem) for problem in document.problems])
    return MappingProxyType(found)
