"""The target form and the list as a file: text in, commands out, every problem at once."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import python_calamine as calamine

from portal.errors import Invalid, Message, Problem
from portal.plans import words_targets as words
from portal.plans.commands_targets import TargetCommand
from portal.plans.forms_visits import free_text
from portal.plans.targeting import COMPETITOR_MAX, REASON_MAX, ShareSource
from portal.web.i18n import LOCALES, gettext, in_locale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.web.forms import FormReader

BYTES_MAX, ROWS_MAX, _PROBLEMS_MOST = 2 * 1024 * 1024, 2_000, 50
_CODE_MAX, _PERCENT_MOST = 40, 100
_CODE, _COMPETITOR, _SHARE, _SOURCE, _REASON = 0, 2, 3, 4, 5  # places of the exported columns


def read_target(form: FormReader) -> TargetCommand:
    """Read an account to be put on the list.

    Raises:
        Invalid: With everything found wrong.
    """
    percent = form.optional_integer("share", most=_PERCENT_MOST)
    source = form.member("source", ShareSource) if form.values.get("source") else ShareSource.UNKNOWN
    command = TargetCommand(
        account_code=form.text("account", longest=_CODE_MAX),
        reason=free_text(form, "reason", REASON_MAX),
        competitor=free_text(form, "competitor", COMPETITOR_MAX, shortest=0),
        share_bp=None if percent is None else percent * 100,
        source=source,
    )
    if (percent is not None) != (source not in (ShareSource.UNKNOWN, ShareSource.DECLINED)):
        form.refuse("source", "Say how the share is known, or leave both empty.")
    form.check()
    return command


def read_own_target(form: FormReader, code: str | None) -> TargetCommand:
    """Read an account that a dealer proposes for the list.

    Args:
        form: The form.
        code: Code of the account named; None when it is none of his.

    Raises:
        Invalid: With everything found wrong.
    """
    if code is None:
        form.refuse("account", "No account of yours has this code or name.")
    command = TargetCommand(
        account_code=code or "",
        reason=free_text(form, "reason", REASON_MAX),
        competitor=free_text(form, "competitor", COMPETITOR_MAX, shortest=0),
    )
    form.check()
    return command


def read_file(content: bytes) -> list[TargetCommand]:
    """Read the list from a file with the exported columns in their order; the first row is headings.

    Raises:
        Invalid: It cannot be read, or with the problems of its rows, by row number.
    """
    if len(content) > BYTES_MAX:
        raise Invalid.of("file", "This file is too large.")
    rows = _rows(content)
    if len(rows) > ROWS_MAX:
        raise Invalid.of("file", "At most %(count)s rows, please.", count=ROWS_MAX)
    sources = _sources()
    commands, problems = [], []
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        padded = [*row, *[""] * (_REASON + 1)]
        share = _share(padded[_SHARE])
        source = sources.get(padded[_SOURCE])
        reason, competitor = padded[_REASON], padded[_COMPETITOR]
        if not padded[_CODE] or len(padded[_CODE]) > _CODE_MAX or share == -1 or source is None:
            problems.append(
                _problem(number, "Row %(row)s: code, share in percent or how it is known is wrong.")
            )
        elif (share is not None) != (source not in (ShareSource.UNKNOWN, ShareSource.DECLINED)):
            problems.append(_problem(number, "Row %(row)s: say how the share is known, or leave both empty."))
        elif not reason or len(reason) > REASON_MAX or len(competitor) > COMPETITOR_MAX:
            problems.append(_problem(number, "Row %(row)s: a reason of at most 400 characters is needed."))
        else:
            commands.append(TargetCommand(padded[_CODE], reason, competitor, share, source))
    if problems:
        raise Invalid(problems[:_PROBLEMS_MOST])
    if not commands:
        raise Invalid.of("file", "There is no account in this file.")
    return commands


def _problem(number: int, text: str) -> Problem:
    return Problem("file", Message(text, {"row": number}), number)


def _sources() -> dict[str, ShareSource]:
    """Return the ways a share is known by code and by word in every language."""
    found = {source.value: source for source in ShareSource}
    for locale in LOCALES:
        with in_locale(locale):
            found |= {gettext(word): source for source, word in words.SOURCES.items()}
    return found


def _share(text: str) -> int | None:
    """Return basis points, None for nothing, -1 for what is no percentage."""
    plain = text.rstrip("%").strip()
    if not plain:
        return None
    whole, _, rest = plain.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not rest or (rest.isascii() and rest.isdigit()))):
        return -1
    points = int(whole[:6]) * 100 + int((rest + "00")[:2])
    return points if points <= _PERCENT_MOST * 100 else -1


def _rows(content: bytes) -> list[list[str]]:
    if content[:2] == b"PK":
        return _sheet(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp949", errors="replace")
    return [[_cell(cell) for cell in row] for row in csv.reader(io.StringIO(text))][: ROWS_MAX + 1]


def _sheet(content: bytes) -> list[list[str]]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        table: Sequence[Sequence[object]] = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (calamine.CalamineError, ValueError, IndexError) as error:
        raise Invalid.of("file", "This is not a workbook (XLSX) that can be read.") from error
    return [[_cell(cell) for cell in row] for row in table[: ROWS_MAX + 1]]


def _cell(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "".join(char for char in str(cell) if char.isprintable()).strip().lstrip("'")
