"""The review list as a spreadsheet: what the page shows, with exact figures instead of charts."""

from __future__ import annotations

from typing import Any

from portal.evaluations import words
from portal.evaluations.model import ActionKind, CardState, Outcome
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column


def columns() -> list[Column]:
    """Return the columns in the language of the request."""
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 28),
        Column("region", gettext("Region")),
        Column("grade", gettext("Grade"), 8),
        Column("previous_grade", gettext("Previous grade"), 8),
        Column("points_milli", gettext("Points"), 10, _points),
        Column("sales_minor", gettext("Sales this month (supply value)"), 20),
        Column("sales_last_minor", gettext("Sales in the same month last year"), 20),
        Column("growth_bp", gettext("Growth, %"), 12, _percent),
        Column("active", gettext("Active retail points"), 12),
        Column("active_last", gettext("The same a year before"), 12),
        Column("held_reason", gettext("Held"), 12, _held),
        Column("state", gettext("State"), 14, _state),
        Column("comments", gettext("Comments"), 10),
    ]


def follow_up_columns() -> list[Column]:
    """Return the columns of coaching plans and rewards, in the language of the request."""
    return [
        Column("due_on", gettext("Until"), 12),
        Column("name", gettext("For whom"), 26),
        Column("code", gettext("Code")),
        Column("month", gettext("Month"), 10, str),
        Column("kind", gettext("Kind"), 14, lambda kind: gettext(words.ACTIONS[ActionKind(kind)])),
        Column("text", gettext("What is done"), 50),
        Column("goal", gettext("How one sees that it worked"), 40),
        Column("owner", gettext("Owner"), 18),
        Column("moved", gettext("New days given"), 8),
        Column("done_at", gettext("Ended"), 20),
        Column("outcome", gettext("What came of it"), 18, _outcome),
        Column("result", gettext("Result"), 40),
    ]


def _outcome(outcome: str) -> str:
    return gettext(words.OUTCOMES[Outcome(outcome)]) if outcome else ""


def _points(milli: int | None) -> str | None:
    return None if milli is None else f"{milli // 1000}.{milli % 1000:03d}"


def _percent(basis_points: int | None) -> str | None:
    if basis_points is None:
        return gettext("n/a")
    return f"{'-' * (basis_points < 0)}{abs(basis_points) // 100}.{abs(basis_points) % 100:02d}"


def _held(reason: Any) -> str:
    return gettext("Held") if reason else ""


def _state(state: str) -> str:
    return gettext(words.CARD_STATES[CardState(state)])
