"""The map of ASVS requirements points at tests and paragraphs that exist."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAP = ROOT / "docs" / "security" / "asvs.csv"
STATES = {"tested", "documented", "deployment", "open"}
IN_SCOPE = 187  # requirements of levels 1 and 2 that apply to this product


def rows() -> list[dict[str, str]]:
    with MAP.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def anchors(document: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_every_requirement_is_there_once() -> None:
    names = [row["requirement"] for row in rows()]
    assert len(names) == len(set(names))
    assert len([row for row in rows() if row["level"] in ("L1", "L2")]) == IN_SCOPE
    assert {row["state"] for row in rows()} <= STATES


def test_what_it_points_at_exists() -> None:
    lost = []
    for row in rows():
        path, _, anchor = row["evidence"].partition("#")
        if row["state"] == "open":
            continue
        document = ROOT / path
        if not path or not document.is_file() or (anchor and anchor not in anchors(document)):
            lost.append(f"{row['requirement']}: {row['evidence']!r}")
        elif row["state"] == "tested" and "def test_" not in document.read_text(encoding="utf-8"):
            lost.append(f"{row['requirement']}: no test in {path}")
    assert lost == []


# Rules are compiled to source: identifiers in it are generated, everything an author wrote stands in the
# namespace or is a checked number, and builtins are switched off. The bench compiles a rival's expressions.
COMPILERS = ("rules/compile.py", "portal/bench/engines.py")


def test_nothing_evaluates_text_as_code() -> None:
    """ASVS 1.3.2: no eval, exec, compile of text or pickle in the product, but for the compiler of rules."""
    found = []
    for package in ("portal", "rules", "training", "campaigns"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if name in ("eval", "exec", "compile", "__import__") or "pickle" in modules:
                    found.append(str(path.relative_to(ROOT)))
    assert sorted(set(found)) == sorted(COMPILERS)


def test_templates_mark_nothing_safe_and_hold_nothing_inline() -> None:
    """ASVS 3.4.3: what the content security policy would block is not written in the first place."""
    wrong = []
    pattern = re.compile(
        r"\|\s*safe\b|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|<style|javascript:|hx-on|hx-vals=.js:"
    )
    for folder in ("portal", "training", "campaigns"):
        for path in (ROOT / folder).glob("templates/**/*.html"):
            if "print" in path.parts:
                continue  # documents for paper, rendered without scripts and network
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if pattern.search(line):
                    wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert wrong == []
