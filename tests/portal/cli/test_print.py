"""``portal print scorecard``: one file, a folder, a ZIP file; again without work, and with equal bytes."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING

import pytest

from portal import db
from portal.access import Grant, Role
from portal.cli.printed import INDEX, PrintFolder, PrintZip
from portal.evaluations.model import SubjectKind
from portal.evaluations.queries.papers import find_cards
from portal.evaluations.queries.sheets import get_sheet
from tests.portal.cli.command import portal
from tests.portal.evaluations.conftest import card_of, evaluate, run, world
from tests.portal.identity.world import add_grant

if TYPE_CHECKING:
    from pathlib import Path

    from portal.evaluations.queries.runs import RunView
    from tests.portal.evaluations.conftest import World

__all__ = ["run", "world"]  # fixtures
MONTH = ("print", "scorecard", "--month", "2026-01")


async def _names(run: RunView, made: World, who: str, **wanted: str) -> list[str]:
    return list((await find_cards(made.people[who], run, **wanted)).values())


async def test_what_is_printed_is_what_the_person_may_see(world: World, run: RunView) -> None:
    assert await _names(run, world, "admin") == ["D-1", "D-2", "D-3", "D-4"]
    assert await _names(run, world, "admin", region="/KR/CC/") == ["D-1", "D-2", "D-3"]
    assert await _names(run, world, "admin", subject="D-4") == ["D-4"]
    assert await _names(run, world, "manager") == ["D-1", "D-2", "D-3"]
    assert await _names(run, world, "manager", subject="D-4") == []
    assert await _names(run, world, "representative") == ["D-1", "D-3"]


async def test_representatives_belong_to_the_regions_of_their_dealers(world: World) -> None:
    own = await evaluate(world, kind=SubjectKind.REPRESENTATIVE)
    key = f"user-{world.people['representative'].user_id}"
    assert await _names(own, world, "admin", region="/KR/CC/") == [key]
    assert await _names(own, world, "admin", region="/KR/GW/") == []
    assert await _names(own, world, "admin", subject="han") == [key]


async def test_one_sheet_again_is_the_same_bytes(world: World, run: RunView, database: str, tmp_path: Path):
    hashes = []
    for name in ("a.pdf", "b.pdf"):
        ended = await portal(
            *MONTH, "--dealer", "D-1", "--out", str(tmp_path / name), database=database, folder=tmp_path
        )
        assert (ended.code, ended.err.splitlines()[-1]) == (0, f"1 printed to {tmp_path / name}")
        hashes.append(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert hashes[0] == hashes[1]
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


async def test_a_folder_is_printed_once_and_only_what_changed_again(
    world: World, run: RunView, database: str, tmp_path: Path
) -> None:
    into = tmp_path / "sheets"
    call = (*MONTH, "--region", "CC", "--lang", "en", "--out", str(into))
    first = await portal(*call, database=database, folder=tmp_path)
    assert (first.code, "0 of 3 were printed before" in first.err) == (0, True)
    assert sorted(path.name for path in into.iterdir()) == [
        INDEX,
        *(f"Scorecard_2026-01_D-{place}.pdf" for place in (1, 2, 3)),
    ]
    sheet = await get_sheet(world.people["admin"], await card_of(run, "D-2"))
    async with db.unit_of_work():
        await db.execute(
            "insert into scorecard_comment (scorecard, kind, author_user_id, text, at)"
            " values ({}, 'comment', {}, 'Well done', {})",
            sheet.head.id, world.people["manager"].user_id, sheet.head.run.as_of_at,
        )  # fmt: skip
    (into / "Scorecard_2026-01_D-3.pdf").write_bytes(b"%PDF-cut off")
    again = await portal(*call, database=database, folder=tmp_path)
    assert (again.code, "1 of 3 were printed before" in again.err) == (0, True)


async def test_a_zip_file_is_equal_when_nothing_changed(
    world: World, run: RunView, database: str, tmp_path: Path
) -> None:
    async with db.unit_of_work():
        await add_grant(world.people["manager"].user_id, Grant(Role.REGIONAL_MANAGER, "/KR/CC/"))
    into = tmp_path / "sheets.zip"
    call = (*MONTH, "--all", "--zip", "--out", str(into), "--actor", "manager")
    assert (await portal(*call, database=database, folder=tmp_path)).code == 0
    before = into.read_bytes()
    with zipfile.ZipFile(into) as archive:
        assert [name[-7:] for name in archive.namelist()] == ["D-1.pdf", "D-2.pdf", "D-3.pdf"]
    again = await portal(*call, database=database, folder=tmp_path)
    assert "3 of 3 were printed before" in again.err
    assert into.read_bytes() == before
    assert not into.with_name("sheets.zip.parts").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--out", "x.pdf"), 2, "name one of --dealer, --representative, --region and --all"),
        (("--all", "--dealer", "D-1", "--out", "x"), 2, "name one of"),
        (("--dealer", "D-9", "--out", "x.pdf"), 1, "There is no scorecard to print for 2026-01."),
        (("--region", "XX", "--out", "x"), 1, "There is no region XX."),
        (("--all", "--actor", "nobody", "--out", "x"), 1, "sign-in name nobody"),
        (("--dealer", "D-1", "--out", "/"), 2, "/ is a folder; name a PDF file"),
    ],
)
async def test_a_wrong_call_says_what_is_wrong(
    world: World, run: RunView, database: str, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    if database.startswith("postgres"):
        pytest.skip("words of the command do not depend on the database")
    ended = await portal(*MONTH, *words, database=database, folder=tmp_path)
    assert (ended.code, said in ended.err) == (code, True), ended.err
    assert "Traceback" not in ended.err


def test_an_unreadable_index_only_means_printing_again(tmp_path: Path) -> None:
    store = PrintFolder(tmp_path)
    store.keep("a.pdf", "k", b"a")
    assert PrintFolder(tmp_path).has("a.pdf", "k")
    assert not PrintFolder(tmp_path).has("a.pdf", "other")
    for content in (b"[]", b"{", b'{"a.pdf": 1}', b"\xff"):
        (tmp_path / INDEX).write_bytes(content)
        assert not PrintFolder(tmp_path).has("a.pdf", "k")


def test_a_zip_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    PrintZip(tmp_path / "a.zip").keep("a.pdf", "k", b"a")
    second = PrintZip(tmp_path / "a.zip")
    assert second.has("a.pdf", "k")
    second.pack(["a.pdf"])
    third = PrintZip(tmp_path / "a.zip")
    assert (third.has("a.pdf", "k"), third.has("a.pdf", "other"), third.has("b.pdf", "k")) == (
        True,
        False,
        False,
    )
    (tmp_path / "a.zip").write_bytes(b"PK no zip")
    assert not PrintZip(tmp_path / "b.zip").has("a.pdf", "k")
