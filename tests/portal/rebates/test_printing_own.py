"""Statements and the sheet for comparing offers on paper: the figures of the screen, drawn and read back."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pymupdf
import pytest

from portal.rebates import paper_cache
from portal.rebates.printing import document_of, print_statement, read_paper, statement_name
from portal.rebates.queries.statements import statement_of
from portal.rebates.switching import read_figures, switching_of
from portal.rebates.work import register_jobs
from portal.settings import Settings
from portal.web.printing.statement import render_statement
from portal.web.printing.switching import render_switching
from tests.portal.rebates.own_site import YEAR, Site, accrued, build_site, order, previewed, settled

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


def text_of(pdf: bytes) -> str:
    """Return the text of every page, the joiners between Korean syllables taken out."""
    return "\n".join(page.get_text() for page in pymupdf.open(stream=pdf)).replace("\u2060", "")


async def test_a_statement_is_printed_in_both_languages_and_once(site: Site, tmp_path: Path) -> None:
    settlement = await settled(site)
    owner, settings = site.world.people["owner1"], Settings(data_dir=tmp_path)
    paper = await read_paper(owner, site.dealer, site.world.version, settlement)
    korean = await print_statement(paper, settings, "ko")
    found = text_of(korean)
    wanted = ("판매장려금 정산서", "10,000원 × 2 % = 200원", "₩200", "세금계산서", "공급가액", "1 / 1", "D-1")
    assert [text in found for text in wanted] == [True] * len(wanted)
    english = text_of(await print_statement(paper, settings, "en"))
    assert [text in english for text in ("Incentive statement", "10,000 KRW × 2 % = 200 KRW")] == [True] * 2
    (kept, _) = sorted((tmp_path / "prints").glob("*.pdf"), key=lambda path: path.stat().st_mtime_ns)
    assert kept.read_bytes() == korean
    kept.write_bytes(b"from the cache")
    assert await print_statement(paper, settings, "ko") == b"from the cache"
    assert statement_name(paper) == f"판매장려금_정산서_{YEAR}-03-31_D-1_own.pdf"


async def test_paper_and_screen_say_the_same_for_everybody(site: Site) -> None:
    settlement = await settled(site)
    for dealer in site.world.dealers.values():
        viewer = site.world.people["finance"]
        paper = await read_paper(viewer, dealer, site.world.version, settlement)
        document = document_of(paper, Settings(), "ko")
        shown = await statement_of(dealer, site.world.version, viewer, settlement)
        assert (document.earned_minor, document.due_minor) == (shown.earned_minor, shown.due_minor)
        assert sum(line.amount_minor for line in document.lines) == document.earned_minor
        assert sum(line.delta_minor for line in document.lines) == document.due_minor
        assert f"/rebates/papers/{dealer}/statements/{settlement}" in document.provenance.verify_url


async def test_months_are_printed_only_while_they_add_up_to_what_was_settled(site: Site) -> None:
    settlement = await settled(site)
    owner = site.world.people["owner1"]
    paper = await read_paper(owner, site.dealer, site.world.version, settlement)
    months = [(row.month, row.documents) for row in document_of(paper, Settings(), "ko").lines[0].months]
    assert months == [(f"{YEAR}-01", 1), (f"{YEAR}-02", 1)]
    await order(site, "LATE", f"{YEAR}-03-31", {"tea": 1})
    paper = await read_paper(owner, site.dealer, site.world.version, settlement)
    assert document_of(paper, Settings(), "ko").lines[0].months == ()


async def test_a_preview_says_so_on_paper(site: Site) -> None:
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=3)
    settlement = await previewed(site, until)
    paper = await read_paper(site.world.people["owner1"], site.dealer, site.world.version, settlement)
    document = document_of(paper, Settings(), "en")
    assert (document.is_booked, document.preview_until_on) == (False, until)
    assert "Not booked yet; open" in render_statement(document, "en").replace("\u2060", "")
    hidden = dataclasses.replace(document, preview_until_on=None)
    assert "Not booked yet: figures may still change." in render_statement(hidden, "en")


async def test_a_sum_that_is_wrong_is_never_printed(site: Site) -> None:
    settlement = await settled(site)
    paper = await read_paper(site.world.people["owner1"], site.dealer, site.world.version, settlement)
    document = document_of(paper, Settings(), "ko")
    for field in ("earned_minor", "due_minor"):
        wrong = dataclasses.replace(document, **{field: getattr(document, field) + 1})
        with pytest.raises(ValueError, match="not"):
            render_statement(wrong, "ko")
    many = dataclasses.replace(
        document, lines=document.lines[:1] * 41, earned_minor=200 * 41, due_minor=200 * 41
    )
    with pytest.raises(ValueError, match="at most"):
        render_statement(many, "ko")


async def test_the_sheet_for_comparing_offers_has_the_figures_of_the_page(site: Site) -> None:
    await settled(site)
    await order(site, "I-4", f"{YEAR}-03-05", {"tea": 2_000})
    await accrued(site)
    answer = await site.get("owner1", "/my/rebates/switching/print?lang=en")
    found = text_of(answer.content)
    wanted = ("Sheet for comparing offers", "₩200", "is no condition of anything", "+₩560", "The other offer")
    assert [text in found.replace("\n", " ") for text in wanted] == [True] * len(wanted)
    manager = await site.get("finance", f"/rebates/papers/{site.dealer}/switching/print?lang=ko")
    assert "거래 조건 비교표" in text_of(manager.content)
    for who, path in (("owner1", "/my/rebates"), ("finance", f"/rebates/papers/{site.dealer}")):
        shown = await site.get(who, f"{path}/switching")
        assert [text in shown.text for text in (*wanted[1:-1], f"{path}/switching/print")] == [True] * 4
    assert (await site.get("owner1", f"/rebates/papers/{site.dealer}/switching")).status_code == 404
    other = site.world.dealers["D-2"]
    assert (await site.get("manager", f"/rebates/papers/{other}/switching")).status_code == 404


async def test_the_sheet_of_a_dealer_without_anything_is_honest(site: Site) -> None:
    other, finance = site.world.dealers["D-2"], site.world.people["finance"]
    figures = await read_figures(finance, other, dt.date(YEAR + 2, 1, 1), Settings())
    document = switching_of(dataclasses.replace(figures, credit=None), Settings(), "ko")
    html = render_switching(document, "ko").replace("\u2060", "")
    assert [text in html for text in ("진행 중인 프로그램이 없습니다.", "정한 여신 조건이 없습니다.")] == [
        True
    ] * 2
    assert len(document.figures_hash) == 64


async def test_papers_are_verified_by_who_may_see_the_dealer(site: Site) -> None:
    settlement = await settled(site)
    path = f"/rebates/papers/{site.dealer}/statements/{settlement}"
    for who in ("owner1", "finance"):
        page = await site.get(who, path)
        assert (page.status_code, "A printed statement is ours" in page.text) == (200, True)
    paper = await site.get("owner1", f"/my/rebates/{site.world.version}/statement/print?lang=ko")
    assert paper.headers["content-type"] == "application/pdf"
    same = await site.get("finance", f"{path}/print?lang=ko")
    assert same.content == paper.content
    assert (await site.get("owner1", f"{path}/print")).status_code == 404


def test_the_folder_of_finished_papers_forgets_the_oldest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_cache, "KEPT", 2)
    assert paper_cache.find_pdf(tmp_path, "a") is None
    for key in "abc":
        paper_cache.keep_pdf(tmp_path, key, key.encode())
    assert sorted(path.stem for path in (tmp_path / "prints").iterdir()) == ["b", "c"]
    assert paper_cache.find_pdf(tmp_path, "c") == b"c"
