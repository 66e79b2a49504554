"""``portal print statement`` and ``portal print switching``: papers of a whole settlement, printed once."""

from __future__ import annotations

import asyncio
import zipfile
from typing import TYPE_CHECKING

import pymupdf
import pytest
from click.testing import CliRunner, Result
from piccolo.table import TABLE_REGISTRY

from portal import db
from portal.cli import main
from portal.db import engine
from portal.db.schema import create_schema
from portal.rebates.work import register_jobs
from portal.settings import Settings
from tests.portal.rebates.own_site import YEAR, build_site, settled

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def settlement(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, int]:
    """A database with a settlement for two dealers: its URL and the settlement."""
    folder = tmp_path_factory.mktemp("papers")
    url, before = f"sqlite:///{folder / 'papers.sqlite'}", engine._Bound.engine
    create_schema(url)

    async def build() -> int:
        db.bind(url)
        await db.open_pool()
        register_jobs(Settings(database_url=url))
        site = await build_site(folder)
        made = await settled(site)
        await db.close_pool()
        return made

    try:
        return url, asyncio.run(build())
    finally:
        engine._Bound.engine = before
        for table in TABLE_REGISTRY:
            table._meta.db = before


def run(url: str, folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["print", *options, "--database", url], env={"DATA_DIR": str(folder)})


@pytest.fixture(autouse=True)
def _own_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine._Bound, "engine", engine._Bound.engine)


def test_every_statement_of_a_settlement_goes_into_one_file_and_is_printed_once(
    settlement: tuple[str, int], tmp_path: Path
) -> None:
    url, number = settlement
    out = tmp_path / "all.zip"
    asked = ("statement", "--settlement", str(number), "--all", "--zip", "--out", str(out))
    first = run(url, tmp_path, *asked)
    assert first.exit_code == 0, first.output
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        text = pymupdf.open(stream=archive.read(names[0]))[0].get_text()
    assert names == [f"판매장려금_정산서_{YEAR}-03-31_D-{place}_own.pdf" for place in (1, 2)]
    assert "₩200" in text
    second = run(url, tmp_path, *asked)
    assert "2 of 2 were printed before" in second.output


def test_one_dealer_in_english_and_his_sheet_for_comparing_offers(
    settlement: tuple[str, int], tmp_path: Path
) -> None:
    url, number = settlement
    out = tmp_path / "one.pdf"
    one = ("statement", "--settlement", str(number), "--dealer", "D-1", "--lang", "en", "--out", str(out))
    assert run(url, tmp_path, *one).exit_code == 0
    assert "Incentive statement" in pymupdf.open(out)[0].get_text()
    assert run(url, tmp_path, "switching", "--dealer", "D-1", "--out", str(out)).exit_code == 0
    assert "거래 조건 비교표" in pymupdf.open(out)[0].get_text().replace("\u2060", "")


def test_what_is_not_there_or_not_asked_for_clearly_is_refused(
    settlement: tuple[str, int], tmp_path: Path
) -> None:
    url, number = settlement
    out = str(tmp_path / "x.pdf")
    base = ("statement", "--settlement", str(number), "--out", out)
    assert run(url, tmp_path, *base).exit_code == 2
    assert run(url, tmp_path, *base, "--dealer", "NONE").exit_code == 1
    assert run(url, tmp_path, *base, "--dealer", "D-1", "--actor", "owner1").exit_code == 1
    assert run(url, tmp_path, *base, "--region", "NONE").exit_code == 1
    assert run(url, tmp_path, "switching", "--dealer", "NONE", "--out", out).exit_code == 1
    folder = ("statement", "--settlement", str(number), "--dealer", "D-1", "--out", str(tmp_path))
    assert run(url, tmp_path, *folder).exit_code == 2
    (tmp_path / "x.pdf").write_bytes(b"")
    assert run(url, tmp_path, *base, "--all").exit_code == 2
    assert run(url, tmp_path, "switching", "--dealer", "D-1", "--out", f"{out}/below").exit_code == 1
