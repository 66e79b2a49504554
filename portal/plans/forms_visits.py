"""The visit form: text in, command out, every problem at once."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING

from portal.network.identifiers import holds_resident_number
from portal.plans.commands_visits import VisitCommand
from portal.plans.model import Outcome
from portal.plans.visiting import CASES_MOST, MINUTES_MOST, NOTE_MAX, REASON_MAX

if TYPE_CHECKING:
    from portal.web.forms import FormReader

_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_key() -> str:
    """Return a client key for a form that is about to be shown."""
    return str(uuid.uuid4())


def read_visit(form: FormReader, account_id: int | None) -> VisitCommand:
    """Read a visit.

    Args:
        form: The form.
        account_id: Who was visited; None when the form named nobody the viewer may visit.

    Raises:
        Invalid: With everything found wrong.
    """
    if account_id is None:
        form.refuse("account", "No account of yours has this code or name.")
    key = form.values.get("client_key", "")
    command = VisitCommand(
        client_key=key if _KEY.fullmatch(key) else new_key(),
        account_id=account_id or 0,
        visited_on=form.date("visited_on"),
        outcome=form.member("outcome", Outcome),
        cases=form.optional_integer("cases", most=CASES_MOST),
        minutes=form.optional_integer("minutes", most=MINUTES_MOST),
        note=free_text(form, "note", NOTE_MAX, shortest=0, lines=True),
        device_at=_instant(form.values.get("device_at", "")),
    )
    form.check()
    return command


def read_reason(form: FormReader) -> str:
    """Read why something is taken back.

    Raises:
        Invalid: None is given.
    """
    reason = free_text(form, "reason", REASON_MAX)
    form.check()
    return reason


def free_text(form: FormReader, field: str, longest: int, *, shortest: int = 2, lines: bool = False) -> str:
    """Read text a person wrote; a resident registration number is refused (개인정보 보호법 제24조의2)."""
    text = form.text(field, longest=longest, shortest=shortest, lines=lines)
    if holds_resident_number(text):
        form.refuse(field, "This looks like a resident registration number. It may not be kept here.")
    return text


def _instant(text: str) -> dt.datetime | None:
    """Read what a phone's clock says; nonsense is as good as nothing, for it decides nothing alone."""
    try:
        found = dt.datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found.astimezone(dt.UTC) if found.tzinfo else None
