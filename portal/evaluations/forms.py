"""Forms of evaluations: text in, checked commands out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.evaluations.model import ActionKind
from portal.evaluations.service.actions import TEXT_CHARACTERS, NewAction

if TYPE_CHECKING:
    from portal.web.forms import FormReader


def read_version(form: FormReader) -> int:
    """Read the version of the scorecard the form was shown for.

    Raises:
        Invalid: It is missing.
    """
    version = form.integer("version", least=1)
    form.check()
    return version


def read_action(form: FormReader) -> NewAction:
    """Read a reward or coaching plan.

    Raises:
        Invalid: With every problem found.
    """
    action = NewAction(
        kind=form.member("kind", ActionKind),
        text=form.text("text", longest=TEXT_CHARACTERS),
        owner_login=form.text("owner", longest=80, shortest=0),
        due_on=form.date("due_on"),
    )
    form.check()
    return action
