"""Giving marks while a period runs, taking them back, and cutting the link to the dealer when it is over."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import as_date, execute, fetch, insert_rows, unit_of_work
from portal.network.scope import today
from portal.voice.opinions import random_id
from portal.voice.queries.dealers import get_voice_dealer
from portal.voice.queries.reverse import book_on
from portal.voice.reverse import OWN, packed

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row
    from portal.voice.reverse import RateCommand
    from rules.reverse.book import Period


async def rate(viewer: Viewer, command: RateCommand) -> Period:
    """Keep a dealer's marks for the running period, in place of those given before; return the period.

    The audit log keeps that somebody gave marks in this period, not which.

    Raises:
        NotFound: The dealer is not the viewer's.
    """
    day = today(viewer)
    book = book_on(day)
    period = book.period(day)
    async with unit_of_work():
        dealer = await get_voice_dealer(viewer, command.dealer_id, OWN)
        await execute(
            "insert into reverse_card (id, period_on, until_on, book_sha256, dealer, region, marks, comment)"
            " values ({}, {}, {}, {}, {}, (select region from account where id = {}), {}, {})"
            " on conflict (period_on, dealer) do update set marks = excluded.marks,"
            " comment = excluded.comment, region = excluded.region, book_sha256 = excluded.book_sha256",
            *(random_id(), period.from_on, period.until_on, book.sha256, dealer.id, dealer.id),
            *(packed(command.marks), command.comment),
        )
        by = dealer.signature(viewer, OWN)
        await record(by, "voice.reverse_rated", Subject.of("reverse_period", str(period.from_on)))
    return period


async def take_back(viewer: Viewer, dealer_id: int) -> None:
    """Take a dealer's marks of the running period back, as if none had been given.

    Raises:
        NotFound: The dealer is not the viewer's.
    """
    day = today(viewer)
    period = book_on(day).period(day)
    async with unit_of_work():
        dealer = await get_voice_dealer(viewer, dealer_id, OWN)
        await execute(
            "delete from reverse_card where dealer = {} and period_on = {}", dealer.id, period.from_on
        )
        by = dealer.signature(viewer, OWN)
        await record(by, "voice.reverse_taken_back", Subject.of("reverse_period", str(period.from_on)))


async def cut_links(zone: dt.tzinfo) -> int:
    """Cut cards of periods that are over from their dealers; return how many. Again is no harm.

    A card gets a new id, keeps the first region below the root only where enough cards of the period come
    from it, and its comment goes to a place of its own.
    """
    day = dt.datetime.now(zone).date()
    async with unit_of_work():
        rows = await fetch(
            "delete from reverse_card where until_on < {} and dealer is not null"
            " returning period_on, until_on, book_sha256, region, marks, comment",
            day,
        )
        tops = await _top_regions()
        cards = [{**row, "region": tops.get(row["region"]), **_days(row)} for row in rows]
        sizes = Counter((card["period_on"], card["region"]) for card in cards)
        for card in cards:
            if sizes[card["period_on"], card["region"]] < book_on(card["period_on"]).least:
                card["region"] = None
        await _keep(cards)
    return len(cards)


def _days(row: Row) -> Row:
    return {name: as_date(row[name]) for name in ("period_on", "until_on")}


async def _keep(cards: list[Row]) -> None:
    names = ("period_on", "until_on", "book_sha256", "region", "marks")
    if cards:
        rows = [(random_id(), *(card[name] for name in names)) for card in cards]
        await insert_rows("reverse_card", ("id", *names), sorted(rows))
    if comments := [(random_id(), card["period_on"], card["comment"]) for card in cards if card["comment"]]:
        await insert_rows("reverse_comment", ("id", "period_on", "text"), sorted(comments))


async def _top_regions() -> dict[int, int]:
    """Return the first region below the root for each region; the root itself has none."""
    rows = await fetch("select id, path, parent from region")
    tops = {str(row["path"]): int(row["id"]) for row in rows if str(row["path"]).count("/") == 3}  # noqa: PLR2004  slashes of root and child
    return {
        int(row["id"]): tops[top]
        for row in rows
        if (top := "/".join(str(row["path"]).split("/")[:3]) + "/") in tops
    }
