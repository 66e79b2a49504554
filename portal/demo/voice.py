"""The demo's concerns, complaints and approaches, answered and waiting, and a step for a quiet dealer."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal import db
from portal.demo.plan import LAST_MONTH
from portal.demo.write_network import dealer_id
from portal.identity.queries import load_viewer
from portal.network.scope import today
from portal.settings import Settings
from portal.voice.commands import AnswerCommand, RaiseCommand, StepCommand
from portal.voice.model import Cause, Evidence, VoiceKind, VoiceRules, VoiceTopic
from portal.voice.service.items import answer, raise_item, settle
from portal.voice.service.quiet import plan_step

if TYPE_CHECKING:
    from portal.access import Viewer

_ZONE = "Asia/Seoul"


@dataclass(frozen=True, slots=True)
class _Raised:
    """Something raised in the demo.

    Attributes:
        login: Who raises it.
        dealer: Position of the dealer.
        days: Days before the end of the demo's last month on which it was raised.
        answered: What was answered, or empty.
        settled: Whether the dealer said that it is settled.
    """

    login: str
    dealer: int
    kind: VoiceKind
    topic: VoiceTopic
    text: str
    days: int
    answered: str = ""
    cause: Cause = Cause.UNKNOWN
    settled: bool = False
    competitor: str = ""
    offer: str = ""


_RAISED = (
    _Raised(
        "dealer", 0, VoiceKind.COMPLAINT, VoiceTopic.DELIVERY,
        "10월 12일 납품분 탄산 30상자 중 4상자가 젖어 왔습니다. 진열할 수 없습니다.", 19,
        "상차 때 덮개를 쓰지 않은 것을 확인했습니다. 4상자는 바꿔 드리고, 비 오는 날은 비닐로 감쌉니다.",
        Cause.TRANSPORT, settled=True,
    ),
    _Raised(
        "dealer", 0, VoiceKind.CONCERN, VoiceTopic.SUPPORT,
        "겨울에 따뜻한 음료 진열대가 없어 소매점에 권하기 어렵습니다.", 12,
        "온장고 10대를 11월 둘째 주에 지원합니다. 설치할 곳 목록을 주세요.", Cause.INFORMATION,
    ),
    _Raised(
        "staff", 0, VoiceKind.COMPLAINT, VoiceTopic.BILLING, "9월 용기보증금 정산이 두 번 빠져 있습니다.",
        4,
    ),
    _Raised(
        "dealer", 0, VoiceKind.APPROACH, VoiceTopic.COMPETITION,
        "다른 공급사 담당이 두 번 찾아왔습니다.",
        6,
        competitor="바다음료", offer="첫 주문 10상자마다 1상자 추가, 냉장고 무상 설치",
    ),
    _Raised(
        "dealer2", 1, VoiceKind.CONCERN, VoiceTopic.PRICE,
        "비수기 판매장려금 구간이 우리에게는 너무 높습니다.",
        9,
    ),
    _Raised(
        "dealer5", 4, VoiceKind.COMPLAINT, VoiceTopic.RETURNS, "반품 회수가 3주째 되지 않습니다.",
        24,
    ),
    _Raised(
        "manager", 4, VoiceKind.APPROACH, VoiceTopic.COMPETITION,
        "소매점 세 곳에서 경쟁사 냉장고를 보았습니다.",
        10,
        competitor="푸른식품", offer="냉장고 무상 대여",
    ),
    _Raised(
        "dealer3", 2, VoiceKind.CONCERN, VoiceTopic.PRODUCTS,
        "겨울용 대용량 제품이 언제 나오는지 궁금합니다.",
        3,
    ),
)  # fmt: skip


async def write_voice() -> None:
    """Raise what the demo raises by the real services, each on its day; plan a step for a quiet dealer."""
    rules = VoiceRules.of(Settings(_env_file=None))  # type: ignore[call-arg]  # pydantic's own parameter
    admin = await load_viewer("admin", _ZONE)
    for number, raised in enumerate(_RAISED):
        if not await db.fetch_value("select 1 from login_user where login = {}", raised.login):
            continue
        await _raise(number, raised, admin, rules)
    manager = await load_viewer("manager", _ZONE)
    representative = await db.fetch_value(
        "select user_id from representative_assignment where dealer = {} limit 1", dealer_id(0)
    )
    owner = manager.user_id if representative is None else int(representative)
    due_on = max(today(manager), LAST_MONTH.last_on) + dt.timedelta(days=5)
    step = "대표와 만나 경쟁사 제안을 함께 계산하고, 전환 손익표를 드립니다."
    await plan_step(manager, dealer_id(0), StepCommand(step, owner, due_on))


async def _raise(number: int, raised: _Raised, admin: Viewer, rules: VoiceRules) -> None:
    viewer = await load_viewer(raised.login, _ZONE)
    command = RaiseCommand(
        client_key=str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-voice-{number}")),
        kind=raised.kind,
        topic=raised.topic,
        dealer_id=dealer_id(raised.dealer),
        text=raised.text,
        competitor=raised.competitor,
        offer=raised.offer,
        evidence=Evidence.SEEN if raised.competitor else Evidence.NONE,
    )
    item_id = await raise_item(viewer, command, rules)
    if raised.answered:
        await answer(admin, item_id, AnswerCommand(raised.answered, raised.cause))
    if raised.settled:
        await settle(viewer, item_id)
    await _date(item_id, raised, rules)


async def _date(item_id: int, raised: _Raised, rules: VoiceRules) -> None:
    """Put what happened on its days: raised, answered two days later, settled the day after."""
    day = LAST_MONTH.last_on - dt.timedelta(days=raised.days)
    at = dt.datetime.combine(day, dt.time(2), dt.UTC)
    steps = {"raised": at, "answered": at + dt.timedelta(days=2), "closed": at + dt.timedelta(days=3)}
    async with db.unit_of_work():
        await db.execute(
            "update voice_item set raised_at = {}, due_on = {} where id = {}",
            at,
            rules.due_on(raised.kind, day),
            item_id,
        )
        await db.execute(
            "update voice_item set answered_at = {} where id = {} and answered_at is not null",
            *(steps["answered"], item_id),
        )
        await db.execute(
            "update voice_item set closed_at = {} where id = {} and closed_at is not null",
            *(steps["closed"], item_id),
        )
        for kind, when in steps.items():
            await db.execute(
                "update voice_event set at = {} where item = {} and kind = {}", when, item_id, kind
            )
