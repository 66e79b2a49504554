"""Invitations by rule: seats and reason from a dated book, rehearsed first, hand-made lines stay."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Invalid, NotFound
from portal.occasions.books import book_in_force, shipped
from portal.occasions.facts import dealer_inputs
from portal.occasions.model import OccasionKind, OccasionMove
from portal.occasions.service.answers import decline
from portal.occasions.service.invitations import (
    Invited,
    invite_by_hand,
    invite_by_rule,
    preview_rule,
)
from portal.occasions.service.occasions import create_occasion, move_occasion
from rules.decisions.book import DecisionBook
from tests.portal.occasions.conftest import FAR, NEAR, OWN, PLAN, Site, open_occasion
from tests.portal.occasions.test_own_pages import browser, text_of

if TYPE_CHECKING:
    from tests.portal.occasions.conftest import World

TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
async def draft(people: World) -> Site:
    """A draft for all regions; the own dealer was at a training a month ago and is of class EIII."""
    past = await open_occasion(people, OWN, starts_at=PLAN.starts_at)
    came = await past.come()
    async with unit_of_work():
        month_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=30)
        await execute(
            "update occasion set starts_at = {}, ends_at = {}, sign_up_until = {}",
            *(month_ago, month_ago + dt.timedelta(hours=8), month_ago),
        )
        await insert_rows(
            "door_record",
            "client_key enrollment guest_position kind how noted_at received_at actor_user_id".split(),
            [("k1", came.enrollment_id, 0, "in", "hand", month_ago, month_ago, 7)],
        )
        await insert_rows(
            "account_class",
            ("account month_on level code observed before net_minor months limit_bp contribution_margin"
             " stability_margin edge_minor contribution_wavering stability_wavering").split(),
            [(OWN, dt.date(2026, 5, 1), "dealer", "EIII", "EIII", "", 0, 12, 0, 0, 0, 0, 0, 0)],
        )  # fmt: skip
    occasion_id = await create_occasion(people.people["marketing"], PLAN)
    return Site(people, occasion_id)


async def lines(site: Site) -> list[tuple[int, bool, int, str]]:
    rows = await fetch(
        "select dealer, is_invited, seats, outcome from occasion_invitation where occasion = {}"
        " order by dealer",
        site.occasion_id,
    )
    return [(row["dealer"], bool(row["is_invited"]), row["seats"], row["outcome"]) for row in rows]


def test_shipped_books_are_sound() -> None:
    assert [book.decision for book in shipped()] == ["training_invitation", "trip_invitation"]


async def test_facts_leave_out_what_is_not_known(draft: Site) -> None:
    found = await dealer_inputs([OWN, FAR], TODAY)
    assert found == {
        OWN: {"trainings_attended": "1", "trips_attended": "0", "class": "EIII", "region": "/KR/CC/"},
        FAR: {"trainings_attended": "0", "trips_attended": "0", "region": "/KR/GS/"},
    }


async def test_a_rule_invites_with_its_reason_and_keeps_what_was_made_by_hand(draft: Site) -> None:
    marketing = draft.viewer("marketing")
    book = await book_in_force(OccasionKind.TRAINING, TODAY)
    assert book.decision == "training_invitation"
    seen = await preview_rule(marketing, draft.occasion_id, book)
    assert [(one.dealer_id, one.seats, one.outcome, one.before) for one in seen] == [
        (FAR, 2, "not-yet", None),
        (OWN, 2, "develop", None),
        (NEAR, 2, "not-yet", None),
    ]
    assert await lines(draft) == []
    await invite_by_hand(marketing, draft.occasion_id, FAR, 0, "두 번 취소함")
    counts = await invite_by_rule(marketing, draft.occasion_id, book)
    assert counts == Invited(invited=2, left_out=0, held=0, kept=1)
    expected = [(OWN, True, 2, "develop"), (NEAR, True, 2, "not-yet"), (FAR, False, 0, "")]
    assert await lines(draft) == expected
    await invite_by_rule(marketing, draft.occasion_id, book)
    assert await lines(draft) == expected
    why = await fetch_one(
        "select reason, reason_en from occasion_invitation where occasion = {} and dealer = {}",
        draft.occasion_id,
        OWN,
    )
    assert why == {
        "reason": "육성 대상 대리점 (고객 유형 EIII)\n"
        "최근 12개월 교육 참석 1, 고객 유형 EIII, 최근 공개된 평가 등급 해당 없음",
        "reason_en": "Dealers to develop (customer class EIII)\n"
        "Trainings attended in 12 months 1, Customer class EIII, Last published grade n/a",
    }
    await move_occasion(marketing, draft.occasion_id, OccasionMove.OPEN)
    await decline(draft.viewer("owner"), draft.occasion_id, OWN, "수확")
    nobody = DecisionBook.load(
        "decision: training_invitation\nsubject: dealer\nhit_policy: first\neffective_from: 2026-01-01\n"
        "inputs:\n  class: {type: select, options: [EI, EIII], missing: hold}\n"
        "rules:\n  - id: top\n    when: {name: class, operator: contains, value: EI}\n"
        "    then: [{name: invite, params: {seats: 1}}]\n"
    )
    assert nobody.check().problems == ()
    counts = await invite_by_rule(marketing, draft.occasion_id, nobody)
    assert counts == Invited(invited=0, left_out=0, held=1, kept=2)
    assert await lines(draft) == [(OWN, True, 2, "develop"), (NEAR, False, 0, "held"), (FAR, False, 0, "")]


async def test_by_hand_wants_a_reason_and_a_dealer(draft: Site) -> None:
    marketing = draft.viewer("marketing")
    with pytest.raises(Invalid):
        await invite_by_hand(marketing, draft.occasion_id, OWN, 1, "")
    with pytest.raises(NotFound):
        await invite_by_hand(marketing, draft.occasion_id, 999, 1, "x")
    with pytest.raises(NotFound):
        await invite_by_hand(draft.viewer("owner"), draft.occasion_id, OWN, 1, "x")


async def test_the_planners_pages(draft: Site) -> None:
    base = f"/occasions/{draft.occasion_id}"
    async with browser(draft, "marketing") as office:
        empty = text_of((await office.get(f"{base}/invitations")).text)
        assert "Nobody is invited yet. Rehearse the rule to see whom it would invite." in empty
        rehearsed = text_of((await office.get(f"{base}/invitations/rehearsal")).text)
        assert "A rehearsal: nothing is written yet." in rehearsed
        assert await lines(draft) == []
        assert (await office.post(f"{base}/invitations/rule")).status_code == 303
        wrong = await office.post(
            f"{base}/invitations/hand", data={"code": "nobody", "seats": "1", "reason": "r"}
        )
        assert (wrong.status_code, "There is no dealer with this code." in wrong.text) == (422, True)
        hand = {"code": f"D{FAR}", "seats": "3", "reason": "opened a second store"}
        assert (await office.post(f"{base}/invitations/hand", data=hand)).status_code == 303
        assert (await lines(draft))[-1] == (FAR, True, 3, "")
        sent = await office.post(f"{base}/invitations/export", data={"format": "csv"})
        assert "opened a second store" in sent.content.decode("utf-8-sig")
        await move_occasion(draft.viewer("marketing"), draft.occasion_id, OccasionMove.OPEN)
        form = {"dealer": str(FAR), "who": "other", "name": "박영남", "diet": "채식"}
        assert (await office.post(f"{base}/roster", data=form)).status_code == 303
        again = await office.post(f"{base}/roster", data={"dealer": str(FAR), "who": "other"})
        assert again.status_code == 422
        listed = text_of((await office.get(f"{base}/roster")).text)
        assert "박영남" in listed
        file = await office.post(f"{base}/roster/export", data={"format": "csv"})
        assert "박영남" in file.content.decode("utf-8-sig")
        badges = await office.get(f"{base}/badges.pdf")
        assert badges.content[:5] == b"%PDF-"
        mine = await fetch_value("select id from enrollment where occasion = {}", draft.occasion_id)
        assert (
            await office.post(f"{base}/sign-ups/{mine}/cancel", data={"reason": "asked"})
        ).status_code == 303
    async with browser(draft, "manager") as manager:
        theirs = text_of((await manager.get(f"{base}/roster")).text)
        assert "박영남" not in theirs  # another region's
        assert (await manager.post(f"{base}/invitations/rule")).status_code == 403
    async with browser(draft) as dealer:
        for page in ("roster", "invitations", "badges.pdf"):
            assert (await dealer.get(f"{base}/{page}")).status_code == 404
        page = await dealer.get(f"/my/occasions/{draft.occasion_id}")
        assert "Dealers to develop (customer class EIII)" in text_of(page.text)
        assert 'aria-current="true"' in page.text


async def test_a_trip_is_not_invited_to_by_the_rule_of_trainings_page(draft: Site) -> None:
    async with unit_of_work():
        await execute("update occasion set kind = 'trip' where id = {}", draft.occasion_id)
    base = f"/occasions/{draft.occasion_id}/invitations"
    async with browser(draft, "marketing") as office:
        for answer in (await office.get(f"{base}/rehearsal"), await office.post(f"{base}/rule")):
            assert answer.status_code == 409
        page = (await office.get(base)).text
    assert ("/rehearsal" in page, f'action="{base}/rule"' in page, "/hand" in page) == (False, False, True)
    assert await fetch_value("select count(*) from occasion_invitation where source = 'rule'") == 0
