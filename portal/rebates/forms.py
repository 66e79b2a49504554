"""Forms of rebates: text in, checked values out, every problem at once."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.errors import Invalid
from portal.files.queries import find_file
from portal.network.identifiers import holds_resident_number
from portal.rebates import grid
from portal.rebates.acknowledgements import FILE_BYTES
from portal.rebates.drafting import usual_schemes
from portal.rebates.model import (
    APPEAL_CHARACTERS,
    REASON_CHARACTERS,
    TEXT_CHARACTERS,
    SettlementKind,
)
from rules.documents import read_document
from rules.months import Month

if TYPE_CHECKING:
    from portal.web.forms import FormReader

SHA256_CHARACTERS = 64
LARGEST_ADJUSTMENT = 10**12
"""Whole units of the currency; more is a slip of the finger."""
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Opening:
    """A settlement to be opened: partial or final through a month, or a correction of a period."""

    kind: SettlementKind
    through: Month
    period_on: dt.date
    reason: str


def read_start(form: FormReader) -> str:
    """Read what a draft begins with and return its text: a usual scheme, or pasted text.

    Raises:
        Invalid: There is neither.
    """
    schemes = {scheme.code: scheme for scheme in usual_schemes()}
    chosen = form.values.get("scheme", "")
    if chosen in schemes:
        return schemes[chosen].text
    pasted = form.values.get("pasted", "").replace("\r\n", "\n")
    if not pasted:
        raise Invalid.of("pasted", "Choose a scheme or paste a text.")
    if len(pasted) > TEXT_CHARACTERS:
        raise Invalid.of("pasted", "At most %(count)s characters, please.", count=TEXT_CHARACTERS)
    return pasted


def read_text(form: FormReader) -> tuple[str, int]:
    """Read the text of the editor and the number of the save the page stands on.

    Raises:
        Invalid: The text is too long, or the form is not ours.
    """
    text = form.values.get("text", "").replace("\r\n", "\n")
    if len(text) > TEXT_CHARACTERS:
        raise Invalid.of("text", "At most %(count)s characters, please.", count=TEXT_CHARACTERS)
    number = form.integer("number", least=1)
    form.check()
    return text, number


def read_cells(form: FormReader, change: str = "") -> tuple[str, int]:
    """Read the cells of the grid and return the text they make, and the number of the save.

    Args:
        form: The cells, and the text they were made from.
        change: A line to add, remove or move; see ``grid.rearranged``.

    Raises:
        Invalid: The form is not ours, or its text is no programme that cells can show.
    """
    text, number = read_text(form)
    content = read_document(text).content
    if not (grid.is_grid(content) and isinstance(content, dict)):
        raise Invalid.of("text", "The text can no longer be read; mend it in the text view.")
    content = grid.content_of(form.values, content)
    return grid.text_of(grid.rearranged(content, change) if change else content), number


def read_reason(form: FormReader, field: str = "reason") -> str:
    """Read why something is done.

    Raises:
        Invalid: None is given, or it holds what may not be kept.
    """
    reason = _free_text(form, field, REASON_CHARACTERS)
    form.check()
    return reason


def read_answer(form: FormReader) -> str:
    """Read the answer to an appeal.

    Raises:
        Invalid: None is given, or it holds what may not be kept.
    """
    answer = _free_text(form, "answer", APPEAL_CHARACTERS, lines=True)
    form.check()
    return answer


def read_day(form: FormReader, field: str) -> dt.date:
    """Read a day.

    Raises:
        Invalid: None is given.
    """
    found = form.date(field)
    form.check()
    return found


def read_sha256(form: FormReader) -> str:
    """Read the hash of what was looked at.

    Raises:
        Invalid: The form is not ours.
    """
    found = form.text("sha256", longest=SHA256_CHARACTERS)
    form.check()
    return found


def read_month(form: FormReader, field: str = "month") -> Month:
    """Read a month as browsers send it (``2026-11``).

    Raises:
        Invalid: There is none.
    """
    month = _month(form, field)
    form.check()
    return month


async def read_file(form: FormReader) -> tuple[str, bytes]:
    """Read an uploaded file, or the one that was looked at before; its name and bytes.

    Raises:
        Invalid: There is neither, or it is too large.
    """
    if sha256 := form.values.get("sha256", ""):
        found = await find_file(sha256)
        if found is not None:
            return form.values.get("name", ""), found.content
    file = form.files.get("file")
    if file is None or not file.filename:
        raise Invalid.of("file", "Choose a file.")
    content = await file.read(FILE_BYTES + 1)
    if len(content) > FILE_BYTES:
        raise Invalid.of("file", "The file is larger than %(size)s MiB.", size=FILE_BYTES // 1024 // 1024)
    return file.filename[:200], content


def read_adjustment(form: FormReader, decimals: int) -> tuple[int, Month, str]:
    """Read amount in minor units, accounting month and reason of an adjustment.

    Args:
        form: The amount is in whole units of the currency, negative to take off.
        decimals: Digits of the minor unit, 0 for won.

    Raises:
        Invalid: With everything found wrong.
    """
    amount = form.integer("amount", least=-LARGEST_ADJUSTMENT, most=LARGEST_ADJUSTMENT)
    month, reason = _month(form, "month"), _free_text(form, "reason", REASON_CHARACTERS)
    form.check()
    return amount * 10**decimals, month, reason


def read_opening(form: FormReader) -> tuple[int, Opening]:
    """Read version and part of its calendar to be settled, or period and reason of a correction.

    Raises:
        Invalid: With everything found wrong.
    """
    version_id = form.integer("version", least=1)
    kinds = (SettlementKind.PARTIAL, SettlementKind.FINAL, SettlementKind.CORRECTION)
    kind = SettlementKind(form.choice("kind", [one.value for one in kinds]))
    if kind is SettlementKind.CORRECTION:
        period_on = form.date("period_on")
        reason = _free_text(form, "reason", REASON_CHARACTERS)
        form.check()
        return version_id, Opening(kind, Month.of(period_on), period_on, reason)
    through = _month(form, "through")
    form.check()
    return version_id, Opening(kind, through, through.first_on, "")


def _month(form: FormReader, field: str) -> Month:
    text = form.values.get(field, "")
    if _MONTH.fullmatch(text):
        try:
            return Month.parse(text)
        except ValueError:
            pass
    form.refuse(field, "Please choose a month." if text else "Please fill this in.")
    return Month(dt.date(2000, 1, 1))


def _free_text(form: FormReader, field: str, longest: int, *, lines: bool = False) -> str:
    text = form.text(field, longest=longest, shortest=2, lines=lines)
    if holds_resident_number(text):
        form.refuse(field, "This looks like a resident registration number. It may not be kept here.")
    return text
