"""Support on the sheet for comparing offers: the tier by its figures, the rest by the logs."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.access import Grant, Role, Viewer
from portal.credit.queries.entries import DealerAccount, read_accounts
from portal.db import insert_rows, unit_of_work
from portal.errors import message
from portal.rebates import support
from portal.rebates.support import Support, list_support, support_lines
from portal.rebates.switching import read_figures, switching_of
from portal.settings import Settings
from portal.web.i18n import in_locale
from portal.web.printing.switching import render_switching
from tests.portal.credit.conftest import NEAR, NOW, OWN, RULES, TODAY, World, world
from tests.portal.credit.test_tiers import sold

__all__ = ["sold", "world"]

AT = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)


async def account_of(dealer: int) -> DealerAccount:
    return (await read_accounts([dealer], TODAY, RULES))[dealer]


async def test_the_tier_says_what_each_benefit_comes_to(sold: World) -> None:
    await sold.payment("PO05-2", "05-20", 4_200_000)
    with in_locale("en"):
        lines = support_lines(await account_of(OWN), [])
        assert support_lines(await account_of(NEAR), []) == ()
        assert support_lines(None, []) == ()
    assert [(line.what, line.figure) for line in lines] == [
        ("Deliveries a week", "3"),
        ("Days to pay beyond the contract", "7 days"),
        ("Taken off what is paid 10 days early", "0.3%"),
    ]
    assert "Service tier Silver" in lines[0].detail
    assert "₩6,999,990" in lines[0].detail
    assert lines[1].detail == "purchases of about ₩1,610,956 are paid that much later"
    assert lines[2].detail == "₩20,999 a month at most"


async def test_a_benefit_of_nothing_is_not_named(sold: World) -> None:
    with in_locale("en"):
        lines = support_lines(await account_of(OWN), [])
    assert [line.what for line in lines] == ["Deliveries a week"]


async def visit(key: str, account: int, day: str, *, owner: str = "manufacturer", gone: bool = False) -> None:
    async with unit_of_work():
        await insert_rows(
            "visit",
            ("client_key", "content_sha256", "account", "owner", "rank", "visitor_user_id", "visited_on",
             "visited_at", "outcome", "note", "created_at", "cancelled_at"),
            [(key, "", account, owner, "representative", 6, dt.date.fromisoformat(day), AT, "met", "", NOW,
              NOW if gone else None)],
        )  # fmt: skip


async def raised(key: str, kind: str, answered_after: int | None) -> None:
    answered = None if answered_after is None else AT + dt.timedelta(days=answered_after)
    async with unit_of_work():
        await insert_rows(
            "voice_item",
            ("client_key", "kind", "topic", "dealer", "text", "side", "dealer_reads", "raised_by_user_id",
             "raised_at", "competitor", "offer", "evidence", "due_on", "state", "cause", "answer",
             "answered_at", "reopened"),
            [(key, kind, "other", OWN, "늦었습니다", "dealer", kind != "approach", 8, AT, "", "", "", TODAY,
              "answered" if answered else "open", "", "답" if answered else "", answered, 0)],
        )  # fmt: skip


async def test_visits_and_answers_are_counted_by_the_logs(sold: World) -> None:
    assert await list_support(OWN, TODAY) == []
    await visit("a", OWN, "2026-05-01")
    await visit("b", OWN, "2025-06-02")
    await visit("too early", OWN, "2025-06-01")
    await visit("not ours", OWN, "2026-05-01", owner="dealer")
    await visit("cancelled", OWN, "2026-05-01", gone=True)
    await visit("another", NEAR, "2026-05-01")
    for key, kind, days in (("1", "concern", 1), ("2", "complaint", 2), ("3", "concern", None)):
        await raised(key, kind, days)
    await raised("4", "approach", 1)
    found = await list_support(OWN, TODAY)
    assert [str(one.figure) for one in found] == ["2 visits", "2 of 3"]
    assert [str(one.detail) for one in found] == [
        "2 to you, 0 to your outlets and shops; by the visit log",
        "answered after 2 days on average; by the log of concerns",
    ]


class Trips:
    """What a package above would have on record."""

    async def list_support(self, dealer_id: int, since: dt.date, until: dt.date) -> list[Support]:
        said = message("%(count)s days", count=(until - since).days)
        return [Support(message("Deliveries a week"), said, message("Back"))] if dealer_id == OWN else []


@pytest.mark.parametrize(("dealer", "lines"), [(OWN, 2), (NEAR, 0)])
async def test_packages_above_add_theirs_and_the_sheet_prints_all(
    sold: World, monkeypatch: pytest.MonkeyPatch, dealer: int, lines: int
) -> None:
    monkeypatch.setattr(support, "_SOURCES", [])
    support.join(Trips())
    auditor = Viewer(4, "auditor", "auditor", grants=(Grant(Role.AUDITOR),))
    figures = await read_figures(auditor, dealer, TODAY, Settings())
    document = switching_of(figures, Settings(), "en")
    html = render_switching(document, "en").replace("\u2060", "")
    assert len(document.support) == lines
    assert ("364 days" in html, "Nothing of this kind is on record." in html) == (lines > 0, lines == 0)
