"""Forms of weekly meetings: text in, commands out, every problem at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.plans.commands_meetings import ItemCommand, MinutesCommand
from portal.plans.forms_visits import free_text
from portal.plans.meeting import ATTENDEES_MAX, MINUTES_MAX, TEXT_MAX, ItemKind
from portal.plans.words_meetings import ADDED

if TYPE_CHECKING:
    from portal.web.forms import FormReader


def read_item(form: FormReader) -> ItemCommand:
    """Read a point; a decision needs its owner and last day.

    Raises:
        Invalid: With everything found wrong.
    """
    kind = ItemKind(form.choice("kind", [member.value for member in ADDED]))
    owner = form.optional_integer("owner", least=1)
    due_on = form.date("due_on") if form.values.get("due_on") else None
    if kind is ItemKind.DECISION and owner is None:
        form.refuse("owner", "A decision needs somebody who does it.")
    if kind is ItemKind.DECISION and due_on is None:
        form.refuse("due_on", "A decision needs a day by which it is done.")
    command = ItemCommand(kind, free_text(form, "text", TEXT_MAX), owner, due_on)
    form.check()
    return command


def read_minutes(form: FormReader) -> MinutesCommand:
    """Read the minutes.

    Raises:
        Invalid: With everything found wrong.
    """
    command = MinutesCommand(
        held_on=form.date("held_on"),
        attendees=free_text(form, "attendees", ATTENDEES_MAX),
        minutes=free_text(form, "minutes", MINUTES_MAX, shortest=0, lines=True),
    )
    form.check()
    return command


def read_text(form: FormReader, field: str) -> str:
    """Read one text.

    Raises:
        Invalid: None is given.
    """
    text = free_text(form, field, TEXT_MAX)
    form.check()
    return text
