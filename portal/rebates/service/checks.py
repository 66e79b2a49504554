"""What keeps a programme from being published or settled, and other checks of what is entered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from portal.errors import Invalid, Message, Problem
from portal.rebates.model import REASON_CHARACTERS, TEXT_CHARACTERS
from portal.rebates.queries.versions import find_base, list_alongside
from portal.rebates.terms import require_measured
from portal.rulebooks.queries.versions import find_version_for, get_book
from rules.months import Month
from rules.rebate import Program
from rules.rebate.checks import check_program

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.kpis import Locale
    from rules.rulebook import Rulebook
    from rules.verify import Finding

BLOCKED = "%(count)s problems keep this from being published."
DEFAULT_LOCALE: Locale = "ko"
SHOWN = 20
_REGULATED: set[str] = set()


async def check_text(text: str) -> tuple[Program, tuple[Finding, ...]]:
    """Return the programme of a text and, when it can be read, what the checks find."""
    program = await read(text)
    return program, () if program.problems else await find_against(program)


async def find_against(program: Program) -> tuple[Finding, ...]:
    """Hold a sound programme against the version before it, programmes beside it, and the law.

    A multiplier by grade brings in the criteria that decide the grade in the programme's first month;
    regulated goods are those of the setting ``regulated_goods`` and of the programme itself.
    """
    base = await find_base(program.code, program.effective_from)
    others = await list_alongside(program)
    upstream = await _books_behind(program)
    goods = sorted(_REGULATED)
    return await asyncio.to_thread(
        check_program, program, base, upstream=upstream, goods=goods, others=others
    )


async def require_lawful(program: Program, locale: Locale = DEFAULT_LOCALE) -> None:
    """Refuse a programme that something keeps from being published or settled.

    Raises:
        Invalid: Every finding that blocks, in words with its article.
    """
    blocked = [finding for finding in await find_against(program) if finding.severity == "block"]
    if blocked:
        count = Problem("text", Message(BLOCKED, {"count": len(blocked)}))
        raise Invalid([count, *(_in_words(finding, locale) for finding in blocked[:SHOWN])])


def set_regulated_goods(topics: Iterable[str]) -> None:
    """Say, when a process starts, which regulated goods the installation sells, for example ``liquor``."""
    _REGULATED.clear()
    _REGULATED.update(topics)


async def _books_behind(program: Program) -> list[Rulebook]:
    """Return the criteria whose grade multiplies a line; none where no line has a multiplier."""
    if all(component.multiplier is None for component in program.components):
        return []
    version = await find_version_for("dealer", Month.of(program.effective_from))
    return [] if version is None else [await get_book(version.sha256)]


def _in_words(finding: Finding, locale: Locale) -> Problem:
    return Problem("text", Message("%(finding)s", {"finding": finding.say(locale)}))


def checked_reason(reason: str) -> str:
    """Return a reason without surrounding space.

    Raises:
        Invalid: None is given, or too long a one.
    """
    written = reason.strip()
    if not written:
        raise Invalid.of("reason", "Please give a reason.")
    if len(written) > REASON_CHARACTERS:
        raise Invalid.of("reason", "At most %(count)s characters, please.", count=REASON_CHARACTERS)
    return written


async def sound(text: str, locale: Locale = DEFAULT_LOCALE) -> Program:
    """Return the programme of a text that nothing keeps from being published; refusals are in a locale.

    Raises:
        Invalid: Something does, or the text is too long.
    """
    program = await read(text)
    if program.problems:
        raise Invalid.of("text", BLOCKED, count=len(program.problems))
    await require_lawful(program, locale)
    require_measured(program)
    await _require_rest(program)
    return program


async def _require_rest(program: Program) -> None:
    """Refuse a version that ends before the one whose place it takes: it would leave days to neither.

    Raises:
        Invalid: It does.
    """
    base = await find_base(program.code, program.effective_from)
    if base and base.covers(program.effective_from) and program.effective_until < base.effective_until:
        day = base.effective_until.isoformat()
        raise Invalid.of("text", "The version before runs until %(day)s; this one must too.", day=day)


async def read(text: str) -> Program:
    """Return the programme of a text as far as it can be read.

    Raises:
        Invalid: The text is too long.
    """
    if len(text) > TEXT_CHARACTERS:
        raise Invalid.of("text", "At most %(count)s characters, please.", count=TEXT_CHARACTERS)
    return await asyncio.to_thread(Program.load, text + "\n")
