"""Ask every question of every pack about a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.fairness.case import Case, Period
from rules.fairness.material import Book, material
from rules.fairness.questions import QUESTIONS
from rules.verify.boxes import TooLargeError
from rules.verify.findings import Finding, placed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from rules.fairness.packs import Pack
    from rules.kpis import Text
    from rules.verify.findings import PlaceOf

__all__ = ["Period", "lint"]
UNPROVEN: Text = {
    "ko": "경우의 수가 너무 많아 공정거래 점검을 끝내지 못했습니다. 표를 나누십시오. "
    "점검하지 못한 기준은 게시할 수 없습니다.",
    "en": "Too many cases to finish the fair-dealing check. Split the table: "
    "what is not checked is not published.",
}


def lint(
    book: Book,
    packs: Iterable[Pack],
    base: Book | None = None,
    *,
    upstream: Sequence[Book] = (),
    period: Period | None = None,
    goods: Collection[str] = (),
    place_of: PlaceOf | None = None,
) -> tuple[Finding, ...]:
    """Check a book against the law as packs put it. docs/algorithms/fair-dealing.md says it in words.

    Args:
        book: A decision of any shape or a score sheet, sound.
        packs: The laws; ``shipped_packs()`` has those of the product.
        base: The version in force before; without it nothing is said about terms that get worse.
        upstream: Books whose results this one reads, for example the evaluation behind its ``grade``.
        period: Settlement period the book's first day lies in, for terms that get worse.
        goods: Topics of regulated goods the installation sells, for example ``liquor``.
        place_of: Line and column of a rule in the source document.

    Returns:
        Findings, those that block first, each with its article. A book too large to check is blocked.

    Raises:
        RulebookError: A book has problems.
    """
    try:
        sources = tuple(material(one) for one in upstream)
        before = None if base is None else material(base)
        read = material(book)
        found = [
            finding
            for pack in packs
            for finding in _of_pack(Case(pack, read, before, sources, period, frozenset(goods)))
        ]
    except TooLargeError:
        found = [Finding("block", "too_large", (), UNPROVEN)]
    return placed(_without_lesser(found), place_of)


def _of_pack(case: Case) -> Iterator[Finding]:
    for article in case.pack.articles:
        for found in QUESTIONS[article.check](case, article):
            yield case.finding(article, found)


def _without_lesser(findings: list[Finding]) -> Iterator[Finding]:
    """Leave out a warning where a question of the same kind already blocks the same rules."""
    blocked = {(finding.kind, finding.rules) for finding in findings if finding.severity == "block"}
    for finding in findings:
        if finding.severity == "block" or (finding.kind, finding.rules) not in blocked:
            yield finding
