"""Everything that is wrong or worth knowing about a rulebook's text, from every check at once.

Pure. The checks are those of ``rules``: reading, proofs, fair dealing. What blocks stays unpublished.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.rulebooks.books import AnyBook, load_book
from portal.rulebooks.decision_table import is_decision
from portal.rulebooks.model import FAMILY_CHARACTERS, KINDS
from rules.decisions.book import DecisionBook
from rules.decisions.problem_words import decision_problem_text
from rules.decisions.reading import ELSE_ID
from rules.documents import Document, Path, document_from
from rules.fairness import lint, shipped_packs
from rules.kpis import Text
from rules.verify import Severity, verify
from rules.verify.findings import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.verify import Finding as Proof


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes:
        severity: ``block`` keeps the book from being published.
        text: In words, by locale.
        path: Where in the content, the nearest place that exists.
        line: Line of the text, from 1; 0 when it has no place.
        column: Column of the line, from 1; 0 when it has no place.
        witness: Facts that show it, in words; empty where the text itself shows it.
        article: The law that asks for it; empty for checks of logic.
    """

    severity: Severity
    text: Text
    path: Path = ()
    line: int = 0
    column: int = 0
    witness: tuple[Text, ...] = ()
    article: Text | None = None


@dataclass(frozen=True)
class Checked:
    """A text that was looked at.

    Attributes:
        book: What was read; only without blocking findings may it be published.
        document: Its plain data and places.
        findings: What blocks first, then in the order of the text.
    """

    book: AnyBook
    document: Document
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing blocks publication."""
        return not self.blocking

    @property
    def blocking(self) -> int:
        """Number of findings that block."""
        return sum(finding.severity == "block" for finding in self.findings)


def check_text(text: str, base: AnyBook | None = None) -> Checked:
    """Read a text and look at it from every side.

    Args:
        text: YAML or JSON.
        base: The version it would follow, for terms that get worse; None for none.
    """
    document = document_from(text)
    book = load_book(text, document)
    found = list(_reading(document, book)) or [*_publishable(book), *_proofs(document, book, base)]
    return Checked(book, document, tuple(found))


def _reading(document: Document, book: AnyBook) -> Iterator[Finding]:
    paths: dict[tuple[int, int], Path] = {}
    for path, place in document.places.items():
        if len(path) >= len(paths.get(place, ())):
            paths[place] = path
    found = [(paths.get((problem.line, problem.column), ()), problem) for problem in book.problems]
    unread = {path[1] for path, _ in found if path[:1] == ("lines",) and path[-1] == "weight"}
    for path, problem in found:
        if not _follows(path, problem.message, unread):
            yield Finding("block", decision_problem_text(problem.message), path, problem.line, problem.column)


_UNTOLD: Text = {
    "ko": "변경 안내(change)에 공지일과 안내 문구가 필요합니다.",
    "en": "A version needs the day it is announced on and a note: see 'change'.",
}
_UNNAMED: Text = {"ko": "판 번호(version)가 필요합니다.", "en": "A version needs a label: see 'version'."}
_SUBJECT: Text = {
    "ko": "대리점(dealer)이나 영업사원(representative)에 대한 결정만 공표합니다.",
    "en": "Only decisions about a dealer or a representative are published: see 'subject'.",
}
_FAMILY: Text = {
    "ko": f"결정 이름(decision)은 {FAMILY_CHARACTERS}자까지입니다.",
    "en": f"The name of a decision has at most {FAMILY_CHARACTERS} characters.",
}


def _publishable(book: AnyBook) -> Iterator[Finding]:
    """Yield what a decision file may leave out but a published version may not."""
    if not isinstance(book, DecisionBook):
        return
    for fits, text, path in (
        (book.change is not None, _UNTOLD, ("change", "announced_on")),
        (bool(book.version), _UNNAMED, ("version",)),
        (book.subject in KINDS, _SUBJECT, ("subject",)),
        (len(book.decision) <= FAMILY_CHARACTERS, _FAMILY, ("decision",)),
    ):
        if not fits:
            yield Finding("block", text, path)


def _follows(path: Path, message: str, unread: set[str | int]) -> bool:
    """Tell whether a problem only follows from weights that cannot be read: their sum, points beyond them."""
    if message.startswith("the weights add up"):
        return bool(unread)
    return path[:1] == ("lines",) and path[-1] == "points" and path[1] in unread


def _proofs(document: Document, book: AnyBook, base: AnyBook | None) -> Iterator[Finding]:
    paths = _paths_of_ids(document)

    def place_of(name: str) -> tuple[int, int]:
        return document.places.get(paths.get(name, ()), (0, 0))

    proofs = (
        *lint(book, shipped_packs(), base, place_of=place_of),
        *verify(book, place_of=place_of),
    )
    for proof in sorted(proofs, key=lambda proof: SEVERITIES.index(proof.severity)):
        yield _finding(proof, paths)


def _finding(proof: Proof, paths: dict[str, Path]) -> Finding:
    path = next((paths[name] for name in proof.rules if name in paths), ())
    if not path:
        path = next((paths[name] for name in proof.inputs if name in paths), ())
    return Finding(
        proof.severity,
        proof.message,
        path,
        proof.line,
        proof.column,
        tuple(witness.words for witness in proof.witness),
        proof.article if any(proof.article.values()) else None,
    )


def _paths_of_ids(document: Document) -> dict[str, Path]:
    """Return where each line, band and measure stands, by its id; for a measure its first line."""
    found: dict[str, Path] = {}
    content = document.content if isinstance(document.content, dict) else {}
    if is_decision(content):
        return _decision_paths(content)
    for place, line in enumerate(content.get("lines", ())):
        found.setdefault(line["id"], ("lines", place))
        found.setdefault(line["input"], ("lines", place))
        for number, band in enumerate(line.get("bands", ())):
            found.setdefault(band["id"], ("lines", place, "bands", number))
    return found


def _decision_paths(content: Mapping[str, Any]) -> dict[str, Path]:
    """Return where each rule or row and each input stands, by its name."""
    tabled = "table" in content
    rules = content["table"]["rows"] if tabled else content["rules"]
    start: Path = ("table", "rows") if tabled else ("rules",)
    found: dict[str, Path] = {rule["id"]: (*start, place) for place, rule in enumerate(rules)}
    if "else" in content:
        found.setdefault(content["else"].get("id", ELSE_ID), ("else",))
    for name in content["inputs"]:
        found.setdefault(name, ("inputs", name))
    return found
