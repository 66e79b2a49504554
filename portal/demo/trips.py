"""The demo's trips (story step 11): one that was held and counted, one that dealers sign up for now.

Written as rows with the story's days: services would stamp them with the day on which the demo is built.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from campaigns.trips.model import share_out
from portal import db
from portal.demo.write_network import dealer_id
from portal.identity.queries import load_viewer
from portal.occasions.books import shipped
from portal.occasions.service.invitations import invite_by_rule
from portal.rulebooks.service.versions import store_version
from portal.settings import Settings
from portal.voice.opinions import OpinionCommand, OpinionRules, OpinionTopic, SourceKind
from portal.voice.service.opinions import record

if TYPE_CHECKING:
    from portal.access import Viewer
    from rules.decisions.book import DecisionBook

_ZONE = "Asia/Seoul"
_LEADER = ("leader", "정과장", "010-3333-0110")
_WENT = range(4, 11)
"""Positions of the dealers who were on the trip of January; the last one signed up and did not come."""
_ASKED = dt.date(2026, 11, 20)
_LONG_AGO = dt.datetime(2025, 12, 1, 1, tzinfo=dt.UTC)
_JANUARY = dt.datetime(2026, 1, 22, 0, tzinfo=dt.UTC)
_DECEMBER = dt.datetime(2026, 12, 17, 0, tzinfo=dt.UTC)
_COSTS = (
    ("planned", "stay", "리조트 1박", 1_800_000, 180_000, True),
    ("planned", "transport", "전세 버스", 900_000, 90_000, True),
    ("spent", "stay", "리조트 1박", 1_740_000, 174_000, True),
    ("spent", "transport", "전세 버스", 920_000, 92_000, True),
    ("spent", "meal", "저녁 식사와 간담회", 611_000, 61_100, True),
    ("spent", "staff", "인솔자 숙박", 145_000, 14_500, False),
)
_STOPS = (
    (1, 2, "대전역 집결·출발", "Meeting at Daejeon station", "대전역 서광장", "정과장"),
    (4, 5, "점심", "Lunch", "강릉 초당", ""),
    (5, 8, "음료 공장과 물류 센터 견학", "Plant and warehouse", "강릉 공장", "공장장 한도윤"),
    (9, 12, "간담회: 올겨울 어려움과 해결", "Talk: what was hard this winter", "리조트 세미나실", "정과장"),
    (25, 27, "경포 해변 산책", "Walk along the beach", "경포", ""),
    (28, 31, "마무리와 귀가", "Closing and way home", "", "정과장"),
)
_TOPICS = (
    (
        4,
        OpinionTopic.DELIVERY,
        "새벽 배송이 7시를 넘겨 첫 거래처를 놓칩니다.",
        "2월부터 1코스를 6시로 당기기로 함",
    ),
    (5, OpinionTopic.SUPPORT, "온장고 수리가 보름씩 걸립니다.", "지역 수리업체를 추가 지정"),
    (6, OpinionTopic.PRICES, "편의점 행사와 가격 차이가 큽니다.", ""),
)
_DIETS = ("", "땅콩 알레르기", "", "채식", "", "", "해산물 제외")
_HOSPITALITY = (
    (0, "meal", "2026-03-11", "청주", "성수기 물량 상담", 2, 84_000, 8_400),
    (4, "golf", "2026-05-20", "충주", "신제품 설명", 1, 210_000, 21_000),
    (4, "meal", "2026-09-02", "제천", "비수기 계획 상담", 3, 296_000, 29_600),
)


async def write_trips() -> None:
    """Write the trip of January, held and booked, the trip of December, and some hospitality."""
    planner = await load_viewer("marketing", _ZONE)
    async with db.unit_of_work():
        leader = await _leader()
        learnt = await db.fetch_value(
            "select id from occasion where kind = 'training' and state = 'held' and ends_at <= {}"
            " order by ends_at desc limit 1",
            _JANUARY,
        )
        await _january(planner, learnt, leader)
        await _december(planner, leader)
        await db.execute(
            "update occasion set seats_taken = (select coalesce(sum(e.heads), 0) from enrollment e"
            " where e.occasion = occasion.id and e.state = 'confirmed') where created_at = {}",
            _LONG_AGO,
        )
        for number, (position, *entry) in enumerate(_HOSPITALITY):
            kind, day, place, purpose, heads, supply, vat = entry
            await _insert(
                "hospitality", client_key=_key("hospitality", number), dealer=dealer_id(position), kind=kind,
                happened_on=dt.date.fromisoformat(str(day)), place=place, purpose=purpose, heads=heads,
                supply_minor=supply, vat_minor=vat, reason="", actor_user_id=planner.user_id, at=_LONG_AGO,
            )  # fmt: skip


async def _leader() -> int:
    """Add the person who leads; he signs in like everybody else of the demo."""
    login, name, _ = _LEADER
    row = await db.fetch_one("select password_hash, created_at from login_user order by id limit 1")
    if row is None:
        raise RuntimeError("the demo has no people yet")
    user_id = await _insert(
        "login_user", login=login, name=name, work_email=f"{login}@hanbit.example", locale="ko", active=True,
        password_hash=row["password_hash"], created_at=row["created_at"],
    )  # fmt: skip
    await _insert(
        "role_grant", user_id=user_id, role="marketing", state="active", origin="demo",
        requested_at=row["created_at"],
    )  # fmt: skip
    return user_id


async def _january(planner: Viewer, training: int, leader: int) -> None:
    """Write the trip that was held: beds, costs, what each dealer was given, topics, report."""
    occasion = await _occasion("trip", "강릉 연수 여행", "Trip to Gangneung", _JANUARY, 0, "held", 20)
    trip = await _trip(occasion, training, leader, dt.date(2025, 9, 1), dt.date(2025, 10, 1))
    await db.execute(
        "update trip set report_due_on = {}, report_at = {}, report_by_user_id = {}, report = {}"
        " where id = {}",
        dt.date(2026, 1, 30),
        dt.datetime(2026, 1, 28, 5, tzinfo=dt.UTC),
        leader,
        "배송 시간과 온장고 수리 이야기가 가장 많았습니다. 두 건은 현장에서 해결책을 정했습니다.",
        trip,
    )
    guests: dict[int, list[int]] = {}
    for position in _WENT:
        await _invite(occasion, position, planner)
        came = position != _WENT[-1]
        guests[position] = await _sign_up(occasion, position, 2 if position % 2 else 1, came=came)
    await _beds(trip, guests)
    await _money(trip, {dealer_id(p): len(ids) if p != _WENT[-1] else 0 for p, ids in guests.items()})
    rules = OpinionRules.of(Settings())
    boss = await load_viewer(_LEADER[0], _ZONE)
    for number, (position, topic, text, solution) in enumerate(_TOPICS):
        command = OpinionCommand(
            _key("topic", number), topic, text, dealer_id(position), SourceKind.TRIP, trip,
            due_on=dt.date(2026, 2, 10), solution=solution,
        )  # fmt: skip
        await record(boss, command, rules)
    day, at = _JANUARY.date(), _JANUARY + dt.timedelta(hours=11)
    await db.execute(
        "update opinion set given_on = {}, given_at = {} where source_kind = 'trip' and source_id = {}",
        *(day, at, trip),
    )
    await db.execute(
        "update opinion set solved_on = {} where source_kind = 'trip' and source_id = {} and solution <> ''",
        *(day + dt.timedelta(days=6), trip),
    )
    await db.execute(
        "update opinion_event set happened_on = {}, at = {} where opinion in"
        " (select id from opinion where source_kind = 'trip' and source_id = {})",
        *(day, at, trip),
    )


async def _december(planner: Viewer, leader: int) -> None:
    """Write the trip dealers sign up for, after the newest training there is, by the shipped criteria."""
    training = await db.fetch_value(
        "select id from occasion where kind = 'training' and ends_at <= {} order by ends_at desc limit 1",
        _DECEMBER,
    )
    occasion = await _occasion("trip", "제주 연수 여행", "Trip to Jeju", _DECEMBER, 0, "open", 8)
    trip = await _trip(occasion, training, leader, dt.date(2026, 9, 1), dt.date(2026, 9, 15))
    book = _book()
    await invite_by_rule(planner, occasion, book, _ASKED)
    invited = await db.fetch(
        "select dealer from occasion_invitation where occasion = {} and is_invited order by dealer limit 3",
        occasion,
    )
    for number, row in enumerate(invited):
        await _sign_up(occasion, int(row["dealer"]) - dealer_id(0), 2 if number == 0 else 1, came=False)
    for number in range(4):
        await _insert("trip_room", trip=trip, name=str(701 + number), beds=2)


async def _trip(occasion: int, training: int, leader: int, published: dt.date, looks: dt.date) -> int:
    book = _book()
    trip = await _insert(
        "trip", occasion=occasion, training=training, is_plain_meeting=False, leader_user_id=leader,
        leader_phone=_LEADER[2], emergency="119 · 여행자 보험 1588-0000\n강릉 연세병원 033-600-0000",
        book=await store_version(book), published_on=published, looks_from_on=looks,
        looks_until_on=looks + dt.timedelta(days=75), report="",
    )  # fmt: skip
    starts = await db.fetch_value("select starts_at from occasion where id = {}", occasion)
    for first, last, title, title_en, place, who in _STOPS:
        await _insert(
            "trip_stop", trip=trip, starts_at=starts + dt.timedelta(hours=first),
            ends_at=starts + dt.timedelta(hours=last), title=title, title_en=title_en, place=place, who=who,
        )  # fmt: skip
    return trip


async def _occasion(
    kind: str, title: str, title_en: str, starts: dt.datetime, days: int, state: str, seats: int
) -> int:
    """Write an occasion of two days, so many days after an instant."""
    begins = starts + dt.timedelta(days=days)
    season = await db.fetch_value(
        "select id from season where kind = 'off' order by from_on desc, id limit 1"
    )
    return await _insert(
        "occasion", kind=kind, state=state, title=title, title_en=title_en,
        place="본사 교육장" if kind == "training" else "강릉" if days == 0 and state == "held" else "제주",
        starts_at=begins, ends_at=begins + dt.timedelta(hours=33 if days == 0 else 34), seats=seats,
        sign_up_until=begins - dt.timedelta(days=7), seats_taken=0, next_number=40, seats_per_dealer=1,
        companions_max=1, companions_take_seats=True, season=season if state == "open" else None,
        organiser_user_id=3, created_by_user_id=3, created_at=_LONG_AGO, opened_at=_LONG_AGO,
        held_at=begins if state == "held" else None, cancel_reason="", version=1,
    )  # fmt: skip


async def _invite(occasion: int, position: int, planner: Viewer) -> None:
    await _insert(
        "occasion_invitation", occasion=occasion, dealer=dealer_id(position), is_invited=True, seats=2,
        source="rule", book_sha256=_book().sha256, outcome="learns", reason="최근 12개월 안에 교육에 참석",
        reason_en="came to a training within the last 12 months",
        invited_by_user_id=planner.user_id, invited_at=_LONG_AGO, decline_reason="",
    )  # fmt: skip


async def _sign_up(occasion: int, position: int, people: int, *, came: bool) -> list[int]:
    """Give a dealer's owner a seat, perhaps with a companion, and return the ids of the people."""
    dealer = dealer_id(position)
    row = await db.fetch_one(
        "select u.id, u.name from login_user u join role_grant g on g.user_id = u.id"
        " where g.account_id = {} and g.role = 'dealer_owner' order by u.id limit 1",
        dealer,
    )
    key = _key("seat", occasion * 1000 + position)
    sign_up = await _insert(
        "enrollment", client_key=key, occasion=occasion, dealer=dealer, user_id=row["id"] if row else None,
        number=position + 1, heads=people, state="confirmed", door_code=key.replace("-", "")[:24],
        requested_at=_LONG_AGO, requested_by_user_id=row["id"] if row else 3, confirmed_at=_LONG_AGO,
        cancel_reason="", note="",
    )  # fmt: skip
    at = await db.fetch_value("select starts_at from occasion where id = {}", occasion)
    guests = []
    for place in range(people):
        name = (row["name"] if row else f"참가자 {position + 1}") if place == 0 else f"동반인 {position + 1}"
        guest = await _insert(
            "guest", enrollment=sign_up, position=place, name=name, name_en="", is_child=False,
            phone=f"010-7{position:03d}-{1000 + place}", relation="배우자" if place else "",
            diet=_DIETS[position % len(_DIETS)] if place == 0 else "",
        )  # fmt: skip
        guests.append(guest)
        if came:
            await _insert(
                "door_record", client_key=_key("door", guest), enrollment=sign_up, guest_position=place,
                kind="in", how="qr", noted_at=at, received_at=at, actor_user_id=3,
            )  # fmt: skip
    return guests


async def _beds(trip: int, guests: dict[int, list[int]]) -> None:
    for number, people in enumerate(guests.values()):
        room = await _insert("trip_room", trip=trip, name=str(501 + number), beds=2)
        for guest in people:
            await _insert("trip_bed", trip=trip, room=room, guest=guest)


async def _money(trip: int, heads: dict[int, int]) -> None:
    """Write costs and the booking that shares out what was spent for dealers."""
    day, at = dt.date(2026, 2, 3), dt.datetime(2026, 2, 3, 1, tzinfo=dt.UTC)
    total = sum(cost[3] + cost[4] for cost in _COSTS if cost[0] == "spent" and cost[5])
    booking = await _insert(
        "trip_booking", trip=trip, number=1, total_minor=total, heads=sum(heads.values()),
        dealers=sum(1 for count in heads.values() if count), reason="", actor_user_id=7, at=at,
    )  # fmt: skip
    for kind, category, text, supply, vat, for_dealers in _COSTS:
        await _insert(
            "trip_cost", trip=trip, kind=kind, category=category, text=text, on_day=_JANUARY.date(),
            supply_minor=supply, vat_minor=vat, for_dealers=for_dealers, created_by_user_id=7, created_at=at,
            booking_id=booking if kind == "spent" else None,
        )  # fmt: skip
    for dealer, amount in share_out(total, heads).items():
        if amount:
            await _insert(
                "trip_benefit", booking=booking, trip=trip, dealer=dealer, heads=heads[dealer],
                amount_minor=amount, booked_on=day,
            )  # fmt: skip


def _book() -> DecisionBook:
    """Return the shipped criteria for trips."""
    return next(one for one in shipped() if one.decision == "trip_invitation")


def _key(what: str, number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-trip-{what}-{number}"))


async def _insert(table: str, **values: Any) -> int:
    names, marks = ", ".join(values), ", ".join(["{}"] * len(values))
    return int(
        await db.fetch_value(
            f"insert into {table} ({names}) values ({marks}) returning id",  # noqa: S608  names from code
            *values.values(),
        )
    )
