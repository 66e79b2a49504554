"""A dealer's own card of the running period, and results of periods that are over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one, fetch_value
from portal.network.scope import in_scope
from portal.voice.reverse import OWN, READ, Card, Tally, by_group, of_item, overall, tally, unpacked
from rules.reverse.book import Period, ReverseBook, reverse_book_in_force, shipped_reverse_books

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer

PERIODS_MOST = 12
COMMENTS_MOST = 200


@dataclass(frozen=True, slots=True)
class OwnCard:
    """What the viewer's dealer gave in the running period."""

    marks: Mapping[str, int]
    comment: str


@dataclass(frozen=True, slots=True)
class ItemResult:
    """Result of an item, or of all items together when ``code`` is empty.

    Attributes:
        before: Mean of the period before in tenths, when enough were given in both.
        groups: Region → result, as far as the viewer may see regions.
    """

    code: str
    whole: Tally
    before: int | None
    groups: Mapping[str, Tally]

    @property
    def change_tenths(self) -> int | None:
        """Difference to the period before, in tenths."""
        if self.before is None or self.whole.mean_tenths is None:
            return None
        return self.whole.mean_tenths - self.before


@dataclass(frozen=True, slots=True)
class ReverseResult:
    """Results of a period that is over.

    Attributes:
        cards: Dealers that gave marks.
        items: All items together first, then each.
        group_names: Regions shown, in order; name → English name.
        comments: What was written, without order or origin; empty when too few gave marks.
    """

    period: Period
    book: ReverseBook
    cards: int
    items: tuple[ItemResult, ...]
    group_names: Mapping[str, str]
    comments: tuple[str, ...]

    @property
    def is_enough(self) -> bool:
        """Whether anything is said."""
        return self.cards >= self.book.least


def book_on(day: dt.date) -> ReverseBook:
    """Return the version by which a day's period is asked."""
    return reverse_book_in_force(shipped_reverse_books(), day)


async def find_own_card(viewer: Viewer, dealer_id: int, period: Period) -> OwnCard | None:
    """Return what the viewer's dealer gave in a period that runs."""
    seen = in_scope(viewer, "a", policy=OWN)
    row = await fetch_one(
        "select c.marks, c.comment from reverse_card c join account a on a.id = c.dealer"
        f" where c.dealer = {{}} and c.period_on = {{}} and {seen.sql}",
        *(dealer_id, period.from_on, *seen.args),
    )
    return None if row is None else OwnCard(unpacked(row["marks"]), row["comment"])


async def count_cards(period: Period) -> int:
    """Return how many dealers gave marks in a period; while it runs, all that is said."""
    return int(
        await fetch_value("select count(*) from reverse_card where period_on = {}", period.from_on) or 0
    )


async def list_periods(today: dt.date) -> list[Period]:
    """Return the periods that are over and have cards, the latest first; twelve at most."""
    rows = await fetch(
        "select period_on, max(until_on) as until_on from reverse_card where until_on < {}"
        f" group by period_on order by period_on desc limit {PERIODS_MOST}",
        today,
    )
    return [Period(_day(row["period_on"]), _day(row["until_on"])) for row in rows]


async def reverse_result(
    viewer: Viewer, period: Period, before: Period | None, *, with_regions: bool
) -> ReverseResult:
    """Return the result of a period that is over.

    Args:
        viewer: Who reads; regions are those of his part, comments only for the whole network.
        period: One of ``list_periods``.
        before: The one before it, or None.
        with_regions: Whether regions are shown at all; dealers see the whole only.
    """
    book = book_on(period.from_on)
    cards, names = await _cards(period)
    earlier = (await _cards(before))[0] if before else []
    scope = viewer.scope_for(READ)
    shown = await _groups_of(viewer, names) if with_regions else {}
    codes = [item.code for item in book.items]
    whole = overall(cards, codes, book.least)
    then = overall(earlier, codes, book.least)
    enough = len(cards) >= book.least
    return ReverseResult(
        period,
        book,
        len(cards),
        (
            ItemResult("", whole, then.mean_tenths, {}),
            *(_item(code, cards, earlier, book.least, shown) for code in codes),
        ),
        shown,
        await _comments(period) if enough and scope.everything and with_regions else (),
    )


def _item(
    code: str, cards: list[Card], earlier: list[Card], least: int, shown: Mapping[str, str]
) -> ItemResult:
    groups = by_group(cards, code, least)
    return ItemResult(
        code,
        tally(of_item(cards, code), least),
        tally(of_item(earlier, code), least).mean_tenths,
        {name: groups.get(name, Tally(0, None)) for name in shown},
    )


async def _cards(period: Period) -> tuple[list[Card], dict[str, tuple[str, str]]]:
    """Return a period's cards, and path and English name of the regions they come from by name."""
    rows = await fetch(
        "select c.marks, coalesce(g.name, '') as name, coalesce(g.name_en, '') as name_en,"
        " coalesce(g.path, '') as path from reverse_card c left join region r on r.id = c.region"
        " left join region g on g.id = (select x.id from region x where x.parent is not null"
        " and substr(r.path, 1, length(x.path)) = x.path order by length(x.path) limit 1)"
        " where c.period_on = {}",
        period.from_on,
    )
    names = {row["name"]: (row["path"], row["name_en"] or row["name"]) for row in rows if row["name"]}
    return [Card(row["name"], unpacked(row["marks"])) for row in rows], dict(sorted(names.items()))


async def _groups_of(viewer: Viewer, names: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return those regions that lie in the viewer's part as a whole, with their English names."""
    scope = viewer.scope_for(READ)
    return {name: english for name, (path, english) in names.items() if scope.covers(path)}


async def _comments(period: Period) -> tuple[str, ...]:
    """Return the comments of a period in the order of their words, which says nothing of their origin."""
    rows = await fetch(
        "select text from reverse_comment where period_on = {} union all"
        f" select comment from reverse_card where period_on = {{}} and comment <> '' limit {COMMENTS_MOST}",
        *(period.from_on, period.from_on),
    )
    return tuple(sorted(row["text"] for row in rows))


def _day(value: object) -> dt.date:
    day = as_date(str(value))
    if day is None:
        raise TypeError("a period has days")
    return day
