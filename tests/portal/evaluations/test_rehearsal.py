"""Rehearsing on published months: sliders, the whole comparison, and what a proposal attaches."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from portal.db import execute, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.evaluations import incentives, rehearsal
from portal.evaluations.incentives import Incentive
from portal.evaluations.model import SubjectKind
from portal.evaluations.rehearsal import PublishedMonths, load_past, places_of, rehearse, slide
from portal.evaluations.rehearsal_views import sliders_view
from portal.rulebooks.service.drafts import create_draft
from rules.books import shipped_books
from rules.rulebook import Rulebook
from rules.sheets.payments import Payments
from tests.portal.evaluations.conftest import MONTH, NEXT, World, evaluate, set_sales

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.evaluations.queries.runs import RunView
    from portal.evaluations.rehearsal import Past
    from tests.portal.evaluations.world import Client

BOOK = next(book for book in shipped_books() if book.subject == "dealer" and book.version == "2025.2")
OTHER = next(book for book in shipped_books() if book.subject == "dealer" and book.version != "2025.2")
PATH = "/evaluations/rehearsal"
BY_GRADE = Incentive("7", {"ko": "등급 장려금", "en": "Incentive by grade"}, "2027-01", by_grade=True)
FLAT = Incentive("8", {"ko": "기본 장려금", "en": "Flat incentive"}, "2027-01", by_grade=False)
PAID = (1000, 500, 200, 100, 50, 0)
"""What a dealer is paid by grade S to D and without one."""


class Payer:
    """Pays every month by grade alone, or by the multipliers that are tried."""

    def __init__(self, *listed: Incentive) -> None:
        self.listed, self.asked = listed, 0

    async def list_incentives(self, _viewer):
        return self.listed

    async def pay(self, _incentive, months, grades, factors_bp):
        self.asked += 1
        row = [factors_bp.get(grade, 0) for grade in (*grades, "")] if factors_bp else PAID
        return {month: np.array([row] * len(codes), np.int64) for month, codes in months}


@pytest.fixture
def payer() -> Iterator[Payer]:
    """A source of one incentive by grade and a flat one."""
    before = incentives._sources[:]
    made = Payer(FLAT, BY_GRADE)
    incentives.join(made)
    incentives._kept.clear()
    yield made
    incentives._sources[:] = before
    incentives._kept.clear()


def payments(past: Past) -> Payments:
    """Amounts by grade, the same every month."""
    rows = {table.month: np.array([PAID] * len(table.subjects), np.int64) for table in past.history.tables}
    return Payments(("S", "A", "B", "C", "D"), rows)


@pytest.fixture
async def published(world: World, run: RunView) -> RunView:
    """Two published months."""
    async with unit_of_work():
        await execute("update evaluation_run set state = 'published'")
        for code, net in (("D-1", 1250), ("D-2", 990), ("D-3", 1000)):
            await set_sales(world.dealers[code], NEXT, net)
    later = await evaluate(world, NEXT)
    async with unit_of_work():
        await execute("update evaluation_run set state = 'published'")
    return later


async def test_only_published_months_are_rehearsed_on(world: World, run: RunView) -> None:
    assert (await load_past(SubjectKind.DEALER)).history.tables == ()
    assert (await PublishedMonths().rehearse(BOOK, None))["months"] == 0


async def test_a_proposal_is_rehearsed_on_the_published_months(published: RunView) -> None:
    found = await PublishedMonths().rehearse(BOOK, OTHER)
    assert (found["months"], found["first_month"], found["last_month"]) == (2, str(MONTH), str(NEXT))
    assert (found["subjects"], found["cases"]) == (4, 8)
    assert {group["key"] for group in found["groups"]["region"]} == {"CC", "GW"}
    assert sum(map(sum, found["moves"])) == 8
    again = await PublishedMonths().rehearse(BOOK, OTHER)
    assert json.dumps(found) == json.dumps(again)
    first = await PublishedMonths().rehearse(BOOK, None)
    assert (first["better"], first["worse"], first["worse_bp"]) == (0, 0, 0)


async def test_one_and_several_moved_thresholds(published: RunView) -> None:
    past = await load_past(SubjectKind.DEALER)
    nothing = await slide(past, BOOK, {("growth_1", 0): "10", ("unknown", 0): "1", ("growth_1", 7): "1"})
    one = await slide(past, BOOK, {("growth_1", 0): "25"})
    several = await slide(past, BOOK, {("growth_1", 0): "25", ("growth_2", 0): "24"})
    assert (nothing.tally.better, nothing.tally.worse, nothing.tally.points_milli) == (0, 0, 0)
    assert (one.tally.worse, one.tally.points_milli) == (1, -6200)
    assert (several.tally.worse, several.tally.points_milli < one.tally.points_milli) == (1, True)
    assert sum(map(sum, one.moves)) == 1
    assert [cliff.band for cliff in one.cliffs] == ["S", "A", "B", "C", "growth_1"]
    assert (await slide(past, BOOK, {("growth_1", 0): "9999"})).book.problems != ()
    again = await load_past(SubjectKind.DEALER)
    assert again is past
    impact = await rehearse(past, OTHER, BOOK, payments(past))
    assert impact.money_minor is not None


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("who", ["admin", "author", "auditor"])
async def test_the_screen_opens(client: Client, published: RunView, who: str, locale: str) -> None:
    for rest in (
        "",
        "/moved?t.growth_1.0=25",
        "/whole?t.growth_1.0=25&t.growth_2.0=1",
        "?subject=representative",
    ):
        assert (await client.get(who, f"{PATH}{rest}", **{"x-locale": locale})).status_code == 200


async def test_the_screen_says_what_a_moved_threshold_changes(client: Client, published: RunView) -> None:
    page = await client.get("author", PATH, **{"x-locale": "en"})
    assert 'name="t.growth_1.0"' in page.text
    assert "Nothing is moved yet." in page.text
    moved = await client.get("author", f"{PATH}/moved?t.growth_1.0=25", **{"x-locale": "en"})
    assert "10% → 25%" in moved.text
    assert "충청" in moved.text
    whole = await client.get("author", f"{PATH}/whole?t.growth_1.0=25", **{"x-locale": "en"})
    assert ("대청상사" in whole.text, "Who loses most" in whole.text) == (True, True)


async def test_a_threshold_that_is_none_is_named(client: Client, published: RunView) -> None:
    for rest in ("moved", "whole"):
        answer = await client.get("author", f"{PATH}/{rest}?t.growth_1.0=x&t.growth_1.y=1&other=1")
        assert "a threshold is a decimal number" in answer.text


async def test_a_draft_is_rehearsed_against_its_base(
    client: Client, world: World, published: RunView
) -> None:
    sound = await create_draft(world.people["author"], BOOK.canonical_json, OTHER.sha256)
    broken = await create_draft(world.people["author"], "decision: x")
    assert OTHER.version in (await client.get("author", f"{PATH}/whole?proposal={sound}")).text
    page = await client.get("author", f"{PATH}?proposal={broken}", **{"x-locale": "en"})
    assert "These criteria cannot be rehearsed yet." in page.text
    assert (await client.get("author", f"{PATH}?proposal=99999")).status_code == 404


async def test_nothing_published_nothing_to_rehearse(client: Client, run: RunView) -> None:
    page = await client.get("author", PATH, **{"x-locale": "en"})
    assert "No month has been published yet" in page.text


@pytest.mark.parametrize("who", ["owner", "staff", "manager", "representative", "finance"])
async def test_others_do_not_rehearse(client: Client, published: RunView, who: str) -> None:
    for rest in ("", "/moved", "/whole"):
        assert (await client.get(who, f"{PATH}{rest}")).status_code == 403


async def test_money_follows_the_grades_that_moved(published: RunView) -> None:
    past = await load_past(SubjectKind.DEALER)
    still = await slide(past, BOOK, {}, payments(past))
    moved = await slide(past, BOOK, {("growth_1", 0): "25"}, payments(past))
    worth = [*PAID[:5], 0]
    expected = sum(
        count * (worth[after] - worth[before])
        for before, row in enumerate(moved.moves)
        for after, count in enumerate(row)
    )
    assert still.paid is not None
    assert moved.paid is not None
    assert (still.paid.difference_minor, still.paid.more, still.paid.less) == (0, 0, 0)
    assert expected < 0
    assert moved.paid.base_minor == still.paid.base_minor
    assert (moved.paid.difference_minor, moved.paid.less) == (expected, 1)
    assert moved.paid.losers() == [(past.history.subjects.index("D-1"), expected)]
    assert moved.paid.winners() == []
    regions = {group.key: group.money_minor for group in moved.tally.groups["region"]}
    assert regions == {"CC": expected, "GW": 0}


async def test_who_gains_and_loses_is_told_by_account_class(published: RunView, monkeypatch) -> None:
    """Classes computed after the months were read show at once."""
    monkeypatch.setattr(rehearsal, "_pasts", {})
    assert (await load_past(SubjectKind.DEALER)).groups["class"] == {}
    async with unit_of_work():
        account = await fetch_value("select id from account where code = 'D-1'")
        await insert_rows(
            "account_class",
            "account month_on level code observed before net_minor months limit_bp contribution_margin"
            " stability_margin edge_minor".split(),
            [(account, MONTH.first_on, "dealer", "EI", "EI", "", 1, 12, 3000, 1, 1, 1)],
        )
        await insert_rows(
            "segment_run",
            "month_on level book_version book_sha256 accounts e1 e2 e3 e4 unclassed moved"
            " computed_at".split(),
            [(MONTH.first_on, "dealer", "2019.1", "x", 1, 1, 0, 0, 0, 0, 0, dt.datetime.now(dt.UTC))],
        )
    past = await load_past(SubjectKind.DEALER)
    moved = await slide(past, BOOK, {("growth_1", 0): "25"})
    assert [(group.key, group.worse) for group in moved.tally.groups["class"]] == [("", 0), ("EI", 1)]


async def test_the_screen_shows_what_grades_are_worth(
    client: Client, published: RunView, payer: Payer
) -> None:
    english = {"x-locale": "en"}
    page = await client.get("author", PATH, **english)
    assert 'value="7" selected' in page.text
    for _ in range(2):
        moved = await client.get("author", f"{PATH}/moved?t.growth_1.0=25&pays=7", **english)
    assert "Difference in incentives" in moved.text
    assert "-₩" in moved.text
    assert "대청상사" in moved.text
    assert payer.asked == 1
    whole = await client.get("author", f"{PATH}/whole?t.growth_1.0=25&pays=7", **english)
    assert ("Paid less" in whole.text, "Incentives by Incentive by grade (2027-01)" in whole.text) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("pays=8", "Flat incentive (2027-01) does not depend on the grade"),
        ("pays=", "No programme is chosen, so no money is shown."),
        ("pays=99", "No programme is chosen, so no money is shown."),
        ("subject=representative&pays=7", "Incentives are paid to dealers"),
    ],
)
async def test_why_there_is_no_money(
    client: Client, published: RunView, payer: Payer, query: str, said: str
) -> None:
    page = await client.get("author", f"{PATH}?{query}", **{"x-locale": "en"})
    if "representative" in query:
        assert page.status_code == 200
        return
    assert said in page.text


async def test_nothing_depends_on_the_grade(client: Client, published: RunView, payer: Payer) -> None:
    payer.listed = (FLAT,)
    page = await client.get("author", f"{PATH}/moved?t.growth_1.0=25", **{"x-locale": "en"})
    assert (
        "No incentive depends on the grade, so grades move no money: Flat incentive (2027-01)." in page.text
    )
    payer.listed = ()
    page = await client.get("author", f"{PATH}/moved?t.growth_1.0=25", **{"x-locale": "en"})
    assert "No incentive programme is approved" in page.text


async def test_multipliers_are_tried(client: Client, published: RunView, payer: Payer) -> None:
    tried = "pays=8&f.S=120&f.A=100.5&f.B=x&f.C=-1&f.D=nan"
    page = await client.get("author", f"{PATH}?t.growth_1.0=25&{tried}", **{"x-locale": "en"})
    assert 'name="f.S" min="0" max="1000" step="1" value="120"' in page.text
    assert 'name="f.A" min="0" max="1000" step="1" value="100.5"' in page.text
    assert 'name="f.B" min="0" max="1000" step="1" value=""' in page.text
    assert "Difference in incentives" in page.text


async def test_moved_thresholds_become_a_draft(client: Client, world: World, published: RunView) -> None:
    page = await client.get("author", f"{PATH}/moved?version={BOOK.sha256}&t.growth_1.0=25")
    assert f'<input type="hidden" name="version" value="{BOOK.sha256}">' in page.text
    sent = {"version": BOOK.sha256, "t.growth_1.0": "25"}
    answer = await client.post("author", f"{PATH}/draft", sent)
    number = int(answer.headers["location"].split("/")[2])
    row = await fetch_one("select text from rulebook_proposal where id = {}", number)
    assert row is not None
    made = Rulebook.load(row["text"])
    assert places_of(made)["growth_1", 0].threshold == "25"
    assert made.problems == ()
    again = await client.post("author", f"{PATH}/draft", {"proposal": str(number), "t.growth_1.0": "26"})
    assert answer.headers["location"] != again.headers["location"]
    refused = await client.post("author", f"{PATH}/draft", {"version": BOOK.sha256, "t.growth_1.0": "x"})
    assert refused.status_code == 409
    for who in ("admin", "auditor", "owner"):
        assert (await client.post(who, f"{PATH}/draft", sent)).status_code == 403


async def test_another_published_version_is_rehearsed(client: Client, published: RunView) -> None:
    page = await client.get("author", f"{PATH}?version={OTHER.sha256}", **{"x-locale": "en"})
    assert f"Criteria: {OTHER.version}" in page.text
    assert (await client.get("author", f"{PATH}?version={'0' * 64}")).status_code == 404


def test_every_threshold_lies_on_its_slider() -> None:
    for book in shipped_books():
        for line in sliders_view(book, {}):
            for slider in line["sliders"]:
                steps = (Decimal(slider["value"]) - slider["least"]) / slider["step"]
                assert steps == int(steps)
                assert slider["least"] <= Decimal(slider["value"]) <= slider["most"]
