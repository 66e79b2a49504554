"""The result of the reverse score card as a file: the same silence as on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.web.formats import scaled
from portal.web.i18n import choose, gettext
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from portal.voice.queries.reverse import ItemResult, ReverseResult
    from portal.voice.reverse import Tally


def result_columns(result: ReverseResult) -> list[Column]:
    """Return the columns of a result, a pair for each region shown, in the current language."""
    regions = [
        column
        for place, (name, english) in enumerate(result.group_names.items())
        for column in (
            Column(f"mean{place}", choose(name, english)),
            Column(f"n{place}", f"{choose(name, english)} n"),
        )
    ]
    return [
        Column("item", gettext("What was rated"), 30),
        Column("mean", gettext("Mean (1 to 5)")),
        Column("n", gettext("Marks")),
        Column("change", gettext("Against the period before")),
        *regions,
    ]


async def result_rows(result: ReverseResult) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the items of a result as rows of its file, in one batch."""
    labels = {item.code: choose(item.label["ko"], item.label["en"]) for item in result.book.items}
    yield [_row(one, labels.get(one.code, gettext("All together"))) for one in result.items]


def _row(one: ItemResult, label: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "item": label,
        "mean": _mean(one.whole),
        "n": one.whole.n,
        "change": None if one.change_tenths is None else scaled(one.change_tenths, 1),
    }
    for place, tally in enumerate(one.groups.values()):
        row[f"mean{place}"] = _mean(tally)
        row[f"n{place}"] = tally.n or None
    return row


def _mean(tally: Tally) -> str:
    if tally.mean_tenths is None:
        return gettext("too few marks")
    return scaled(tally.mean_tenths, 1)
