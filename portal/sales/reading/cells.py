"""Cells of typed sources: how they read as text, and what they are called."""

from __future__ import annotations

from datetime import datetime

SURE_DIGITS = 10**15
"""Spreadsheets keep 15 digits: integers below this are exact."""


def cell_text(value: object) -> str:
    """Write a cell as a person sees it: integers without a point, at most 15 digits, days and times ISO."""
    if value.__class__ is str:
        return str(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        sure = value.is_integer() and -SURE_DIGITS < value < SURE_DIGITS
        return str(int(value)) if sure else format(value, ".15g")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return "" if value is None else str(value)


def column_letters(position: int) -> str:
    """Name a 0-based column as spreadsheet programs do: 0 is A, 26 is AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
