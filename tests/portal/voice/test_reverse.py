"""The reverse score card: marks, silence of small groups, the cut, the pages; on both databases."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from portal.db import execute, fetch, fetch_value, insert_rows, unit_of_work
from portal.errors import NotFound
from portal.voice.controllers import REVERSE
from portal.voice.opinions import random_id
from portal.voice.queries.reverse import book_on, list_periods, reverse_result
from portal.voice.reverse import Card, RateCommand, Tally, by_group, overall, packed, tally
from portal.voice.service.reverse import cut_links, rate
from rules.reverse.book import Period
from tests.portal.served import serve
from tests.portal.voice.conftest import NOW, OWN, World, today
from tests.portal.voice.test_pages import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

SEOUL = ZoneInfo("Asia/Seoul")
ENDED = Period(dt.date(2026, 1, 1), dt.date(2026, 3, 31))
CHUNGCHEONG, GYEONGSANG = 2, 3


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12)), st.integers(2, 6))
@settings(max_examples=200, deadline=None)
def test_nothing_can_be_computed_from_what_is_shown(sizes: dict[str, int], least: int) -> None:
    """Shown groups reach the floor; so do the silent ones together, or nobody is among them."""
    cards = [Card(group, {"delivery": 3}) for group, n in sizes.items() for _ in range(n)]
    shown = {group: one for group, one in by_group(cards, "delivery", least).items() if one.n}
    assert all(one.mean_tenths == 30 and sizes[group] == one.n >= least for group, one in shown.items())
    hidden = len(cards) - sum(one.n for one in shown.values())
    assert hidden == 0 or hidden >= min(least, len(cards))


def test_a_silent_item_is_not_in_the_whole() -> None:
    cards = [Card("", {"delivery": 4, "payment": 1} if place == 0 else {"delivery": 4}) for place in range(5)]
    assert overall(cards, ["delivery", "payment"], 5) == Tally(5, 40)
    assert overall(cards[:4], ["delivery", "payment"], 5) == Tally(4, None)
    assert (tally([1, 2], 2), tally([1], 2), tally([4, 4, 5], 2)) == (
        Tally(2, 15), Tally(1, None), Tally(3, 43)
    )  # fmt: skip


async def _period(period: Period, marks: Sequence[tuple[int, int, int, str]]) -> None:
    """Write cards (dealer, region, mark for delivery, comment) with dealers of their own."""
    async with unit_of_work():
        await insert_rows(
            "account",
            ("id", "kind", "code", "name", "region", "dealer", "owner", "area", "state", "is_stub", "version",
             "created_at", "updated_at"),
            [(number, "dealer", f"D{number}", f"대리점 {number}", region, number, "manufacturer", "",
              "existing", False, 1, NOW, NOW) for number, region, _, _ in marks],
        )  # fmt: skip
        await insert_rows(
            "reverse_card",
            ("id", "period_on", "until_on", "book_sha256", "dealer", "region", "marks", "comment"),
            [(random_id(), period.from_on, period.until_on, "0" * 64, number, region,
              packed({"delivery": mark}), comment) for number, region, mark, comment in marks],
        )  # fmt: skip


async def _quarters() -> Period:
    """Write a period of ten cards, six of Chungcheong and four of Gyeongsang, and one of five before it."""
    await _period(
        Period(dt.date(2025, 10, 1), dt.date(2025, 12, 31)),
        [(number, CHUNGCHEONG, 3, "") for number in range(100, 105)],
    )
    await _period(
        ENDED,
        [(200 + place, CHUNGCHEONG if place < 6 else GYEONGSANG, 4, f"말 {place}") for place in range(10)],
    )
    return ENDED


async def test_a_dealer_gives_changes_and_takes_back(voices: World) -> None:
    async with serve(REVERSE, voices.people) as client:
        site = Site(client)
        wrong = await site.post("owner", "/my/reverse-score", comment="아직", mark_delivery="")
        assert (wrong.status_code, "Give at least one mark." in wrong.text) == (422, True)
        assert "아직" in wrong.text
        assert (await site.post("owner", "/my/reverse-score", mark_delivery="6")).status_code == 422
        for mark in ("2", "4"):
            sent = await site.post("owner", "/my/reverse-score", mark_delivery=mark, comment="상자")
            assert sent.status_code == 303
        assert await fetch_value("select count(*) from reverse_card") == 1
        form = LexborHTMLParser((await site.get("staff", "/my/reverse-score")).text)
        chosen = form.css_first("input[name=mark_delivery][checked]")
        assert chosen is not None
        assert chosen.attributes["value"] == "4"
        other = LexborHTMLParser((await site.get("far", "/my/reverse-score")).text)
        assert [one.attributes["value"] for one in other.css("input[name=mark_delivery][checked]")] == [""]
        for who in ("manager", "rep", "admin"):
            seen = (await site.get(who, "/reverse-score")).text
            assert ("상자" in seen, "so far 1 dealers gave marks" in seen) == (False, True)
        assert (await site.post("owner", "/my/reverse-score/take-back", dealer="")).status_code == 303
        assert await fetch_value("select count(*) from reverse_card") == 0
    with pytest.raises(NotFound):
        await rate(voices.people["far"], RateCommand(OWN, {"delivery": 1}, ""))


async def test_results_are_the_same_before_and_after_the_cut(voices: World) -> None:
    """A region under the floor stays silent, and the other with it: it could be computed from the whole."""
    await _quarters()
    await _check_results(voices)
    assert await cut_links(SEOUL) == 15
    assert await cut_links(SEOUL) == 0
    await _check_results(voices)


async def _check_results(voices: World) -> None:
    period, before = await list_periods(today())
    admin = await reverse_result(voices.people["admin"], period, before, with_regions=True)
    assert (period, admin.cards, admin.is_enough) == (ENDED, 10, True)
    delivery = admin.items[1]
    assert (delivery.code, delivery.whole, delivery.before, delivery.change_tenths) == (
        "delivery", Tally(10, 40), 30, 10
    )  # fmt: skip
    assert set(delivery.groups.values()) == {Tally(0, None)}
    assert admin.items[2].whole == Tally(0, None)
    assert admin.comments == tuple(f"말 {place}" for place in range(10))
    manager = await reverse_result(voices.people["manager"], period, None, with_regions=True)
    assert (dict(manager.group_names), manager.comments) == ({"충청": "Chungcheong"}, ())
    owner = await reverse_result(voices.people["owner"], period, None, with_regions=False)
    assert (dict(owner.group_names), owner.comments, owner.items[0].whole) == ({}, (), Tally(10, 40))


async def test_after_the_cut_nothing_names_a_dealer(voices: World) -> None:
    assert voices
    await _quarters()
    before = {row["id"] for row in await fetch("select id from reverse_card")}
    day = today()
    running = book_on(day).period(day)
    await rate(voices.people["owner"], RateCommand(OWN, {"delivery": 5}, "지금"))
    await cut_links(SEOUL)
    rows = await fetch("select * from reverse_card where until_on < {}", day)
    assert {row["dealer"] for row in rows} == {None}
    assert {row["id"] for row in rows} & before == set()
    assert Counter(row["region"] for row in rows) == {CHUNGCHEONG: 11, None: 4}
    assert await fetch_value("select dealer from reverse_card where period_on = {}", running.from_on) == OWN
    assert await fetch_value("select count(*) from reverse_comment") == 10
    note = await fetch("select subject_key, changes, note from audit_event")
    assert note == [{"subject_key": str(running.from_on), "changes": "{}", "note": ""}]


async def test_the_page_and_the_file_keep_the_same_silence(voices: World) -> None:
    await _quarters()
    async with serve(REVERSE, voices.people) as client:
        site = Site(client)
        shown = (await site.get("manager", "/reverse-score")).text
        assert ("too few marks" in shown, "말 1" in shown) == (True, False)
        assert "말 1" in (await site.get("marketing", "/reverse-score", period="2026-01-01")).text
        assert "Too few" not in (await site.get("rep", "/reverse-score", period="2025-10-01")).text
        own = await site.get("owner", "/my/reverse-score")
        assert ("4.0" in own.text, "말 1" in own.text, "Chungcheong" in own.text) == (True, False, False)
        assert (await site.get("owner", "/reverse-score")).status_code in (403, 404)
        file = await site.post("admin", "/reverse-score/export", format="csv", period="2026-01-01")
        rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
        assert rows[1] == {
            "What was rated": "Delivery", "Mean (1 to 5)": "4.0", "Marks": "10",
            "Against the period before": "1.0", "Gyeongsang": "too few marks", "Gyeongsang n": "",
            "Chungcheong": "too few marks", "Chungcheong n": "",
        }  # fmt: skip
    async with unit_of_work():
        await execute("delete from reverse_card")
    async with serve(REVERSE, voices.people) as client:
        empty = await client.post(
            "/reverse-score/export", data={"format": "csv"}, headers={"x-viewer": "admin"}
        )
        assert empty.status_code == 404
