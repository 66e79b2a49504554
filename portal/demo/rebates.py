"""The demo's incentives: two programmes of 한빛음료, settled, corrected, paid and shown by the real services.

Every step is taken on the day on which it would have been, so the ledger holds the same whenever the demo is
built; only the moments of bookings and the audit log say when that was.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from portal import db
from portal.audit.model import Subject
from portal.audit.service import record
from portal.demo.late_order import write_late_order
from portal.demo.plan import LAST_MONTH
from portal.demo.truths import STORY_DEALER
from portal.demo.write_network import dealer_id
from portal.identity.queries import load_viewer
from portal.jobs.service import register
from portal.jobs.worker import work_once
from portal.rebates.batch import compute_job, post_job
from portal.rebates.model import AppealOutcome, SettlementKind
from portal.rebates.queries.payouts import payout_lines_of
from portal.rebates.queries.versions import get_version
from portal.rebates.service.adjustments import approve_adjustment, propose_adjustment
from portal.rebates.service.appeals import answer_appeal, raise_appeal
from portal.rebates.service.payouts import (
    Acknowledgement,
    acknowledge_payout,
    export_payout,
    propose_payout,
)
from portal.rebates.service.periods import request_period_close
from portal.rebates.service.settlements import (
    COMPUTE,
    POST,
    accrue,
    open_correction,
    open_settlement,
    post_settlement,
    start_preview,
)
from portal.rebates.service.versions import accept_version, create_version, install_version, submit_version
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.access import Viewer
    from portal.demo.network import Network

TODAY = LAST_MONTH.last_on + dt.timedelta(days=3)
"""The day on which the demo's last step is taken."""
PREVIEW_UNTIL = dt.date(2026, 11, 30)
APPELLANT = 9
"""Position of the dealer whose appeal is open: with the order he names he would be in the next tier."""
_PROMOTED, _REPAIRED = 5, 7
"""Positions of dealers with an adjustment that is booked, and with one that awaits a second person."""
_ACCEPTED_AHEAD = range(1, 7)
"""Positions of dealers who accepted next year's terms; the story's dealer has yet to read them."""
_ZONE = "Asia/Seoul"
_TEXTS = Path(__file__).parent / "programs"
_PEOPLE = ("author", "approver", "finance", "finance2", "dealer", f"dealer{APPELLANT + 1}")
_NOTICE_DAYS = 14


@dataclass(frozen=True, slots=True)
class _Step:
    """A settlement of the past: what was settled, on which day it was opened, and when it was paid."""

    program: str
    kind: SettlementKind
    through: str
    opened_on: dt.date
    paid_on: dt.date | None = None


_PARTIAL, _FINAL = SettlementKind.PARTIAL, SettlementKind.FINAL
_STEPS = (
    _Step("year-end-2025", _FINAL, "2025-12", dt.date(2026, 1, 12), dt.date(2026, 1, 30)),
    _Step("volume-2026", _FINAL, "2026-03", dt.date(2026, 4, 8), dt.date(2026, 4, 24)),
    _Step("volume-2026", _FINAL, "2026-06", dt.date(2026, 7, 8)),
    _Step("year-end-2026", _PARTIAL, "2026-06", dt.date(2026, 7, 8), dt.date(2026, 7, 24)),
    _Step("volume-2026", _PARTIAL, "2026-07", dt.date(2026, 8, 10), dt.date(2026, 8, 25)),
    _Step("volume-2026", _PARTIAL, "2026-08", dt.date(2026, 9, 8), dt.date(2026, 9, 24)),
    _Step("volume-2026", _FINAL, "2026-09", dt.date(2026, 10, 8)),
)
_ANNOUNCED = {
    "year-end-2025": dt.date(2024, 12, 2),
    "volume-2026": dt.date(2025, 12, 1),
    "year-end-2026": dt.date(2025, 12, 1),
    "volume-2027": dt.date(2026, 11, 2),
}
_FIRST_READ = dt.date(2026, 11, 1)
"""Terms announced from this day on are accepted in the portal, earlier ones stand in signed contracts."""
_ASKED, _SHUT = dt.timedelta(days=12), dt.timedelta(days=13)
_CLOSED = tuple(LAST_MONTH.shift(offset) for offset in range(-9, 0))
_MISSED = (
    "9월 30일에 주문한 아침커피 60상자가 3분기 매입에 빠졌습니다. 거래명세서는 담당 영업사원에게 드렸습니다."
    " 이 주문까지 더하면 4천만 원을 넘습니다."
)
_FOUND = (
    "확인했습니다. 전송이 늦은 주문이라 10월 26일에 반영했고, 정정 정산으로 차액을 더했습니다."
    " 불편을 드려 죄송합니다."
)
_PROMOTION = "9월 공동 판촉 행사비의 본사 부담분 (2026-09-18 합의서)"
_REPAIR = "태풍 피해 냉장 진열대 교체비 지원 (2026-10-22 합의서)"
_DELIVERED = "10월 31일 납품분이 10월 매입에 보이지 않습니다. 납품 확인서를 붙입니다."


async def write_rebates(network: Network) -> None:
    """Install the programmes and live through two years of them, as finance, authors and dealers would."""
    register(COMPUTE, compute_job)
    register(POST, post_job)
    people = {login: await load_viewer(login, _ZONE) for login in _PEOPLE}
    versions = await _install(people)
    await _accept(versions, network.size.dealers, people)
    for step in _STEPS:
        last = await _settle(versions[step.program], step, people)
        if step.paid_on:
            await _pay(people, step.opened_on, step.paid_on)
    await _propose(people, dt.date(2026, 10, 20))
    await _correct(versions["volume-2026"], last, people)
    await _adjust(people)
    await _look_ahead(versions, people)
    await _close(people)


async def _install(people: Mapping[str, Viewer]) -> dict[str, int]:
    """Take over what was agreed, announce next year, and leave one programme to approve and one to write."""
    author, approver = people["author"], people["approver"]
    versions = {
        name: await install_version(
            _text(name),
            day,
            author.signature("rebates.author"),
            approver.signature("rebates.approve"),
            by_contract=day < _FIRST_READ,
        )
        for name, day in _ANNOUNCED.items()
    }
    ahead = await create_version(author, _text("new-products-2027"))
    await submit_version(author, ahead, dt.date(2026, 12, 1), _NOTICE_DAYS, TODAY)
    await create_version(author, _text("year-end-2027"))
    return versions


def _text(name: str) -> str:
    return (_TEXTS / f"{name}.yaml").read_text(encoding="utf-8")


async def _accept(versions: Mapping[str, int], dealers: int, people: Mapping[str, Viewer]) -> None:
    """Let everybody have signed the terms in force, and a few those of next year."""
    columns = ("version", "account", "sha256", "user_id", "accepted_on", "at")
    for name, day in list(_ANNOUNCED.items())[:-1]:
        version = await get_version(versions[name])
        signed = day + dt.timedelta(days=10)
        at = dt.datetime.combine(signed, dt.time(1), dt.UTC)
        rows = [
            (version.id, dealer_id(position), version.sha256, people["finance"].user_id, signed, at)
            for position in range(dealers)
        ]
        async with db.unit_of_work():
            await db.insert_rows("rebate_acceptance", columns, rows)
    ahead = await get_version(versions["volume-2027"])
    for position in _ACCEPTED_AHEAD:
        owner = await load_viewer(f"dealer{position + 1}", _ZONE)
        await accept_version(owner, ahead.id, dealer_id(position), ahead.sha256, TODAY)


async def _settle(version_id: int, step: _Step, people: Mapping[str, Viewer]) -> int:
    """Open, calculate and post a settlement of the past into the month it was opened in; return its id."""
    finance, through = people["finance"], Month.parse(step.through)
    settlement = await open_settlement(finance, version_id, step.kind, through, step.opened_on)
    await _post(finance, settlement, step.opened_on)
    return settlement


async def _post(finance: Viewer, settlement: int, on: dt.date) -> None:
    await _calculate(settlement, on)
    await post_settlement(finance, settlement, Month.of(on), today=on)
    await _work()
    await _date("rebate_settlement", settlement, on + dt.timedelta(days=2), "posted_at")


async def _calculate(settlement: int, on: dt.date) -> None:
    await _date("rebate_settlement", settlement, on, "opened_at", "as_of_at")
    await _work()


async def _work() -> None:
    while await work_once("demo"):
        pass


async def _date(table: str, row_id: int, on: dt.date, *columns: str) -> None:
    """Say that something happened on a day of the past."""
    async with db.unit_of_work():
        for column in columns:
            await db.execute(f"update {table} set {column} = {{}} where id = {{}}", _morning(on), row_id)  # noqa: S608  names from code


def _morning(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(1, 30), dt.UTC)


async def _propose(people: Mapping[str, Viewer], on: dt.date) -> int:
    payout = await propose_payout(people["finance"])
    await _date("rebate_payout", payout, on, "proposed_at")
    return payout


async def _pay(people: Mapping[str, Viewer], opened_on: dt.date, paid_on: dt.date) -> None:
    """Propose, approve, export and acknowledge everything that is owed."""
    proposed_on = opened_on + dt.timedelta(days=4)
    payout = await _propose(people, proposed_on)
    await _approve(people["finance2"], payout, proposed_on + dt.timedelta(days=1))
    await export_payout(people["finance2"], payout)
    await _date("rebate_payout", payout, proposed_on + dt.timedelta(days=2), "exported_at")
    said = [
        Acknowledgement(line.id, f"ERP-{paid_on:%Y%m%d}-{place:05d}", paid_on, line.amount_minor)
        for place, line in enumerate(await payout_lines_of(payout), start=1)
    ]
    await acknowledge_payout(people["finance"], payout, said)


async def _approve(second: Viewer, payout: int, on: dt.date) -> None:
    """Approve on a day of the past: the service would say today, and an approved payout does not change."""
    async with db.unit_of_work():
        await db.execute(
            "update rebate_payout set state = 'approved', approved_by_user_id = {}, approved_at = {}"
            " where id = {} and state = 'proposed'",
            second.user_id,
            _morning(on),
            payout,
        )
        await record(second, "rebates.payout_approve", Subject.of("rebate_payout", payout))


async def _correct(version_id: int, settlement: int, people: Mapping[str, Viewer]) -> None:
    """Let the story's dealer appeal against the third quarter, find his order, and post the difference."""
    line = await _line(settlement, dealer_id(STORY_DEALER))
    appeal = await raise_appeal(people["dealer"], line, _MISSED, dt.date(2026, 10, 14))
    await _date("rebate_appeal", appeal, dt.date(2026, 10, 14), "raised_at")
    await write_late_order()
    answered_on = dt.date(2026, 10, 28)
    correction = await open_correction(
        people["finance"], version_id, dt.date(2026, 7, 1), "늦게 전송된 9월 30일 주문 반영 (이의신청)"
    )
    await _post(people["finance"], correction, answered_on)
    await answer_appeal(people["finance2"], appeal, AppealOutcome.UPHELD, _FOUND, correction)
    await _date("rebate_appeal", appeal, answered_on, "answered_at")


async def _adjust(people: Mapping[str, Viewer]) -> None:
    """Book what was agreed with one dealer outside of programmes; another amount awaits a second person."""
    booked = await propose_adjustment(
        people["finance"], dealer_id(_PROMOTED), 180_000, LAST_MONTH, _PROMOTION
    )
    await approve_adjustment(people["finance2"], booked)
    await propose_adjustment(people["finance"], dealer_id(_REPAIRED), 120_000, LAST_MONTH, _REPAIR)


async def _look_ahead(versions: Mapping[str, int], people: Mapping[str, Viewer]) -> None:
    """Accrue both programmes, show October's partial settlement to dealers, and let one of them object."""
    for name in ("volume-2026", "year-end-2026"):
        accrual = await accrue(None, versions[name], LAST_MONTH.last_on)
        await _calculate(accrual, LAST_MONTH.last_on)
        await _date("rebate_settlement", accrual, LAST_MONTH.last_on, "posted_at")
    finance = people["finance"]
    preview = await open_settlement(finance, versions["volume-2026"], _PARTIAL, LAST_MONTH, TODAY)
    await _calculate(preview, TODAY)
    await start_preview(finance, preview, PREVIEW_UNTIL, TODAY)
    evidence = ("납품확인서-20261031.pdf", "application/pdf", _delivery_note())
    line = await _line(preview, dealer_id(APPELLANT))
    objector = people[f"dealer{APPELLANT + 1}"]
    appeal = await raise_appeal(objector, line, _DELIVERED, TODAY, evidence)
    await _date("rebate_appeal", appeal, TODAY, "raised_at")


async def _line(settlement: int, account: int) -> int:
    return int(
        await db.fetch_value(
            "select id from rebate_settlement_line where settlement = {} and account = {}"
            " order by place limit 1",
            settlement,
            account,
        )
    )


async def _close(people: Mapping[str, Viewer]) -> None:
    """Close the books through September, each in the month after; October's close awaits a second person."""
    first, second = people["finance"].user_id, people["finance2"].user_id
    columns = ("month_on", "requested_by_user_id", "requested_at", "closed_by_user_id", "closed_at")
    rows = [
        (month.first_on, first, _morning(month.last_on + _ASKED), second, _morning(month.last_on + _SHUT))
        for month in _CLOSED
    ]
    async with db.unit_of_work():
        await db.insert_rows("ledger_period", columns, rows)
    await request_period_close(people["finance"], LAST_MONTH, TODAY)


def _delivery_note() -> bytes:
    """Return a one-page PDF that stands for the scanned delivery note."""
    said = (
        b"BT /F1 16 Tf 60 760 Td (Delivery note D20261031-014) Tj 0 -30 Td (48 cases, 31 October 2026) Tj ET"
    )
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(said), said),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    entries = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(parts) + 1, entries)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return content + table + trailer % (len(parts) + 1, len(content))
