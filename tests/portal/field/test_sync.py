"""Records from phones: once each, by the server's clock, from who may; one wrong record spoils no other."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import fetch, fetch_one, fetch_value
from portal.errors import Invalid
from portal.field.forms import read_batch
from portal.field.model import made_at, skew_of
from portal.field.service.sync import forget_keys
from tests.portal.field.conftest import FAR, NEAR_POINT, OWN, POINT, SAT, Phone, key

if TYPE_CHECKING:
    from tests.portal.plans.conftest import World

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


async def count(table: str) -> int:
    return int(await fetch_value(f"select count(*) from {table}"))


async def test_a_visit_with_everything(rep: Phone) -> None:
    more = {"cases": "1,200", "minutes": "20", "note": "냉장고 옆\n두 줄", "promise_text": "차광막 가져오기"}
    more |= {"promise_side": "ours", "promise_due_on": "2026-12-01", "competitor": "경쟁사"}
    more |= {"share_source": "told", "share_percent": "40"}
    assert await rep.statuses(rep.visit(SAT - HOUR, **more)) == ["created"]
    visit = await fetch_one(
        "select account, visited_on, visited_at, outcome, cases, minutes, note from visit"
    )
    assert visit == {
        "account": POINT, "visited_on": dt.date(2026, 11, 21), "visited_at": SAT - HOUR, "outcome": "met",
        "cases": 1200, "minutes": 20, "note": "냉장고 옆\n두 줄",
    }  # fmt: skip
    promise = await fetch_one(
        "select p.text, p.side, p.keeper_user_id, p.due_on from promise p join visit v on v.id = p.visit"
    )
    assert promise is not None
    assert list(promise.values()) == ["차광막 가져오기", "ours", rep.viewer.user_id, dt.date(2026, 12, 1)]
    share = await fetch_one("select competitor, share_bp, source from share_observation")
    assert share == {"competitor": "경쟁사", "share_bp": 4_000, "source": "told"}


async def test_declining_keeps_no_share_and_nothing_said_keeps_nothing(rep: Phone) -> None:
    await rep.send(rep.visit(SAT), rep.visit(SAT, 103, share_source="declined", share_percent="90"))
    assert await fetch("select account, share_bp from share_observation") == [
        {"account": 103, "share_bp": None}
    ]


async def test_sent_again_it_is_the_same_record(rep: Phone) -> None:
    visit, account = rep.visit(SAT - HOUR), rep.account(SAT - HOUR, "새 가게")
    assert await rep.statuses(visit, account) == ["created", "created"]
    assert await rep.statuses(account, visit, visit, now=SAT + 40 * DAY) == ["duplicate"] * 3
    assert (await count("visit"), await count("account_find")) == (1, 1)


async def test_the_phones_clock_is_no_part_of_a_record(rep: Phone, world: World) -> None:
    other = Phone(world.people["rep"], skew=26 * HOUR)
    draft = rep.visit(SAT)
    assert await rep.statuses(draft) == ["created"]
    copied = {**draft, "at": (SAT + 26 * HOUR).isoformat()}
    assert await other.statuses(copied) == ["duplicate"]
    assert await other.statuses({**draft, "fields": {**draft["fields"], "cases": "3"}}) == ["conflict"]
    assert await count("field_phone") == 2


async def test_somebody_elses_key_is_a_conflict_and_tells_nothing(rep: Phone, world: World) -> None:
    draft = rep.visit(SAT, NEAR_POINT)
    other = Phone(world.people["other_rep"])
    assert await other.statuses(draft) == ["created"]
    answers = await rep.send(draft)
    assert [(answer.status.value, answer.problems) for answer in answers] == [("conflict", ())]


async def test_twice_at_once_is_once(rep: Phone, world: World) -> None:
    phones = [Phone(world.people["rep"]) for _ in range(4)]
    drafts = [rep.visit(SAT), rep.account(SAT, "동시에")]
    answers = await asyncio.gather(*(phone.statuses(*drafts) for phone in phones))
    for place in range(2):
        assert sorted(each[place] for each in answers) == ["created", "duplicate", "duplicate", "duplicate"]
    assert (await count("visit"), await count("account_find"), await count("field_item")) == (1, 1, 2)


@pytest.mark.parametrize("hours", [-26, 0, 26])
async def test_the_day_is_the_one_meant_on_a_phone_with_a_wrong_clock(world: World, hours: int) -> None:
    phone = Phone(world.people["rep"], skew=hours * HOUR)
    today, yesterday = phone.visit(SAT - HOUR), phone.visit(SAT - HOUR, 103)
    chosen = dt.date.fromisoformat(yesterday["fields"]["visited_on"]) - DAY
    yesterday["fields"]["visited_on"] = str(chosen)
    assert await phone.statuses(today, yesterday) == ["created", "created"]
    rows = await fetch("select visited_on, visited_at, device_at from visit order by account")
    assert [row["visited_on"] for row in rows] == [dt.date(2026, 11, 21), dt.date(2026, 11, 20)]
    assert (rows[0]["visited_at"], rows[0]["device_at"]) == (SAT - HOUR, SAT - HOUR + hours * HOUR)
    assert await fetch_value("select skew_seconds from field_phone") == hours * 3600


def test_a_record_is_never_from_the_future_and_a_small_difference_is_none() -> None:
    assert made_at(SAT + DAY, dt.timedelta(0), SAT) == SAT
    assert made_at(dt.datetime.min.replace(tzinfo=dt.UTC), DAY, SAT) == SAT
    assert skew_of(SAT + dt.timedelta(seconds=119), SAT) == dt.timedelta(0)
    assert skew_of(SAT - 2 * HOUR, SAT) == -2 * HOUR
    assert skew_of(None, SAT) == dt.timedelta(0)


@pytest.mark.parametrize("back", [-1, 8])
async def test_a_day_that_may_not_be_chosen(rep: Phone, back: int) -> None:
    visit = rep.visit(SAT, visited_on=str(dt.date(2026, 11, 21) - back * DAY), outcome="dream", cases="-3")
    (answer,) = await rep.send(visit)
    assert answer.status.value == "rejected"
    assert sorted(problem.field for problem in answer.problems) == ["cases", "outcome", "visited_on"]
    assert (await count("visit"), await count("field_item")) == (0, 0)


async def test_what_was_rejected_comes_again_under_its_key(rep: Phone) -> None:
    visit = rep.visit(SAT, outcome="dream")
    assert await rep.statuses(visit) == ["rejected"]
    visit["fields"]["outcome"] = "order"
    assert await rep.statuses(visit) == ["created"]
    assert await rep.statuses({**visit, "fields": {**visit["fields"], "outcome": "dream"}}) == ["conflict"]


async def test_one_wrong_record_spoils_no_other(rep: Phone) -> None:
    good, wrong, hidden = rep.visit(SAT), rep.visit(SAT, outcome="dream"), rep.visit(SAT, NEAR_POINT)
    damaged = {"id": "x", "kind": "visit"}
    foreign = rep.record("spell", SAT, {})
    statuses = await rep.statuses(wrong, hidden, foreign, damaged, good)
    assert statuses == ["rejected", "rejected", "rejected", "created", "rejected"]
    assert await count("visit") == 1


async def test_not_yours(world: World) -> None:
    for who, account in (("far_rep", POINT), ("rep", FAR), ("owner", NEAR_POINT), ("rep", 999_999)):
        phone = Phone(world.people[who])
        assert await phone.statuses(phone.visit(SAT, account)) == ["rejected"]
        promise = {"account": str(account), "text": "약속", "side": "ours", "due_on": "2026-12-01"}
        assert await phone.statuses(phone.record("promise", SAT, promise)) == ["rejected"]
    for who in ("finance", "auditor"):
        phone = Phone(world.people[who])
        assert await phone.statuses(phone.visit(SAT), phone.account(SAT, "남의")) == ["rejected", "rejected"]
    far = Phone(world.people["far_rep"])
    assert await far.statuses(far.account(SAT, "남의 대리점에")) == ["rejected"]
    assert (await count("visit"), await count("promise"), await count("account_find")) == (0, 0, 0)


async def test_a_visit_at_an_outlet_made_a_minute_before(rep: Phone) -> None:
    account = rep.account(SAT, "골목 슈퍼", planned="1", phone="02-123-4567")
    visit = rep.visit(SAT, account["id"])
    assert await rep.statuses(visit) == ["waits"]
    assert await rep.statuses(visit, account) == ["created", "created"]
    made = await fetch_one(
        "select a.name, a.state, a.dealer, a.owner, f.is_planned, f.found_by_user_id from account a"
        " join account_find f on f.account = a.id join visit v on v.account = a.id"
    )
    assert made == {
        "name": "골목 슈퍼", "state": "prospect", "dealer": OWN, "owner": "manufacturer", "is_planned": True,
        "found_by_user_id": rep.viewer.user_id,
    }  # fmt: skip
    assert await rep.statuses(rep.visit(SAT, visit["id"])) == ["rejected"]


async def test_a_place_needs_consent(rep: Phone) -> None:
    place = {"latitude": "37.5665", "longitude": "126.978"}
    (answer,) = await rep.send(rep.account(SAT, "자리", **place))
    assert [problem.field for problem in answer.problems] == ["place_consent"]
    assert await rep.statuses(rep.account(SAT, "다른 칸", coordinates="37.5, 127.0")) == ["created"]
    unplaced = "select t.latitude_micro from terminal t join account a on a.id = t.account where a.name = {}"
    assert await fetch_value(unplaced, "다른 칸") is None
    (wrong,) = await rep.send(rep.account(SAT, "자리", latitude="91", longitude="x", place_consent="1"))
    assert [problem.field for problem in wrong.problems] == ["latitude"]
    assert await rep.statuses(rep.account(SAT, "자리", **place, place_consent="1")) == ["created"]
    kept = await fetch_one(
        "select latitude_micro, longitude_micro from terminal t join account_find f on f.account = t.account"
        " where t.latitude_micro is not null"
    )
    assert kept == {"latitude_micro": 37_566_500, "longitude_micro": 126_978_000}


async def test_what_a_dealers_staff_log_is_the_dealers(world: World) -> None:
    owner = Phone(world.people["owner"])
    promise = {"account": str(POINT), "text": "진열대 옮기기", "side": "theirs", "due_on": "2026-12-01"}
    drafts = owner.visit(SAT, share_source="told", share_percent="3"), owner.account(SAT, "우리 가게")
    assert await owner.statuses(*drafts, owner.record("promise", SAT, promise)) == ["created"] * 3
    assert await fetch_value("select owner from visit") == "dealer"
    assert await fetch_value("select owner from promise") == "dealer"
    assert await fetch_value("select owner from account where name = '우리 가게'") == "dealer"
    assert await count("share_observation") == 0


async def test_phones_say_what_waits(rep: Phone) -> None:
    visit, wrong = rep.visit(SAT - HOUR), rep.visit(SAT, outcome="dream")
    await rep.send(visit, wrong, since=(SAT - HOUR).isoformat(), waiting=5, stuck=1, now=SAT)
    row = await fetch_one("select waiting, stuck, waiting_since_at, label, last_seen_at from field_phone")
    assert row == {
        "waiting": 4,
        "stuck": 1,
        "waiting_since_at": SAT - HOUR,
        "label": "Android",
        "last_seen_at": SAT,
    }
    await rep.send(now=SAT + HOUR)
    row = await fetch_one("select waiting, stuck, waiting_since_at, last_seen_at from field_phone")
    assert row == {"waiting": 0, "stuck": 0, "waiting_since_at": None, "last_seen_at": SAT + HOUR}
    await rep.send(rep.visit(SAT), waiting=2, stuck=2, since=SAT.isoformat())
    assert (await fetch("select waiting, stuck from field_phone")) == [{"waiting": 2, "stuck": 2}]


@pytest.mark.parametrize(
    "body",
    [None, [], {"phone": "x"}, {"phone": key(), "items": {}}, {"phone": key(), "items": [{}] * 51}],
)
def test_what_is_no_batch(body: object) -> None:
    with pytest.raises(Invalid):
        read_batch(body, SAT)


def test_damaged_records_are_named_where_they_can_be() -> None:
    good = {"id": key(), "kind": "visit", "at": SAT.isoformat(), "fields": {"note": "x"}}
    wrong: list[object] = [
        3, {}, {**good, "at": "yesterday"}, {**good, "at": "2026-11-21T00:00:00"}, {**good, "fields": []},
        {**good, "fields": {"note": 3}}, {**good, "fields": {"note": "x" * 4001}},
        {**good, "fields": {str(number): "" for number in range(41)}},
    ]  # fmt: skip
    batch = read_batch({"phone": key(), "items": [*wrong, good], "waiting": True, "now": 3}, SAT)
    assert (len(batch.items), batch.damaged) == (1, ("", "", *[good["id"]] * 6))


async def test_keys_are_kept_for_their_days(rep: Phone) -> None:
    early, late = rep.visit(SAT), rep.visit(SAT, 103)
    await rep.send(early)
    await rep.send(late, now=SAT + DAY)
    assert await forget_keys(90, SAT + 90 * DAY) == 0
    assert await forget_keys(90, SAT + 90 * DAY + HOUR) == 1
    assert await rep.statuses(late, now=SAT + 90 * DAY) == ["duplicate"]
    assert await forget_keys(90) >= 0
