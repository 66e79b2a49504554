"""Sessions, results and gaps as rows of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.occasions.words import STATES
from portal.web.formats import day, percent_bp
from portal.web.i18n import choose, gettext
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Iterable

    from training.sessions.queries.gaps import GapRow
    from training.sessions.queries.results import PersonResult
    from training.sessions.queries.sessions import CalendarRow


async def as_batches(rows: Iterable[dict[str, Any]]) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield rows that are already there as one batch."""
    found = list(rows)
    if found:
        yield found


def calendar_columns() -> list[Column]:
    """Return the columns of sessions in the current language."""
    return [
        Column("title", gettext("Session"), 30),
        Column("state", gettext("State"), 16, lambda state: gettext(STATES[state])),
        Column("starts", gettext("Begins"), 18),
        Column("ends", gettext("Ends"), 18),
        Column("place", gettext("Venue"), 30),
        Column("region", gettext("Region"), 18),
        Column("seats", gettext("Seats")),
        Column("seats_taken", gettext("Seats taken")),
    ]


def calendar_row(row: CalendarRow, zone: dt.tzinfo) -> dict[str, Any]:
    """Return a session as a row of a file."""
    return {
        "title": choose(row.title, row.title_en),
        "state": row.state,
        "starts": f"{row.starts_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "ends": f"{row.ends_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "place": row.place,
        "region": choose(row.region_name, row.region_name_en),
        "seats": row.seats,
        "seats_taken": row.seats_taken,
    }


def gap_columns() -> list[Column]:
    """Return the columns of the attendance-gap list in the current language."""
    return [
        Column("region", gettext("Region"), 18),
        Column("code", gettext("Code")),
        Column("name", gettext("Dealer"), 26),
        Column("invited", gettext("Invited to")),
        Column("signed_up", gettext("Signed up for")),
        Column("came", gettext("Came to")),
        Column("missed", gettext("Signed up and did not come")),
        Column("last_on", gettext("Last came"), 14, lambda value: day(value) if value else ""),
    ]


def gap_row(row: GapRow) -> dict[str, Any]:
    """Return a dealer of the gap list as a row of a file."""
    return {
        "region": choose(row.region_name, row.region_name_en),
        "code": row.code,
        "name": row.name,
        "invited": row.invited,
        "signed_up": row.signed_up,
        "came": row.came,
        "missed": row.missed,
        "last_on": row.last_on,
    }


def result_columns() -> list[Column]:
    """Return the columns of a session's results in the current language."""
    return [
        Column("code", gettext("Code")),
        Column("dealer", gettext("Dealer"), 26),
        Column("name", gettext("Name"), 16),
        Column("came", gettext("Came"), 10, lambda came: gettext("yes") if came else gettext("no")),
        Column("pre_bp", gettext("Test before"), 14, lambda bp: "" if bp is None else percent_bp(bp)),
        Column("post_bp", gettext("Test after"), 14, lambda bp: "" if bp is None else percent_bp(bp)),
        Column("passed", gettext("Passed"), 10, _passed),
    ]


def _passed(passed: bool | None) -> str:  # noqa: FBT001  a cell's value
    return "" if passed is None else gettext("yes") if passed else gettext("no")


def result_row(row: PersonResult) -> dict[str, Any]:
    """Return a participant's result as a row of a file."""
    return {
        "code": row.dealer_code,
        "dealer": row.dealer_name,
        "name": row.name,
        "came": row.came,
        "pre_bp": row.pre_bp,
        "post_bp": row.post_bp,
        "passed": row.passed,
    }
