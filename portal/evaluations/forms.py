"""Forms of evaluations: text in, checked commands out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.evaluations.model import ActionKind, Outcome
from portal.evaluations.service.actions import GOAL_CHARACTERS, TEXT_CHARACTERS, Closing, NewAction

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from portal.web.forms import FormReader


def read_version(form: FormReader) -> int:
    """Read the version of the scorecard the form was shown for.

    Raises:
        Invalid: It is missing.
    """
    version = form.integer("version", least=1)
    form.check()
    return version


def read_action(form: FormReader, lines: Collection[str] = ()) -> NewAction:
    """Read a reward or coaching plan.

    Args:
        form: What was sent.
        lines: Criteria it may be about.

    Raises:
        Invalid: With every problem found.
    """
    action = NewAction(
        kind=form.member("kind", ActionKind),
        text=form.text("text", longest=TEXT_CHARACTERS),
        owner_login=form.text("owner", longest=80, shortest=0),
        due_on=form.date("due_on"),
        line=form.choice("line", ("", *lines)),
        goal=form.text("goal", longest=GOAL_CHARACTERS, shortest=0),
    )
    form.check()
    return action


def read_closing(form: FormReader) -> Closing:
    """Read what came of a reward or coaching plan; an empty outcome is none.

    Raises:
        Invalid: With every problem found.
    """
    closing = Closing(
        outcome=form.member("outcome", Outcome) if form.values.get("outcome") else None,
        result=form.text("result", longest=TEXT_CHARACTERS, shortest=0),
    )
    form.check()
    return closing


def read_new_day(form: FormReader) -> dt.date:
    """Read the new day of a reward or coaching plan.

    Raises:
        Invalid: It is missing or no date.
    """
    day = form.date("due_on")
    form.check()
    return day
