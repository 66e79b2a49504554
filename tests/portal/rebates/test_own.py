"""A dealer's own pages of incentives: what is coming, terms to accept, statements that add up."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

import pytest
from PIL import ExifTags, Image

from portal.db import fetch, fetch_value, unit_of_work
from portal.rebates.model import AppealOutcome, SettlementKind
from portal.rebates.queries import own
from portal.rebates.queries.payouts import payout_lines_of
from portal.rebates.queries.settlements import list_settlements
from portal.rebates.queries.statements import statement_of
from portal.rebates.queries.versions import get_version
from portal.rebates.service.appeals import answer_appeal
from portal.rebates.service.payouts import (
    Acknowledgement,
    acknowledge_payout,
    approve_payout,
    export_payout,
    propose_payout,
    return_line,
)
from portal.rebates.work import register_jobs
from portal.settings import Settings
from rules.months import Month
from tests.portal.rebates.own_site import (
    LATER,
    YEAR,
    Site,
    accrued,
    build_site,
    corrected,
    line_of,
    order,
    previewed,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def site(database: str, tmp_path: Path) -> AsyncIterator[Site]:
    """A dealer who bought in January and February, and one who did not."""
    register_jobs(Settings(database_url=database))
    made = await build_site(tmp_path)
    yield made
    await made.client.aclose()


async def test_before_anything_is_settled_the_page_says_so(site: Site) -> None:
    page = await site.get("owner1", "/my/rebates")
    assert page.status_code == 200
    assert "Nothing has been settled yet." in page.text
    assert "Nothing has been calculated yet" in page.text
    assert "Nothing is on its way." not in page.text
    statement = await site.get("owner1", f"/my/rebates/{site.world.version}/statement")
    assert "Nothing has been settled yet." in statement.text
    assert (await site.get("owner1", f"/my/rebates/{site.world.version}/statement/print")).status_code == 404


async def test_what_is_earned_expected_and_next_stands_at_one_glance(site: Site) -> None:
    await accrued(site)
    page = await site.get("owner1", "/my/rebates")
    # 10,000 x 2 % and 3,000 above 1,000 x 10 %; 10,000 more reach 4 % on everything.
    assert [text in page.text for text in ("₩10,000", "₩200", "₩300", "₩10,000 more by", "+₩600")] == [
        True
    ] * 5
    korean = await site.get("owner1", "/my/rebates", "ko")
    assert [text in korean.text for text in ("예상 장려금 (미확정)", "공급가액", "용기보증금")] == [True] * 3
    assert "리베이트" not in korean.text


async def test_a_statement_derives_every_line_and_its_lines_add_up(site: Site) -> None:
    settlement = await settled(site)
    await order(site, "I-3", f"{YEAR}-03-30", {"tea": 15_000})
    correction = await corrected(site)
    path = f"/my/rebates/{site.world.version}/statement"
    first = await site.get("owner1", f"{path}?settlement={settlement}", "ko")
    assert [text in first.text for text in ("10,000원 × 2 % = 200원", "10원 미만 버림: 200원", "₩200")] == [
        True
    ] * 3
    assert "이 항목은 최종 정산에서 지급합니다." in first.text
    latest = await site.get("owner1", path)
    assert [text in latest.text for text in ("25,000 KRW × 4 % = 1,000 KRW", "₩10,000", "₩800")] == [True] * 3
    assert f"settlement={correction}" in latest.text
    shown = await statement_of(site.dealer, site.world.version, site.world.people["owner1"], correction)
    assert (shown.earned_minor, shown.due_minor) == (1_300, 800)


async def test_the_sum_of_lines_is_the_amount_for_everybody(site: Site) -> None:
    settlements = [await settled(site), await settled(site, SettlementKind.FINAL, Month.parse(f"{YEAR}-12"))]
    for settlement in settlements:
        for name, dealer in (("owner1", site.dealer), ("owner2", site.world.dealers["D-2"])):
            found = await statement_of(dealer, site.world.version, site.world.people[name], settlement)
            assert sum(one.line.amount_minor for one in found.lines) == found.earned_minor
            answer = await site.get(
                name, f"/my/rebates/{site.world.version}/statement/file?settlement={settlement}&form=csv"
            )
            rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))[1:]
            assert sum(int(row[6]) for row in rows) == found.earned_minor
            assert sum(int(row[8]) for row in rows) == found.due_minor


async def test_a_preview_says_until_when_and_can_be_objected_to(site: Site) -> None:
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=5)
    settlement = await previewed(site, until)
    page = await site.get("owner1", f"/my/rebates/{site.world.version}/statement")
    assert "nothing is booked yet" in page.text
    line = await line_of(settlement, site.dealer)
    assert f"/my/rebates/lines/{line}/appeal" in page.text
    index = await site.get("owner1", "/my/rebates")
    assert "Preview until" in index.text


async def test_terms_are_read_and_accepted_by_the_owner_only(site: Site) -> None:
    path = f"/my/rebates/{site.ahead}"
    version = await get_version(site.ahead)
    page = await site.get("owner1", path)
    assert [
        text in page.text for text in ("5,000 KRW", "2 %", "Dealer contract, article 12", "tax invoice")
    ] == [True] * 4
    staff = await site.get("staff1", path)
    assert (f'action="{path}/accept"' in staff.text, "Your owner accepts" in staff.text) == (False, True)
    assert (
        await site.post("staff1", f"{path}/accept", {"sha256": version.sha256, "read": "on"})
    ).status_code == 403
    unread = await site.post("owner1", f"{path}/accept", {"sha256": version.sha256})
    assert (unread.status_code, "Please confirm that you have read the terms." in unread.text) == (422, True)
    other = await site.post("owner1", f"{path}/accept", {"sha256": "0" * 64, "read": "on"})
    assert other.status_code == 409
    answer = await site.post("owner1", f"{path}/accept", {"sha256": version.sha256, "read": "on"})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    kept = await own.find_acceptance(site.ahead, site.dealer)
    assert kept is not None
    assert kept.name == "owner1"
    assert await own.find_acceptance(site.ahead, site.world.dealers["D-2"]) is None
    assert "Accepted on" in (await site.get("owner1", path)).text


async def test_movements_and_payments_are_told_in_plain_words(site: Site) -> None:
    await accrued(site)
    await settled(site)
    people = site.world.people
    payout = await propose_payout(people["finance"])
    page = await site.get("owner1", "/my/rebates/movements")
    assert "Being prepared" in page.text
    content = await fetch_value("select content_sha256 from rebate_payout where id = {}", payout)
    await approve_payout(people["second"], payout, content)
    assert "On its way to your bank" in (await site.get("owner1", "/my/rebates")).text
    await export_payout(people["second"], payout)
    (line,) = await payout_lines_of(payout)
    paid_on = dt.date(YEAR, 4, 20)
    await acknowledge_payout(people["second"], payout, [Acknowledgement(line.id, "BANK-7", paid_on, 200)])
    page = await site.get("owner1", "/my/rebates/movements")
    words = ("Paid to you", "Reference BANK-7", "Settled: now owed to you", "Yearly incentive")
    assert [text in page.text for text in words] == [True] * 4
    assert "₩200" in (await site.get("owner1", "/my/rebates")).text
    file = await site.get("owner1", "/my/rebates/movements/file?form=csv")
    rows = list(csv.reader(io.StringIO(file.text.lstrip("\ufeff"))))[1:]
    assert sum(int(row[5]) for row in rows) == 0
    await return_line(people["second"], line.id, Month.of(LATER), "계좌 오류")
    page = await site.get("owner1", "/my/rebates/movements")
    assert [text in page.text for text in ("Came back; owed to you again", "계좌 오류")] == [True] * 2


def photo() -> bytes:
    """Return a picture that says where it was taken and that it lies on its side."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitude: (36.0, 21.0, 0.0)}
    packed = io.BytesIO()
    Image.new("RGB", (16, 8), "navy").save(packed, "PNG", exif=exif)
    return packed.getvalue()


async def test_what_is_attached_keeps_within_its_bounds(site: Site) -> None:
    line = await line_of(await settled(site), site.dealer)
    path = f"/my/rebates/lines/{line}/appeal"
    assert "At most 1 MB" in (await site.get("owner1", path)).text
    large = {"evidence": ("a.pdf", b"%PDF-" + b"0" * 2**20, "application/pdf")}
    refused = await site.post("owner1", path, {"text": "3월 전표"}, files=large)
    assert (refused.status_code, "The file is larger than 1 MB." in refused.text) == (422, True)
    paper = b"%PDF-1.4 delivery note"
    files = {"evidence": ("C:\\scans\\note.pdf", paper, "application/pdf")}
    assert (await site.post("owner1", path, {"text": "3월 전표"}, files=files)).status_code == 303
    (appeal,) = await own.list_own_appeals(site.world.people["owner1"])
    kept = await site.get("owner1", f"/my/rebates/appeals/{appeal.id}/file")
    assert (appeal.evidence_name, kept.content) == ("note.pdf", paper)


async def test_an_appeal_is_sent_answered_and_its_correction_read(site: Site) -> None:
    settlement = await settled(site)
    line = await line_of(settlement, site.dealer)
    path = f"/my/rebates/lines/{line}/appeal"
    form = await site.get("owner1", path)
    assert "A person looks at it and answers with reasons by" in form.text
    empty = await site.post("owner1", path, {"text": ""})
    assert empty.status_code == 422
    wrong = await site.post(
        "owner1", path, {"text": "3월 전표"}, files={"evidence": ("a.exe", b"MZ", "image/png")}
    )
    assert (wrong.status_code, "Please attach a photo" in wrong.text) == (422, True)
    sent = await site.post(
        "owner1", path, {"text": "3월 전표 누락"}, files={"evidence": ("사진.png", photo(), "image/png")}
    )
    assert (sent.status_code, sent.headers["location"]) == (303, "/my/rebates/appeals")
    again = await site.post("owner1", path, {"text": "다시"})
    assert again.status_code == 409
    (appeal,) = await own.list_own_appeals(site.world.people["owner1"])
    mine = await site.get("owner1", "/my/rebates/appeals")
    assert [text in mine.text for text in ("3월 전표 누락", "사진.jpg", "We answer by")] == [True] * 3
    evidence = await site.get("owner1", f"/my/rebates/appeals/{appeal.id}/file")
    assert evidence.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(evidence.content)) as kept:
        assert (kept.size, len(kept.getexif())) == ((8, 16), 0)
    await order(site, "I-9", f"{YEAR}-03-31", {"tea": 10_000})
    correction = await corrected(site)
    await answer_appeal(
        site.world.people["finance"], appeal.id, AppealOutcome.UPHELD, "반영했습니다", correction
    )
    mine = await site.get("owner1", "/my/rebates/appeals")
    assert [text in mine.text for text in ("반영했습니다", "₩200", "₩800", "+₩600")] == [True] * 4
    statement = await site.get("owner1", f"/my/rebates/{site.world.version}/statement")
    assert "What the correction changed" in statement.text


async def test_nobody_reads_or_writes_what_is_not_his(site: Site) -> None:
    settlement = await settled(site)
    line = await line_of(settlement, site.dealer)
    await site.post("owner1", f"/my/rebates/lines/{line}/appeal", {"text": "확인"})
    (appeal,) = await own.list_own_appeals(site.world.people["owner1"])
    paths = [
        f"/my/rebates/lines/{line}/documents",
        f"/my/rebates/lines/{line}/documents/file",
        f"/my/rebates/lines/{line}/documents/1",
        f"/my/rebates/lines/{line}/appeal",
        f"/my/rebates/appeals/{appeal.id}/file",
        f"/rebates/papers/{site.dealer}/statements/{settlement}",
    ]
    assert [(await site.get("owner2", path)).status_code for path in paths] == [404] * len(paths)
    sent = await site.post("owner2", f"/my/rebates/lines/{line}/appeal", {"text": "x"})
    assert sent.status_code == 404
    assert await own.list_own_appeals(site.world.people["owner2"]) == []
    assert "확인" not in (await site.get("owner2", "/my/rebates/appeals")).text
    assert (await site.get("finance", "/my/rebates")).status_code == 403
    assert (await site.get("manager", f"/rebates/papers/{site.dealer}/switching/print")).status_code == 404
    hidden = await fetch("select id from rebate_version where state <> 'approved'")
    assert hidden == []
    assert (await site.get("owner1", "/my/rebates/999999")).status_code == 404


async def test_a_version_that_was_not_announced_yet_is_not_there(site: Site) -> None:
    async with unit_of_work():
        await fetch_value(
            "insert into rebate_version (program, label, text, author_user_id, created_at, edited_by_user_id,"
            " edited_at) values ('draft', 'x', '', 1, {}, 1, {}) returning id",
            dt.datetime.now(dt.UTC),
            dt.datetime.now(dt.UTC),
        )
    draft = await fetch_value("select max(id) from rebate_version")
    for rest in ("", "/statement", "/statement/file", "/statement/print"):
        assert (await site.get("owner1", f"/my/rebates/{draft}{rest}")).status_code == 404
    assert await list_settlements(draft) == []
