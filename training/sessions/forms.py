"""Forms of sessions: text in, commands out, every problem at once."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING

from training.sessions.commands import CostCommand, FeedbackCommand, SessionCommand, TestCommand
from training.sessions.model import (
    AMOUNT_MOST,
    BLOCKS_MOST,
    COMPANIONS_MOST,
    MARK_LEAST,
    MARK_MOST,
    NOTE_MAX,
    SEATS_MOST,
    SEATS_PER_DEALER_MOST,
    TEXT_MAX,
    TITLE_MAX,
    WORD_MAX,
    Block,
    CostKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from portal.web.forms import FormReader
    from training.courses.model import Question, TestKind

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ID_MOST = 2**31 - 1
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_NOON = dt.time(12)
_BLOCK_FIELDS = ("module", "lecturer", "room", "day", "from", "to")


def new_key() -> str:
    """Return a client key for a form that is about to be shown."""
    return str(uuid.uuid4())


def read_session(form: FormReader, zone: ZoneInfo, course_id: int | None = None) -> SessionCommand:
    """Read a session with its blocks; a row of blocks without day and times is left out.

    Args:
        form: The form.
        zone: Business zone in which days and times are typed.
        course_id: The course when it stays; None = it is chosen in the form.

    Raises:
        Invalid: With everything found wrong.
    """
    room = form.integer("room", least=1, most=ID_MOST)
    command = SessionCommand(
        course_id=course_id or form.integer("course", least=1, most=ID_MOST),
        title=form.text("title", longest=TITLE_MAX),
        title_en=form.text("title_en", longest=TITLE_MAX, shortest=0),
        room_id=room,
        seats=form.integer("seats", least=1, most=SEATS_MOST),
        seats_per_dealer=form.integer("seats_per_dealer", least=1, most=SEATS_PER_DEALER_MOST),
        companions_max=form.optional_integer("companions_max", most=COMPANIONS_MOST) or 0,
        season_id=form.optional_integer("season", least=1, most=ID_MOST),
        region_id=form.optional_integer("region", least=1, most=ID_MOST),
        sign_up_until_on=form.date("sign_up_until"),
        note=form.text("note", longest=NOTE_MAX, shortest=0, lines=True),
        blocks=_blocks(form, room, zone),
        word=form.text("word", longest=WORD_MAX, shortest=0),
    )
    if not form.problems and command.sign_up_until_on > command.blocks[-1].ends_at.astimezone(zone).date():
        form.refuse("sign_up_until", "Signing up cannot go on after the end.")
    form.check()
    return command


def block_rows(form: FormReader) -> list[int]:
    """Return the numbers of the rows of blocks that hold a day or a time."""
    return [
        row
        for row in range(BLOCKS_MOST)
        if any(form.values.get(f"{name}_{row}") for name in ("day", "from", "to"))
    ]


def _blocks(form: FormReader, room: int, zone: ZoneInfo) -> tuple[Block, ...]:
    rows = block_rows(form)
    if not rows:
        form.refuse("blocks", "Please give at least one module a day and its times.")
    blocks = []
    for row in rows:
        day = form.date(f"day_{row}")
        starts, ends = _time(form, f"from_{row}"), _time(form, f"to_{row}")
        if starts >= ends and not any(p.field in (f"from_{row}", f"to_{row}") for p in form.problems):
            form.refuse(f"to_{row}", "The end must lie after the beginning.")
        blocks.append(
            Block(
                module_id=form.integer(f"module_{row}", least=1, most=ID_MOST),
                lecturer_id=form.optional_integer(f"lecturer_{row}", least=1, most=ID_MOST),
                room_id=form.optional_integer(f"room_{row}", least=1, most=ID_MOST) or room,
                starts_at=_instant(day, starts, zone),
                ends_at=_instant(day, ends, zone),
            )
        )
    return tuple(sorted(blocks, key=lambda block: (block.starts_at, block.ends_at)))


def _instant(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    # A day that could not be read is refused anyway; the smallest one has no instant in UTC.
    return dt.datetime.combine(max(day, dt.date(1900, 1, 1)), time, zone).astimezone(dt.UTC)


def _time(form: FormReader, field: str) -> dt.time:
    text = form.values.get(field, "")
    found = _TIME.fullmatch(text)
    if found is None:
        form.refuse(field, "Please enter a time such as 09:30." if text else "Please fill this in.")
        return _NOON
    return dt.time(int(found[1]), int(found[2]))


def read_costs(form: FormReader) -> tuple[CostCommand, ...]:
    """Read budget and actual of every kind of cost.

    Raises:
        Invalid: With everything found wrong.
    """
    found = tuple(
        CostCommand(
            kind,
            form.optional_integer(f"budget_{kind.value}", most=AMOUNT_MOST) or 0,
            form.optional_integer(f"actual_{kind.value}", most=AMOUNT_MOST),
            form.text(f"note_{kind.value}", longest=200, shortest=0),
        )
        for kind in CostKind
    )
    form.check()
    return found


def read_test(form: FormReader, kind: TestKind, questions: Iterable[Question]) -> TestCommand:
    """Read the answers of a test; a question left open counts as wrong, but is asked for once.

    Raises:
        Invalid: A choice is none of its question's, or questions are open and the person did not say so.
    """
    key = form.values.get("client_key", "")
    answers: dict[int, int | None] = {}
    for question in questions:
        name = f"q{question.id}"
        chosen = form.optional_integer(name, least=1, most=ID_MOST)
        if chosen is not None and chosen not in {choice.id for choice in question.choices}:
            form.refuse(name, "Please choose one of the options.")
        elif chosen is None and not form.flag("leave_open"):
            form.refuse(name, "Please choose, or tick below that you leave questions open.")
        answers[question.id] = chosen
    form.check()
    return TestCommand(key if KEY.fullmatch(key) else new_key(), kind, answers)


def read_feedback(form: FormReader) -> FeedbackCommand:
    """Read four marks and a text.

    Raises:
        Invalid: With everything found wrong.
    """

    def mark(name: str) -> int:
        return form.integer(name, least=MARK_LEAST, most=MARK_MOST)

    command = FeedbackCommand(
        mark("content"),
        mark("lecturers"),
        mark("place"),
        mark("usefulness"),
        form.text("text", longest=TEXT_MAX, shortest=0, lines=True),
    )
    form.check()
    return command
