"""A book of either shape: the score sheet of a monthly evaluation, or a decision of rules or a table."""

from __future__ import annotations

from portal.rulebooks.decision_table import is_decision
from rules.decisions.book import DecisionBook
from rules.documents import Document, document_from
from rules.rulebook import Rulebook

AnyBook = Rulebook | DecisionBook


def load_book(text: str, document: Document | None = None) -> AnyBook:
    """Read a text as what it is: a decision when it has rules or a table, else a score sheet.

    Args:
        text: YAML or JSON; problems are collected in the book.
        document: The text as plain data, when it was read before; it takes the problems too.
    """
    read = document or document_from(text)
    return DecisionBook.of_document(read) if is_decision(read.content) else Rulebook.of_document(read)


def family_of(book: AnyBook) -> str:
    """Return the decision a version belongs to; empty for score sheets, which go by kind of subject."""
    return book.decision if isinstance(book, DecisionBook) else ""
