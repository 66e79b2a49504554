"""Rulebooks, facts and snapshots as files: what ``portal rules`` reads and writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click
import yaml

from rules.canonical import book_content
from rules.decisions.book import DecisionBook
from rules.decisions.canonical import decision_content
from rules.decisions.lowering import lower as lower_rules
from rules.documents import Document, read_document
from rules.errors import RulesError, SnapshotError
from rules.facts import FactTable, FactValue
from rules.outcomes import Context
from rules.rulebook import Rulebook
from rules.sheets.history import History
from rules.sheets.lowering import lower
from rules.verify import places_in

if TYPE_CHECKING:
    from pathlib import Path

    from rules.verify.findings import PlaceOf

Book = Rulebook | DecisionBook
SHEET_KEYS = frozenset({"lines", "grades"})


@dataclass(frozen=True)
class BookFile:
    """A rulebook of either form with the text it came from.

    Attributes:
        book: Score sheet or decision; it may have problems.
        document: Plain data and places of the text.
    """

    book: Book
    document: Document

    @property
    def place_of(self) -> PlaceOf:
        """Line and column of a rule, band or line."""
        return places_in(self.document)


def read_book(path: Path) -> BookFile:
    """Read a rulebook: a score sheet when it has lines or grades, a decision otherwise.

    Raises:
        click.ClickException: The file is not text in UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path}: the file is not in UTF-8") from error
    document = read_document(text)
    content = document.content if isinstance(document.content, dict) else {}
    book: Book = Rulebook.load(text) if SHEET_KEYS & set(content) else DecisionBook.load(text)
    return BookFile(book, document)


def sound_book(path: Path) -> Book:
    """Read a rulebook without problems.

    Raises:
        click.ClickException: It has problems; all of them are named.
    """
    book = read_book(path).book
    if book.problems:
        raise click.ClickException("\n".join(f"{path}: {problem}" for problem in book.problems))
    return book


def sound_sheet(path: Path) -> Rulebook:
    """Read a score sheet without problems; ClickException when it is a decision or has problems."""
    book = sound_book(path)
    if not isinstance(book, Rulebook):
        raise click.ClickException(f"{path}: a decision is not rehearsed; score sheets are")
    return book


def read_facts(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        click.ClickException: The file holds anything else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{path}: not JSON: {error}") from error
    if not isinstance(content, dict):
        raise click.ClickException(f"{path}: expected an object of values by input")
    return content


def sheet_facts(book: Rulebook, content: dict[str, Any]) -> tuple[dict[str, FactValue], Context]:
    """Return a subject's facts by KPI and what it brings along.

    Args:
        book: A sound score sheet.
        content: Decimal texts by input or KPI, null for missing; or these under ``facts`` beside
            ``previous`` with ``grade`` and ``months_below``.

    Raises:
        click.ClickException: An unknown name, a value that is no number, or a previous grade in bad form.
    """
    given = content.get("facts", content) if "facts" in content or "previous" in content else content
    previous = content.get("previous") or {}
    measured = {source.kpi: source for source in book.inputs.values() if source.kpi}
    facts = {}
    for name, value in given.items():
        source = measured.get(name) or book.inputs.get(name)
        if source is None or not source.kpi:
            raise click.ClickException(f"the book measures no {name!r}")
        facts[source.kpi] = FactValue.unknown() if value is None else _fact(name, value, source.scale)
    months = previous.get("months_below", 0)
    if not isinstance(months, int) or isinstance(months, bool) or months < 0:
        raise click.ClickException("'months_below' is a whole number")
    return facts, Context(previous.get("grade"), months)


def _fact(name: str, value: object, scale: int) -> FactValue:
    try:
        number = Decimal(str(value)) if isinstance(value, str | int) else Decimal("NaN")
        scaled = int(number.scaleb(scale).to_integral_value(ROUND_HALF_UP))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise click.ClickException(f"{name!r} must be a decimal number in quotation marks") from error
    return FactValue(scaled, 10**scale, 1, scaled)


def read_history(paths: tuple[Path, ...], kind: str) -> History:
    """Read facts snapshots of one kind of subject: files, or every ``.facts`` file of a folder.

    Raises:
        click.ClickException: No snapshot of that kind, a damaged one, or a month twice.
    """
    files = [file for path in paths for file in (sorted(path.glob("*.facts")) if path.is_dir() else [path])]
    tables = []
    for file in files:
        try:
            tables.append(FactTable.from_bytes(file.read_bytes()))
        except SnapshotError as error:
            raise click.ClickException(f"{file}: {error}") from error
    mine = sorted((table for table in tables if table.kind == kind), key=lambda table: table.month)
    if not mine:
        raise click.ClickException(f"no snapshot of a {kind} among {len(files)} files")
    try:
        return History(tuple(mine))
    except RulesError as error:
        raise click.ClickException(str(error)) from error


def content_of(book: Book) -> dict[str, Any]:
    """Return a sound book as plain data in the form of its file."""
    return book_content(book) if isinstance(book, Rulebook) else decision_content(book)


def yaml_text(book: Book) -> str:
    """Return a sound book as YAML that reads back to the same version."""
    return yaml.safe_dump(content_of(book), allow_unicode=True, sort_keys=False, width=100)


def business_rules_text(book: Book) -> str:
    """Return a sound book as the JSON that ``business_rules.run_all`` takes; of a score sheet its bands."""
    rules = lower_rules(lower(book)) if isinstance(book, Rulebook) else book.lower()
    return json.dumps(rules, ensure_ascii=False, indent=1, default=str)
