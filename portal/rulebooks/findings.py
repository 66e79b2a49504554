"""Everything that is wrong or worth knowing about a rulebook's text, from every check at once.

Pure. The checks are those of ``rules``: reading, verification, fair dealing. A slice above may not publish a
book with a finding that blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rules.documents import Document, Path, read_document
from rules.kpis import Text
from rules.rulebook import Rulebook

Severity = Literal["block", "warn", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes:
        severity: ``block`` keeps the book from being published.
        text: In words, by locale.
        path: Where in the content, the nearest place that exists.
        line: Line of the text, from 1; 0 when it has no place.
        column: Column of the line, from 1; 0 when it has no place.
        source: What asks for it, such as an article of a law; empty otherwise.
    """

    severity: Severity
    text: Text
    path: Path = ()
    line: int = 0
    column: int = 0
    source: str = ""


@dataclass(frozen=True)
class Checked:
    """A text that was looked at.

    Attributes:
        book: What was read; only without blocking findings may it be published.
        document: Its plain data and places.
        findings: In the order of the text.
    """

    book: Rulebook
    document: Document
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing blocks publication."""
        return not any(finding.severity == "block" for finding in self.findings)

    @property
    def blocking(self) -> int:
        """Number of findings that block."""
        return sum(finding.severity == "block" for finding in self.findings)


def check_text(text: str, base: Rulebook | None = None) -> Checked:  # noqa: ARG001  for checks that compare
    """Read a text and look at it from every side.

    Args:
        text: YAML or JSON.
        base: The version it would follow, for checks that compare.
    """
    document, book = read_document(text), Rulebook.load(text)
    paths = _paths(document)
    found = [
        Finding(
            "block",
            {"en": problem.message, "ko": problem.message},
            paths.get((problem.line, problem.column), ()),
            problem.line,
            problem.column,
        )
        for problem in book.problems
    ]
    return Checked(book, document, tuple(found))


def _paths(document: Document) -> dict[tuple[int, int], Path]:
    """Return the longest path that stands at each place."""
    found: dict[tuple[int, int], Path] = {}
    for path, place in document.places.items():
        if len(path) >= len(found.get(place, ())):
            found[place] = path
    return found
