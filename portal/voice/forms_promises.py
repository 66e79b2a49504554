"""Forms of promises: text in, commands out, every problem at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.network.identifiers import holds_resident_number
from portal.voice.promising import PROMISE_TEXT_MAX, JudgeCommand, PromiseCommand, Side

if TYPE_CHECKING:
    from portal.web.forms import FormReader


def read_promise(form: FormReader, key: str, account_id: int, prefix: str = "") -> PromiseCommand:
    """Read a promise; who reads the rest of the form checks the problems.

    Args:
        form: The form; fields are ``text``, ``due_on`` and ``side`` behind the prefix.
        key: The promise's key.
        account_id: Whom it concerns.
        prefix: Such as ``promise_`` where it is a part of another form.
    """
    return PromiseCommand(
        client_key=key,
        account_id=account_id,
        side=form.member(f"{prefix}side", Side),
        text=_words(form, f"{prefix}text", 2),
        due_on=form.date(f"{prefix}due_on"),
    )


def read_judgement(form: FormReader) -> JudgeCommand:
    """Read whether a promise was kept.

    Raises:
        Invalid: It was broken and nothing is said about it, or the words hold a resident number.
    """
    kept = form.choice("judgement", ("kept", "broken")) == "kept"
    command = JudgeCommand(kept, _words(form, "words", 0 if kept else 2))
    form.check()
    return command


def read_done(form: FormReader) -> str:
    """Read what was done.

    Raises:
        Invalid: It is too long or holds a resident number.
    """
    words = _words(form, "words", 0)
    form.check()
    return words


def _words(form: FormReader, field: str, shortest: int) -> str:
    text = form.text(field, longest=PROMISE_TEXT_MAX, shortest=shortest)
    if holds_resident_number(text):
        form.refuse(field, "This looks like a resident registration number. It may not be kept here.")
    return text
