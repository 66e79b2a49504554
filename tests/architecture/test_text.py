"""Templates stay clean under the content security policy, and the project names no machine and no host."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    path
    for folder in ("portal", "training", "campaigns")
    for path in (ROOT / folder).rglob("templates/**/*.html")
)
SCREENS = [path for path in TEMPLATES if "/print/" not in path.as_posix()]
FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*="),
    "inline handler": re.compile(r"\son[a-z]+\s*="),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "unescaped output": re.compile(r"\|\s*safe\b"),
    "script in an attribute of htmx": re.compile(r"hx-on|hx-vals\s*=\s*[\"']js:"),
    "a field name that htmx trips over": re.compile(
        r"<(?:input|select|textarea|button)[^>]*\sname=\"(?:id|action|method|target|submit)\""
    ),
}


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.name)
def test_templates_are_clean(path):
    text = path.read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def tracked() -> list[Path]:
    names = (
        subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
        .stdout.decode()
        .split("\0")
    )
    return [ROOT / name for name in names if name]


def test_no_machine_paths_or_registry_hosts():
    pattern = re.compile(
        r"/root/|/home/[a-z]|/work/main|pypi\.org|registry\.npmjs|files\.pythonhosted|deb\.debian"
    )
    this = Path(__file__)
    offenders = []
    for path in tracked():
        if (
            path == this
            or not path.is_file()
            or path.suffix in {".png", ".ttf", ".woff2", ".ico", ".xlsx", ".xls"}
        ):
            continue
        if pattern.search(path.read_text(encoding="utf-8", errors="ignore")):
            offenders.append(str(path.relative_to(ROOT)))
    assert offenders == []


def test_links_in_the_documents_lead_somewhere():
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert broken == []
