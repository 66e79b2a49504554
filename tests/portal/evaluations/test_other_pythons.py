"""A run recomputed by other Python versions on this machine has the same hash, to the byte."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from portal.evaluations.results import compute_all, digest, pack_contexts
from rules.books import book_in_force, shipped_books
from rules.facts import FactTable, Measure
from rules.months import Month
from rules.outcomes import Context
from tests.portal.evaluations.other_python import facts_of, pure_digest

OCTOBER = Month.parse("2026-10")
SCRIPT = Path(__file__).with_name("other_python.py")
ROOT = Path(__file__).parents[3]
PURE = ("business_rules", "yaml", "six.py")
OTHERS = [f"python3.{minor}" for minor in (12, 13, 14) if minor != sys.version_info.minor]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], str]:
    """A month of 60 dealers as its three files, and the hash of its results."""
    draw, count = np.random.default_rng(7), 60
    book = book_in_force(shipped_books(), "dealer", OCTOBER)
    measures = {}
    for source in book.inputs.values():
        below = draw.integers(0, 10**6, count)
        above = (below * draw.uniform(-0.3, 1.3, count)).astype(np.int64)
        measures[source.kpi] = Measure(above, below, np.ones(count, np.int64), draw.random(count) < 0.1)
    subjects = [f"대리점-{number:03d}" for number in range(count)]
    table = FactTable.build("dealer", OCTOBER, dt.datetime(2026, 11, 2, tzinfo=dt.UTC), subjects, measures)
    contexts = {
        subject: Context("SABCD"[place % 5], place % 3) for place, subject in enumerate(subjects[::2])
    }
    folder = tmp_path_factory.mktemp("run")
    contents = (table.to_bytes(), pack_contexts(contexts), book.canonical_json.encode())
    files = [folder / name for name in ("facts", "contexts", "book")]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
    return files, digest(compute_all(book, table, contexts))


def python_called(name: str) -> str | None:
    """Find a Python that runs: on the path, or among those pyenv keeps beside it."""
    kept = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))) / "versions"
    version = name.removeprefix("python")
    found = [shutil.which(name), *map(str, sorted(kept.glob(f"{version}.*/bin/{name}")))]
    for candidate in filter(None, found):
        if subprocess.run([candidate, "--version"], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


def test_without_numpy_the_same_bytes_come_out(stored: tuple[list[Path], str]) -> None:
    files, expected = stored
    snapshot, contexts, book = (file.read_bytes() for file in files)

    assert len(facts_of(snapshot)) == 60
    assert pure_digest(snapshot, contexts, book.decode()) == expected


@pytest.mark.parametrize("name", OTHERS)
def test_another_python_gives_the_same_hash(
    name: str, stored: tuple[list[Path], str], tmp_path: Path
) -> None:
    files, expected = stored
    python = python_called(name)
    if python is None:
        pytest.skip(f"{name} is not on this machine")
    packages = Path(str(np.__file__)).parents[1]
    for package in PURE:
        (tmp_path / package).symlink_to(packages / package)

    ended = subprocess.run(
        [python, str(SCRIPT), *map(str, files)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.stderr == ""
    assert ended.stdout.split()[1] == expected
