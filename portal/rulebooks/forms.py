"""Forms of rulebooks: text, spreadsheet or cells in, the text of a rulebook out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.errors import Invalid
from portal.rulebooks.decision_table import is_table
from portal.rulebooks.model import FAMILY_CHARACTERS, LABEL_CHARACTERS, SESSION_CHARACTERS, TEXT_CHARACTERS
from portal.rulebooks.sheet import is_sheet
from portal.rulebooks.sheet_edits import content_of, rearranged, text_of
from portal.rulebooks.table_edits import rearranged_table, table_content_of
from portal.rulebooks.table_workbook import table_content_from
from portal.rulebooks.workbook import content_from
from rules.documents import read_document
from rules.vocabulary import is_name

if TYPE_CHECKING:
    from litestar.datastructures import UploadFile

    from portal.web.forms import FormReader

FILE_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Edit:
    """What an editing page sends.

    Attributes:
        text: The whole text after the edit.
        version: Number of the save the page stands on.
        session: Random word of the open page.
    """

    text: str
    version: int
    session: str


def read_text_edit(form: FormReader) -> Edit:
    """Read an edit of the text view.

    Raises:
        Invalid: The form is not ours.
    """
    return Edit(_text(form), *_page(form))


def read_grid_edit(form: FormReader, change: str = "") -> Edit:
    """Read an edit of the grid: its cells put into the text the page was made from.

    Args:
        form: The cells.
        change: A line, row or column to add, move or remove; see ``rearranged`` and ``rearranged_table``.

    Raises:
        Invalid: The form is not ours, or its text is neither a score sheet nor a table.
    """
    document = read_document(_text(form))
    grid = document.content
    if document.problems or not (is_table(grid) or is_sheet(grid)):
        raise Invalid.of("text", "The text can no longer be read; mend it in the text view.")
    put, move = (table_content_of, rearranged_table) if is_table(grid) else (content_of, rearranged)
    content = put(form.values, grid)
    if change:
        content = move(content, change)
    return Edit(text_of(content), *_page(form))


def _text(form: FormReader) -> str:
    text = form.values.get("text", "")
    if len(text) > TEXT_CHARACTERS:
        raise Invalid.of("text", "At most %(count)s characters, please.", count=TEXT_CHARACTERS)
    return text.replace("\r\n", "\n")


def _page(form: FormReader) -> tuple[int, str]:
    version = form.integer("version", least=1)
    session = form.text("session", longest=SESSION_CHARACTERS)
    form.check()
    return version, session


def read_new_table(form: FormReader) -> tuple[str, str, str]:
    """Read code, Korean and English name of a decision to begin.

    Raises:
        Invalid: The code is no name, or a name is missing.
    """
    decision = form.text("decision", longest=FAMILY_CHARACTERS)
    ko, en = form.text("name_ko", longest=LABEL_CHARACTERS), form.text("name_en", longest=LABEL_CHARACTERS)
    form.check()
    if not is_name(decision):
        raise Invalid.of("decision", "A code has small letters, digits and single underscores.")
    return decision, ko, en


async def read_upload(form: FormReader, before: str = "") -> str:
    """Read an uploaded file or pasted text into the text of a rulebook.

    Args:
        form: With a file, or text in ``pasted``.
        before: Text an uploaded spreadsheet's cells are put into.

    Raises:
        Invalid: There is neither, or the file cannot be read.
    """
    file = form.files.get("file")
    if file is None or not file.filename:
        pasted = form.values.get("pasted", "")
        if not pasted:
            raise Invalid.of("file", "Choose a file or paste a text.")
        return pasted.replace("\r\n", "\n")
    raw = await _bytes(file)
    if raw[:2] == b"PK":
        document = read_document(before)
        if is_table(document.content):
            return text_of(table_content_from(raw, document.content))
        base = document.content if is_sheet(document.content) else {}
        return text_of(content_from(raw, base))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid.of("file", "The file is neither a spreadsheet nor text in UTF-8.") from error


async def _bytes(file: UploadFile) -> bytes:
    raw = await file.read(FILE_BYTES + 1)
    if len(raw) > FILE_BYTES:
        raise Invalid.of("file", "The file is too large.")
    return raw
