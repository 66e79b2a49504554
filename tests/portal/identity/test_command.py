"""``portal user`` from the command line, on a database of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from piccolo.table import TABLE_REGISTRY

from portal.cli.users import user
from portal.db import engine
from portal.db.schema import create_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PASSWORD = "느티나무 아래 평상\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """Run the command against an empty database; the process gets its own database back afterwards."""
    url = f"sqlite:///{tmp_path / 'cli.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    create_schema(url)
    before = engine._Bound.engine

    def invoke(*words: str, text: str = "") -> Result:
        return CliRunner().invoke(user, words, input=text)

    yield invoke
    engine._Bound.engine = before
    for table in TABLE_REGISTRY:
        table._meta.db = before


@pytest.fixture
def first(run: Callable[..., Result]) -> Callable[..., Result]:
    """The same, with a first administrator."""
    made = run("add", "admin", "--name", "관리자", "--first-admin", "--password-stdin", text=PASSWORD)
    assert made.exit_code == 0
    return run


def test_the_first_administrator_only_while_nobody_is_there(first: Callable[..., Result]) -> None:
    again = first("add", "root", "--name", "x", "--first-admin", "--password-stdin", text=PASSWORD)
    assert (again.exit_code, "people already" in again.output) == (1, True)


def test_a_weak_first_password_is_refused(run: Callable[..., Result]) -> None:
    weak = run("add", "admin", "--name", "x", "--first-admin", "--password-stdin", text="password1\n")
    assert weak.exit_code == 1


def test_the_first_names_the_second_and_two_make_a_role(first: Callable[..., Result]) -> None:
    second = first("add", "two", "--name", "둘", "--second-admin", "--actor", "admin")
    assert re.search(r"/reset/[A-Za-z0-9_-]{43}", second.output)
    assert first("add", "three", "--name", "셋", "--second-admin", "--actor", "admin").exit_code == 1
    alone = first(
        "add", "kim", "--name", "김", "--role", "auditor", "--actor", "admin", "--approver", "admin"
    )
    assert alone.exit_code == 1
    both = first("add", "lee", "--name", "이", "--role", "auditor", "--actor", "admin", "--approver", "two")
    assert both.exit_code == 0
    listed = first("list", "--actor", "admin").output
    assert "lee\t이\tauditor\tactive" in listed
    assert "kim\t" not in listed


def test_switching_off_and_on_and_links(first: Callable[..., Result]) -> None:
    first("add", "kim", "--name", "김", "--actor", "admin")
    assert first("deactivate", "kim", "--actor", "admin").exit_code == 0
    assert "kim\t김\t-\toff" in first("list", "--actor", "admin").output
    assert first("reset-password", "kim", "--actor", "admin").exit_code == 1
    assert first("activate", "kim", "--actor", "admin").exit_code == 0
    assert "/reset/" in first("reset-password", "kim", "--actor", "admin").output
    assert first("deactivate", "admin", "--actor", "admin").exit_code == 1
    assert first("deactivate", "nobody", "--actor", "admin").exit_code == 1


def test_wrong_use_is_told(first: Callable[..., Result]) -> None:
    assert first("add", "kim", "--name", "김").exit_code == 2
    assert first("add", "a b", "--name", "김", "--actor", "admin").exit_code == 2
    no_region = first(
        "add", "kim", "--name", "김", "--role", "regional_manager", "--region", "X", "--actor", "admin"
    )
    assert no_region.exit_code == 1
