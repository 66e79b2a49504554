"""Forms of voice: text in, commands out, every problem at once."""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import TYPE_CHECKING

from portal.errors import Invalid
from portal.network.identifiers import holds_resident_number
from portal.voice.commands import AnswerCommand, AssignCommand, RaiseCommand, SnoozeCommand, StepCommand
from portal.voice.model import (
    COMPETITOR_MAX,
    OFFER_MAX,
    REASON_MAX,
    TEXT_MAX,
    Cause,
    Evidence,
    VoiceKind,
    VoiceTopic,
)
from portal.voice.photos import clean_photo
from portal.voice.quiet import DUE_DAYS_MOST

if TYPE_CHECKING:
    import datetime as dt

    from portal.web.forms import FormReader

PHOTO_MOST_BYTES = 15 * 1024 * 1024
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_key() -> str:
    """Return a client key for a form that is about to be shown."""
    return str(uuid.uuid4())


async def read_raise(form: FormReader, dealer_id: int | None) -> RaiseCommand:
    """Read what is raised.

    Args:
        form: The form, with a photo or without.
        dealer_id: Whose it is; None when the form named no dealer of the viewer's part.

    Raises:
        Invalid: With everything found wrong.
    """
    if dealer_id is None:
        form.refuse("dealer", "No dealer of yours has this code or name.")
    key = form.values.get("client_key", "")
    kind = form.member("kind", VoiceKind)
    is_approach = kind is VoiceKind.APPROACH
    command = RaiseCommand(
        client_key=key if _KEY.fullmatch(key) else new_key(),
        kind=kind,
        topic=VoiceTopic.COMPETITION if is_approach else form.member("topic", VoiceTopic),
        dealer_id=dealer_id or 0,
        text=free_text(form, "text", TEXT_MAX, lines=True),
        photo=await read_photo(form),
        competitor=free_text(form, "competitor", COMPETITOR_MAX, shortest=0) if is_approach else "",
        offer=free_text(form, "offer", OFFER_MAX, shortest=0) if is_approach else "",
        evidence=_evidence(form) if is_approach else Evidence.NONE,
        valid_until_on=form.date("valid_until_on")
        if is_approach and form.values.get("valid_until_on")
        else None,
    )
    form.check()
    return command


def _evidence(form: FormReader) -> Evidence:
    return form.member("evidence", Evidence) if form.values.get("evidence") else Evidence.NONE


async def read_photo(form: FormReader) -> bytes | None:
    """Read the photo of a form, made smaller and freed of where it was taken; a problem is noted."""
    upload = form.files.get("photo")
    content = b"" if upload is None else await upload.read(PHOTO_MOST_BYTES + 1)
    if not content:
        return None
    if len(content) > PHOTO_MOST_BYTES:
        form.refuse("photo", "The photo is larger than %(megabytes)s MB.", megabytes=15)
        return None
    try:
        return await asyncio.to_thread(clean_photo, content)
    except Invalid as error:
        form.problems.extend(error.problems)
        return None


def read_answer(form: FormReader) -> AnswerCommand:
    """Read an answer and why it happened.

    Raises:
        Invalid: With everything found wrong.
    """
    cause = form.member("cause", Cause) if form.values.get("cause") else Cause.UNKNOWN
    command = AnswerCommand(free_text(form, "answer", TEXT_MAX, lines=True), cause)
    form.check()
    return command


def read_assign(form: FormReader, today: dt.date) -> AssignCommand:
    """Read who answers by when.

    Raises:
        Invalid: With everything found wrong.
    """
    command = AssignCommand(form.integer("owner", least=1), _day(form, "due_on", today))
    form.check()
    return command


def read_step(form: FormReader, today: dt.date) -> StepCommand:
    """Read a next step for a quiet dealer.

    Raises:
        Invalid: With everything found wrong.
    """
    step = free_text(form, "step", REASON_MAX)
    command = StepCommand(step, form.integer("owner", least=1), _day(form, "due_on", today))
    form.check()
    return command


def read_snooze(form: FormReader, today: dt.date) -> SnoozeCommand:
    """Read until when a quiet dealer is left off the list, and why.

    Raises:
        Invalid: With everything found wrong.
    """
    command = SnoozeCommand(_day(form, "until_on", today), free_text(form, "reason", REASON_MAX))
    form.check()
    return command


def read_words(form: FormReader, field: str, longest: int = TEXT_MAX) -> str:
    """Read one text.

    Raises:
        Invalid: None is given.
    """
    text = free_text(form, field, longest, lines=True)
    form.check()
    return text


def free_text(form: FormReader, field: str, longest: int, *, shortest: int = 2, lines: bool = False) -> str:
    """Read text a person wrote; a resident registration number is refused (개인정보 보호법 제24조의2)."""
    text = form.text(field, longest=longest, shortest=shortest, lines=lines)
    if holds_resident_number(text):
        form.refuse(field, "This looks like a resident registration number. It may not be kept here.")
    return text


def _day(form: FormReader, field: str, today: dt.date) -> dt.date:
    day = form.date(field)
    if not any(problem.field == field for problem in form.problems):
        ahead = (day - today).days
        if not 0 <= ahead <= DUE_DAYS_MOST:
            form.refuse(field, "Please choose a day from today on, within a year.")
    return day
