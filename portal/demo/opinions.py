"""The demo's opinions, answered and waiting, and two quarters of marks for the manufacturer."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal import db
from portal.demo.plan import LAST_MONTH
from portal.demo.write_network import dealer_id
from portal.identity.queries import load_viewer
from portal.settings import Settings
from portal.voice.letters_opinions import answer_letter
from portal.voice.opinion_sources import join_source
from portal.voice.opinions import OpinionCommand, OpinionRules, OpinionTopic, SourceKind, random_id
from portal.voice.queries.reverse import book_on
from portal.voice.reverse import RateCommand, packed
from portal.voice.service.opinion_answers import answer, solve
from portal.voice.service.opinion_replies import close
from portal.voice.service.opinions import give
from portal.voice.service.reverse import cut_links, rate
from portal.voice.visit_source import VisitSource

if TYPE_CHECKING:
    from portal.access import Viewer

_ZONE = "Asia/Seoul"
_SEED = 141
_CARDS = 34


@dataclass(frozen=True, slots=True)
class _Given:
    """An opinion of the demo.

    Attributes:
        login: Who gives it.
        dealer: Position of the dealer; None = without a name.
        days: Days before the end of the demo's last month on which it was given.
        after: Days to the answer.
        closed: Whether the dealer said that it will do.
        at_visit: Whether it came up at the latest visit to the dealer.
    """

    login: str
    dealer: int | None
    topic: OpinionTopic
    text: str
    days: int
    answered: str = ""
    after: int = 0
    solved: str = ""
    closed: bool = False
    at_visit: bool = False


_GIVEN = (
    _Given("dealer", 0, OpinionTopic.TRAINING,
           "교육을 이틀 연속보다 하루씩 두 번으로 나누면 가게를 덜 비웁니다.", 30,
           "1월 교육부터 하루씩 두 번으로 나눕니다. 연수는 두 번째 날 뒤에 이어집니다.", 9,
           "1월 교육 일정을 하루씩 두 번으로 확정", closed=True),
    _Given("dealer", 0, OpinionTopic.PRODUCTS, "겨울용 온장 진열대를 11월 전에 받고 싶습니다.", 30,
           "온장고 10대를 11월 첫 주에 배정했습니다.", 6, "온장고 10대 배정", closed=True, at_visit=True),
    _Given("staff", 0, OpinionTopic.SYSTEM, "발주 화면에서 지난주 수량을 그대로 불러오면 좋겠습니다.", 28,
           "다음 분기 개선 목록에 올렸습니다. 그동안은 엑셀 올리기로 가능합니다.", 21),
    _Given("dealer2", 1, OpinionTopic.INCENTIVES, "비수기 판매장려금 구간을 한 칸 더 나눠 주십시오.", 29,
           "12월 기준 회의에서 검토합니다. 결과를 이 화면에 올립니다.", 14),
    _Given("dealer2", 1, OpinionTopic.DELIVERY, "월요일 오전 납품을 11시 전으로 당겨 주십시오.", 22,
           "월요일 첫 차로 옮겼습니다.", 4, "월요일 1호차로 변경", closed=True, at_visit=True),
    _Given("dealer3", 2, OpinionTopic.MARKET,
           "경쟁사가 대용량을 앞당겨 낸다고 합니다. 우리 일정을 알려 주십시오.", 27,
           "3월 둘째 주 출시입니다. 견본은 2월에 드립니다.", 33),
    _Given("dealer3", 2, OpinionTopic.SUPPORT, "냉장고 수리 접수 번호를 하나로 합쳐 주십시오.", 18),
    _Given("dealer4", 3, OpinionTopic.EVALUATION,
           "평가표의 안정성 점수가 어떻게 나왔는지 설명이 짧습니다.", 26,
           "평가표에 계산 과정을 펼쳐 보는 단추를 넣었습니다.", 12, "평가표에 계산 과정 표시"),
    _Given("dealer5", 4, OpinionTopic.PRICES, "소량 발주 배송비 기준을 낮춰 주십시오.", 25,
           "지금 기준을 유지합니다. 대신 합배송 요일을 하루 늘립니다.", 10, closed=True),
    _Given("dealer6", 5, OpinionTopic.TRAINING, "직원도 들을 수 있는 온라인 과정이 있으면 합니다.", 16),
    _Given("dealer7", 6, OpinionTopic.OTHER, "연수 때 옆 권역 대리점과 이야기할 시간이 더 필요합니다.", 24,
           "다음 연수 둘째 날 저녁을 비워 두었습니다.", 8),
    _Given("dealer8", None, OpinionTopic.EVALUATION, "영업사원이 자주 바뀌어 목표 설명이 매번 다릅니다.", 21,
           "담당이 바뀔 때 인수 자리를 대리점과 함께 갖기로 했습니다.", 11),
    _Given("dealer9", None, OpinionTopic.INCENTIVES, "정산서 발송이 약속한 날보다 늦습니다.", 15),
    _Given("dealer", None, OpinionTopic.SUPPORT, "행사 물품이 필요 없는데 의무처럼 느껴집니다.", 12),
)  # fmt: skip


class _Mailbox:
    """Drops letters: nobody of the demo gets one from the past."""

    async def queue(self, to_address: str, subject: str, text: str, *, secret: bool = False) -> None:
        """Take a letter and send nothing."""


async def write_opinions() -> None:
    """Give and answer the demo's opinions by the real services, each on its day; then quarters of marks."""
    join_source(SourceKind.VISIT, VisitSource())
    settings = Settings(_env_file=None)  # type: ignore[call-arg]  # pydantic's own parameter
    rules = OpinionRules.of(settings)
    admin = await load_viewer("admin", _ZONE)
    for number, given in enumerate(_GIVEN):
        if await db.fetch_value("select 1 from login_user where login = {}", given.login):
            await _give(number, given, admin, rules)
    await _write_marks(settings)


async def _give(number: int, given: _Given, admin: Viewer, rules: OpinionRules) -> None:
    viewer = await load_viewer(given.login, _ZONE)
    visit = await _visit_to(given.dealer) if given.at_visit else None
    path = await db.fetch_value(
        "select r.path from account a join region r on r.id = a.region"
        " join role_grant g on g.account_id = a.id where g.user_id = {}",
        viewer.user_id,
    )
    command = OpinionCommand(
        client_key=str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-opinion-{number}")),
        topic=given.topic,
        text=given.text,
        dealer_id=None if given.dealer is None else dealer_id(given.dealer),
        source_kind=SourceKind.OWN if visit is None else SourceKind.VISIT,
        source_id=visit,
        region_path=str(path or ""),
    )
    opinion_id = (await give(viewer, command, rules)).id
    if given.answered:
        await answer(admin, opinion_id, given.answered, _Mailbox(), answer_letter(""))
    if given.solved:
        await solve(admin, opinion_id, given.solved)
    if given.closed:
        await close(viewer, opinion_id)
    await _date(opinion_id, given, rules)


async def _visit_to(dealer: int | None) -> int | None:
    """Return the latest visit of ours to a dealer, or None."""
    if dealer is None:
        return None
    found: int | None = await db.fetch_value(
        "select max(id) from visit where account = {} and owner = 'manufacturer' and cancelled_at is null",
        dealer_id(dealer),
    )
    return found


async def _date(opinion_id: int, given: _Given, rules: OpinionRules) -> None:
    """Put what happened on its days."""
    start = LAST_MONTH.last_on - dt.timedelta(days=given.days)
    end = start + dt.timedelta(days=given.after)
    day = {"given": start, "answered": end, "solved": end, "closed": end + dt.timedelta(days=1)}
    at = {kind: dt.datetime.combine(on, dt.time(2), dt.UTC) for kind, on in day.items()}
    async with db.unit_of_work():
        await db.execute(
            "update opinion set given_on = {}, due_on = {},"
            " given_at = case when given_at is null then given_at else {} end,"
            " answered_on = case when answered_on is null then answered_on else {} end,"
            " answered_at = case when answered_at is null then answered_at else {} end,"
            " solved_on = case when solved_on is null then solved_on else {} end,"
            " closed_on = case when closed_on is null then closed_on else {} end where id = {}",
            *(start, start + dt.timedelta(days=rules.answer_days), at["given"], day["answered"]),
            *(at["answered"], day["solved"], day["closed"], opinion_id),
        )
        for kind, on in day.items():
            await db.execute(
                "update opinion_event set happened_on = {}, at = case when at is null then at else {} end"
                " where opinion = {} and kind = {}",
                *(on, at[kind], opinion_id, kind),
            )


async def _write_marks(settings: Settings) -> None:
    """Write two quarters that are over, cut from their dealers, and two cards of the running one."""
    dice = random.Random(_SEED)  # noqa: S311  a demo that is the same each time
    book = book_on(LAST_MONTH.last_on)
    last = book.period(book.period(LAST_MONTH.last_on).from_on - dt.timedelta(days=1))
    before = book.period(last.from_on - dt.timedelta(days=1))
    accounts = await db.fetch(
        "select id, region from account where kind = 'dealer' and state <> 'closed' order by id limit {}",
        _CARDS,
    )
    wishes = (
        "정산서를 약속한 날에 보내 주십시오.",
        "문의 답변에 담당자 이름을 적어 주십시오.",
        "납품 시간을 미리 알려 주십시오.",
    )
    rows = [
        (
            *(random_id(), period.from_on, period.until_on, book.sha256, account["id"], account["region"]),
            packed({item.code: _mark(dice, item.code, better=period == last) for item in book.items}),
            wishes[place] if period == last and place < len(wishes) else "",
        )
        for period in (before, last)
        for place, account in enumerate(accounts)
    ]  # fmt: skip
    async with db.unit_of_work():
        await db.insert_rows(
            "reverse_card",
            ("id", "period_on", "until_on", "book_sha256", "dealer", "region", "marks", "comment"),
            rows,
        )
    await cut_links(settings.zone)
    for login, dealer in (("dealer2", 1), ("dealer3", 2)):
        if await db.fetch_value("select 1 from login_user where login = {}", login):
            marks = {item.code: _mark(dice, item.code, better=True) for item in book.items}
            await rate(await load_viewer(login, _ZONE), RateCommand(dealer_id(dealer), marks, ""))


def _mark(dice: random.Random, item: str, *, better: bool) -> int:
    """Return a mark: payment is the weak spot, answers have got better."""
    middle = {"payment": 2.6, "answers": 3.6 if better else 3.0, "people": 4.1}.get(item, 3.5)
    return min(5, max(1, round(dice.gauss(middle, 0.8))))
