"""The ERP's answer as a file: what was exported comes back, in any usual spelling, once, or not at all."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from portal.errors import Conflict, Invalid, NotFound
from portal.rebates.acknowledgements import FILE_BYTES, acknowledge_file, read_acknowledgements
from portal.rebates.exports import payout_file
from portal.rebates.model import PayoutState, SettlementKind
from portal.rebates.queries.ledger import Balance, balance_of
from portal.rebates.queries.payouts import get_payout, payout_lines_of
from portal.rebates.service.payouts import Acknowledgement, export_payout, propose_payout, refuse_line
from portal.rebates.service.periods import approve_period_close, request_period_close
from portal.web.spreadsheet import Format
from rules.months import Month
from tests.portal.rebates.test_payouts import LATER, PAID_ON, approved
from tests.portal.rebates.test_settlements import settle
from tests.portal.rebates.world import World, sell

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = ["항목", "코드", "이름", "지급할 금액", "상태", "지급 번호", "지급일"]


def table(*rows: Sequence[object], head: list[str] | None = None, encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head or HEAD, *rows])
    return text.getvalue().encode(encoding)


def workbook(*rows: list[object]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, row in enumerate([HEAD, *rows]):
        sheet.write_row(place, 0, row)
    book.close()
    return target.getvalue()


def row(line: int, amount: object, reference: str = "E-1", paid_on: str = "2027-01-25") -> list[object]:
    return [line, "D-1", "대리점", amount, "열림", reference, paid_on]


def told(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, int | None]]:
    return [(problem.field, problem.row) for problem in error.value.problems]


@pytest.mark.parametrize(
    "content",
    [
        table(row(7, 800), row(8, 200)),
        table(row(7, "800원"), row(8, "200"), encoding="cp949"),
        table(row(7, 800, paid_on="2027.1.25"), row(8, 200, paid_on="2027년 1월 25일"), encoding="utf-8"),
        workbook(row(7, 800), row(8, 200)),
        table([800, "2027-01-25", "E-1", 7], [200, "2027-01-25", "E-1", 8],
              head=["Amount to pay", "Paid on", "Payment reference", "Line"]),
        table(row(7, 800), row(8, 200), row(9, 100, "", "")),
    ],
    ids=["csv", "cp949", "days", "xlsx", "english", "not paid yet"],
)  # fmt: skip
async def test_a_file_is_read_however_it_was_saved(content: bytes) -> None:
    day = dt.date(2027, 1, 25)
    assert await read_acknowledgements(content, "erp.csv") == [
        Acknowledgement(7, "E-1", day, 800),
        Acknowledgement(8, "E-1", day, 200),
    ]


async def test_all_problems_come_at_once_with_row_and_column() -> None:
    content = table(
        row(7, 800),
        row(7, 800),
        row(8, "팔백"),
        row(9, 5, paid_on="어제"),
        row(10, 5, reference=""),
        row(11, 5, paid_on=""),
        row(12, 5, reference="E" * 81),
    )
    with pytest.raises(Invalid) as error:
        await read_acknowledgements(content)
    assert told(error) == [
        ("line_id", 2), ("amount_minor", 3), ("paid_on", 4),
        ("reference", 5), ("paid_on", 6), ("reference", 7),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "PDF"),
        (
            table(head=["항목", "지급할 금액"]),
            r"were not found: 지급 번호 \(Payment reference\), 지급일 \(Paid on\)",
        ),
        (table(row(7, 800, "", "")), "nothing was paid"),
        (b" " * (FILE_BYTES + 1), "larger than 20 MiB"),
    ],
)
async def test_what_is_no_answer_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        await read_acknowledgements(content, "answer.xlsx")


@pytest.fixture
async def exported(world: World) -> tuple[World, int]:
    await sell(world.dealers["D-1"], "2026-12", 20_000)
    await sell(world.dealers["D-2"], "2026-12", 10_000)
    await settle(world, SettlementKind.FINAL, "2026-12")
    payout = await approved(world)
    await export_payout(world.people["finance"], payout)
    return world, payout


async def test_what_is_exported_and_filled_in_is_booked_once(exported: tuple[World, int]) -> None:
    world, payout = exported
    finance, lines = world.people["finance"], await payout_lines_of(payout)
    file = b"".join([piece async for piece in payout_file(lines, Format.CSV)])
    head, *rows = csv.reader(io.StringIO(file.decode("utf-8-sig")))
    answer = [[*cells[:5], f"ERP-{cells[1]}", PAID_ON.isoformat()] for cells in rows]
    one, both = table(answer[0], rows[1], head=head), table(*answer, head=head)
    assert [await acknowledge_file(finance, payout, content, "a.csv") for content in (one, both, both)] == [
        1,
        1,
        0,
    ]
    assert (await get_payout(payout)).state is PayoutState.PAID
    assert await balance_of(world.dealers["D-1"]) == Balance(0, 0, 800)


async def test_what_contradicts_the_payout_books_nothing(exported: tuple[World, int]) -> None:
    world, payout = exported
    finance, second = world.people["finance"], world.people["second"]
    first, other = await payout_lines_of(payout)
    wrong = table(row(first.id, 799), row(other.id, other.amount_minor), row(10**6, 1))
    with pytest.raises(Invalid) as error:
        await acknowledge_file(finance, payout, wrong)
    assert told(error) == [("amount_minor", 1), ("line_id", 3)]
    assert await balance_of(world.dealers["D-2"]) == Balance(200, 0, 0)
    assert await acknowledge_file(finance, payout, table(row(first.id, 800))) == 1
    await refuse_line(finance, other.id, "계좌 오류")
    changed = table(row(first.id, 800, "E-2"), row(other.id, 200))
    with pytest.raises(Invalid) as error:
        await acknowledge_file(finance, payout, changed)
    assert told(error) == [("reference", 1), ("line_id", 2)]
    again = await propose_payout(finance)
    with pytest.raises(Conflict):
        await acknowledge_file(finance, again, table(row(1, 1)))
    with pytest.raises(NotFound):
        await acknowledge_file(finance, 10**6, table(row(1, 1)))
    await request_period_close(finance, Month.parse("2027-01"), LATER)
    await approve_period_close(second, Month.parse("2027-01"))
    assert await acknowledge_file(finance, payout, table(row(first.id, 800))) == 0


async def test_a_payment_of_a_closed_month_is_told_with_its_cell(exported: tuple[World, int]) -> None:
    world, payout = exported
    await request_period_close(world.people["finance"], Month.parse("2026-12"), LATER)
    await approve_period_close(world.people["second"], Month.parse("2026-12"))
    first, _ = await payout_lines_of(payout)
    with pytest.raises(Invalid) as error:
        await acknowledge_file(
            world.people["finance"], payout, table(row(first.id, 800, paid_on="2026-12-31"))
        )
    assert told(error) == [("paid_on", 1)]
