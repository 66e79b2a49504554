"""What keeps a programme from being published or settled, and other checks of what is entered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from portal.errors import Invalid
from portal.rebates.model import REASON_CHARACTERS, TEXT_CHARACTERS
from portal.rebates.queries.versions import find_base, list_alongside
from portal.rebates.terms import require_measured
from rules.rebate import Program
from rules.rebate.checks import check_program

if TYPE_CHECKING:
    from rules.verify import Finding


async def check_text(text: str) -> tuple[Program, tuple[Finding, ...]]:
    """Return the programme of a text and, when it can be read, what the checks find."""
    program = await read(text)
    if program.problems:
        return program, ()
    base = await find_base(program.code, program.effective_from)
    others = await list_alongside(program)
    return program, await asyncio.to_thread(check_program, program, base, others=others)


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


async def sound(text: str) -> Program:
    """Return the programme of a text that nothing keeps from being published.

    Raises:
        Invalid: Something does, or the text is too long.
    """
    program, findings = await check_text(text)
    count = len(program.problems) + sum(finding.severity == "block" for finding in findings)
    if count:
        raise Invalid.of("text", "%(count)s problems keep this from being published.", count=count)
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
