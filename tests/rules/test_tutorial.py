"""The tutorial does what it says: its files are written, its Python is run and its answers compared."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-rulebook.md"
FILE = re.compile(r"```yaml\n(# (\w+\.yaml)\n.*?)```", re.DOTALL)
PYTHON = re.compile(r"```pycon\n(.*?)```", re.DOTALL)


def test_the_tutorial_runs(tmp_path, monkeypatch):
    text = PAGE.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for content, name in FILE.findall(text):
        Path(name).write_text(content, encoding="utf-8")
    session = doctest.DocTestParser().get_doctest("".join(PYTHON.findall(text)), {}, PAGE.name, None, 0)
    report: list[str] = []

    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(session, out=report.append)

    assert "".join(report) == ""
    assert runner.summarize(verbose=False).attempted == len(session.examples) >= 20
