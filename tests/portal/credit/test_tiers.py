"""Service tiers: orders and payment in time of a contracted dealer, shown with what the next one takes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from portal.credit.commands import TermsCommand
from portal.credit.conduct import in_time_bp, order_minor
from portal.credit.model import Charge, Piece, Settled
from portal.credit.queries.entries import read_accounts
from portal.credit.queries.tiers import ServiceStanding, service_of
from portal.credit.service.standings import refresh_all
from portal.credit.service.terms import agree_terms
from portal.db import fetch
from tests.portal.credit.conftest import NEAR, OWN, RETURN, RULES, TODAY, World, day
from tests.portal.credit.site import make_client

if TYPE_CHECKING:
    import datetime as dt


def charge(due: str, amount: int, *paid: tuple[str, int], is_order: bool = True) -> Settled:
    pieces = tuple(Piece("P", day(on), part) for on, part in paid)
    return Settled(Charge(day(due), day("01-01"), due, amount, is_order), pieces)


@pytest.mark.parametrize(
    ("settled", "expected"),
    [
        ([], None),
        ([charge("05-01", 100, ("05-01", 60), ("05-02", 40))], 6_000),
        ([charge("03-03", 100, ("03-01", 100))], None),
        ([charge("03-04", 100, ("03-01", 100)), charge("06-01", 100)], 5_000),
        ([charge("06-02", 100)], None),
        ([charge("05-01", 100, is_order=False)], None),
    ],
)
def test_paid_in_time_of_what_fell_due(settled: list[Settled], expected: int | None) -> None:
    assert in_time_bp(settled, day("03-03"), day("06-01")) == expected


@pytest.mark.parametrize(
    ("sales", "as_of", "expected"),
    [
        ([], "06-01", 0),
        ([("05-20", 90)], "05-20", 0),
        ([("05-20", 90)], "05-31", 90),
        ([("03-20", 90), ("06-01", 900)], "06-01", 30),
        ([("01-01", 700), ("03-31", 90), ("05-31", 11)], "05-31", 33),
        ([("05-20", 90), ("05-21", -100)], "06-01", 0),
    ],
)
def test_orders_of_complete_months_on_average(
    sales: list[tuple[str, int]], as_of: str, expected: int
) -> None:
    dated: list[tuple[dt.date, int]] = [(day(on), amount) for on, amount in sales]
    assert order_minor(dated, day(as_of), 3) == expected


async def service(dealer: int) -> ServiceStanding | None:
    return service_of((await read_accounts([dealer], TODAY, RULES))[dealer])


@pytest.fixture
async def sold(world: World) -> World:
    """Own ordered for 7 million a month and paid 80 % in time; near as much, in time, without a contract."""
    for dealer, letter in ((OWN, "O"), (NEAR, "N")):
        for month in ("03", "04", "05"):
            number = f"{letter}{month}"
            await world.document(number, f"{month}-02", (7_000_000, 0, 0), due=f"{month}-20", buyer=dealer)
            share = 0.4 if number == "O05" else 1
            await world.payment(f"P{number}", f"{month}-20", int(7_000_000 * share), dealer)
    await world.document("R", "05-05", (-30, 0, 0), kind=RETURN)
    command = TermsCommand(day("01-01"), None, 18, day("01-01"), "C", "계약")
    await agree_terms(world.people["finance"], OWN, command, RULES, TODAY)
    return world


async def test_a_tier_follows_from_orders_and_payment_in_time(sold: World) -> None:
    own, near = await service(OWN), await service(NEAR)
    assert own is not None
    assert near is not None
    assert (own.order_minor, own.in_time_bp, own.tier and own.tier.id) == (6_999_990, 8_000, "basic")
    assert (own.next_up and own.next_up.id, own.order_gap_minor, own.in_time_gap_bp) == ("silver", 0, 500)
    assert (near.in_time_bp, near.tier, near.order_gap_minor, near.in_time_gap_bp) == (10_000, None, 0, 0)


async def test_before_the_first_book_there_is_no_tier(sold: World) -> None:
    past = day("01-01").replace(year=2025)
    assert service_of((await read_accounts([OWN], past, RULES))[OWN]) is None
    await refresh_all(RULES, past)
    rows = await fetch("select order_minor, in_time_bp, service_tier from credit_standing")
    assert {tuple(row.values()) for row in rows} == {(0, None, "")}


async def test_the_list_knows_tiers(sold: World) -> None:
    await refresh_all(RULES, TODAY)
    async with make_client(sold.people) as client:
        shown = await client.get("/credit", params={"tier": "basic"}, headers={"x-viewer": "finance"})
        none = await client.get("/credit", params={"tier": "gold"}, headers={"x-viewer": "finance"})
        file = await client.post(
            "/credit/export", data={"format": "csv", "tier": "basic"}, headers={"x-viewer": "finance"}
        )
    names = [node.text(strip=True) for node in LexborHTMLParser(shown.text).css("tbody th a")]
    assert (names, "대청상사" in none.text) == (["대청상사"], False)
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [(row["Code"], row["Service tier"], row["Paid in time, %"]) for row in rows] == [
        (f"D{OWN}", "Basic", "80.00")
    ]


@pytest.mark.parametrize(("who", "path"), [("owner", "/my/credit"), ("rep", f"/credit/{OWN}")])
async def test_the_dealer_reads_tier_benefits_and_what_is_missing(sold: World, who: str, path: str) -> None:
    async with make_client(sold.people) as client:
        page = (await client.get(path, headers={"x-viewer": who})).text
        far = (await client.get("/my/credit", headers={"x-viewer": "far"})).text
    assert "For Silver: orders are enough · 5.0% more paid in time" in " ".join(page.split())
    assert "No incentive depends on the tier." in page
    assert "A tier begins when the first invoice" in far
