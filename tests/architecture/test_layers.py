"""The import contracts of pyproject.toml hold, and the client's fixed choices are really used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("portal", "rules", "training", "campaigns")


def modules() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "node_modules" not in path.parts
    ]


def imported_by(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_import_contracts_hold():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("library", ["litestar", "piccolo", "business_rules", "weasyprint"])
def test_the_clients_choices_are_used(library):
    assert any(library in imported_by(path) for path in modules())


def test_top_level_is_the_clients():
    assert [
        name for name in ("portal", "rules", "training", "campaigns", "tests") if not (ROOT / name).is_dir()
    ] == []
    assert [name for name in ("pyproject.toml", "alembic.ini") if not (ROOT / name).is_file()] == []


def test_transactions_begin_only_in_the_unit_of_work():
    # A backup reads in one snapshot of a connection of its own; it writes nothing.
    allowed = {ROOT / "portal/db/unit_of_work.py", ROOT / "portal/cli/archive.py"}
    offenders = [
        path
        for path in modules()
        if path not in allowed
        and ".transaction(" in path.read_text(encoding="utf-8")
        and "portal/db/" not in path.as_posix()
    ]
    assert offenders == []


def test_files_stay_below_400_lines():
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if "migrations/versions" not in path.as_posix()
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert too_long == {}


def test_there_are_no_dumping_grounds():
    names = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [str(path) for path in modules() if path.stem in names or path.parent.name in names] == []


def test_every_controller_is_reached_from_the_application():
    """A controllers module that app.py never joins is dead code."""
    app = (ROOT / "portal/app.py").read_text(encoding="utf-8")
    slices = {
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").split(".controllers")[0]
        for path in modules()
        if path.stem == "controllers" or path.parent.name == "controllers"
    }
    assert [name for name in sorted(slices) if f"{name}.controllers" not in app] == []
