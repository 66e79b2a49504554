"""The criteria on paper: what decides, who approved it, and the hash, from page and command."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pypdf
import pytest

from portal.rulebooks.printing import document_of, file_name, print_version
from portal.rulebooks.queries.versions import find_published, list_versions
from portal.settings import Settings
from rules.books import shipped_books
from tests.portal.cli.command import portal
from tests.portal.rulebooks.conftest import TODAY, book_text, scheduled

if TYPE_CHECKING:
    from pathlib import Path

    from portal.rulebooks.queries.versions import Version
    from rules.kpis import Locale
    from tests.portal.rulebooks.conftest import World


def ink(pdf: bytes) -> str:
    """Return the text of a PDF without the joiners that keep Korean words whole."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u2060", "")


async def own(world: World) -> Version:
    text = book_text(ends="2027-02-28").replace('value: "10"', 'value: "12"', 1)
    number = await scheduled(world, text)
    return next(each for each in await list_versions("dealer", TODAY) if each.proposal_id == number)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("ko", ("평가 기준 2026.12", "12% 이상", "기준 작성자", "기준 승인자", "2027. 2. 28.", "S\n90점 이상",
                "전년 동월 대비 신장률: 10% 이상 30점 → 12% 이상 30점", "월 매출 집계, 공급가액")),
        ("en", ("Criteria 2026.12", "at least 12%", "Author", "28 Feb 2027", "90 points or more",
                "first day 2019-01-01 → 2026-12-01")),
    ],
)  # fmt: skip
async def test_everything_that_decides_is_on_paper(
    world: World, locale: Locale, words: tuple[str, ...]
) -> None:
    version = await own(world)
    text = ink(await print_version(version, Settings(), locale))
    assert [word for word in words if word not in text] == []
    assert version.sha256 in text.replace("\n", "")


async def test_a_shipped_version_has_nobody_to_sign(world: World) -> None:
    version = await find_published(shipped_books()[0].sha256, TODAY)
    document = await document_of(version, Settings(), "en")
    assert (document.signatures, document.changes, document.before) == ((), (), "")
    assert document.verify_url.endswith(f"/criteria/{version.sha256}")
    assert file_name(version).endswith("-2019.1.pdf")


async def test_the_command_prints_a_version(world: World, database: str, tmp_path: Path) -> None:
    out = tmp_path / "criteria.pdf"
    for label in ("2019.1", shipped_books()[0].sha256[:12]):
        ended = await portal(
            "print", "rulebook", "--version", label, "--out", str(out), database=database, folder=tmp_path
        )
        assert (ended.code, ended.err.splitlines()[-1]) == (0, f"1 printed to {out}")
        assert out.read_bytes()[:5] == b"%PDF-"
    unknown = await portal(
        "print", "rulebook", "--version", "1999", "--out", str(out), database=database, folder=tmp_path
    )
    assert unknown.code == 1
    assert "There is no version 1999 of the criteria." in unknown.err
