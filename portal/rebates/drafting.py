"""Where a programme begins: the usual schemes of the product, or a version with its days moved on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rules.months import Month, months_between
from rules.rebate import Program

if TYPE_CHECKING:
    import datetime as dt

_DAY = re.compile(r"^(effective_(?:from|until)): .*$", re.MULTILINE)
_LABEL = re.compile(r"^version: .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A usual scheme to start from.

    Attributes:
        code: Family of the programme.
        text: The programme with comments.
        program: The same, read.
    """

    code: str
    text: str
    program: Program


@cache
def usual_schemes() -> tuple[Scheme, ...]:
    """Return the schemes shipped with the product, by code."""
    folder = files("rules.books").joinpath("programs")
    found = []
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.name.endswith(".yaml"):
            text = path.read_text(encoding="utf-8")
            program = Program.load(text)
            found.append(Scheme(program.code, text, program))
    return tuple(found)


def moved_on(text: str, today: dt.date, notice_days: int) -> str:
    """Return the text of a programme that begins with the next month dealers can be told of in time.

    It runs as many months as before; a text whose days cannot be read stays as it is.

    Args:
        text: A programme.
        today: Current day in the business zone.
        notice_days: Least number of days between announcement and first day.
    """
    program = Program.load(text + "\n")
    if program.problems:
        return text
    length = len(months_between(Month.of(program.effective_from), Month.of(program.effective_until)))
    first = Month.of(today).shift(1)
    while (first.first_on - today).days <= notice_days:
        first = first.shift(1)
    days = {
        "effective_from": first.first_on.isoformat(),
        "effective_until": first.shift(length - 1).last_on.isoformat(),
    }
    dated = _DAY.sub(lambda found: f"{found[1]}: {days[found[1]]}", text)
    return _LABEL.sub(f'version: "{first}"', dated, count=1)
