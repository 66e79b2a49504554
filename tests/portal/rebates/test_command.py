"""``portal rebates``: a file over past months in a database of its own; nothing is stored."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from click.testing import CliRunner, Result

from portal.cli import main
from portal.db import engine
from portal.db.schema import create_schema
from tests.portal.rebates.world import EXAMPLE

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

MONTHS = ("--from", "2026-10", "--to", "2026-12")


def _settle(folder: Path, *options: str, text: str = EXAMPLE) -> Result:
    url, path = f"sqlite:///{folder / 'own.sqlite'}", folder / "program.yaml"
    path.write_text(text, encoding="utf-8")
    if not (folder / "own.sqlite").exists():
        create_schema(url)
        with sqlite3.connect(folder / "own.sqlite") as connection:
            connection.execute(
                "insert into account (id, kind, code, name, state, dealer, owner, created_at, updated_at)"
                " values (1, 'dealer', 'D-1', '대리점', 'existing', 1, 'manufacturer', '', '')"
            )
            connection.executemany(
                "insert into account_month (account, month_on, level, side, net_minor, lines, documents,"
                " returns_minor, quantity, active) values (1, ?, 1, 1, ?, 1, 1, 0, 0, 1)",
                [("2026-10-01", 3_000), ("2026-11-01", 4_000), ("2026-12-01", 20_000)],
            )
    asked = ["rebates", "settle", "--program", str(path), *MONTHS, "--database", url, *options]
    return CliRunner().invoke(main, asked)


def test_what_a_file_pays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine._Bound, "engine", engine._Bound.engine)
    assert json.loads(_settle(tmp_path, "--level", "dealer", "--json").output) == {
        "rows": [{"account": "D-1", "basis_minor": 27_000, "rate_bp": 400, "amount_minor": 1_080}],
        "total_minor": 1_080,
    }
    assert _settle(tmp_path).output.splitlines()[-1].endswith("1,080")
    assert _settle(tmp_path, "--level", "terminal").exit_code == 1
    assert _settle(tmp_path, text="program: [").exit_code == 1
