"""Lists of participants and of invited dealers as files, in the viewer's part of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.occasions import words
from portal.occasions.model import SeatState
from portal.web.formats import instant
from portal.web.i18n import choose, gettext
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from portal.occasions.queries.invitations import InvitationRow
    from portal.occasions.queries.roster import RosterRow


def roster_columns() -> list[Column]:
    """Return the columns of the participants' list in the current language, one line a person."""
    return [
        Column("number", gettext("Number"), 8),
        Column("state", gettext("State"), 12),
        Column("dealer_code", gettext("Dealer code"), 12),
        Column("dealer", gettext("Dealer"), 24),
        Column("region", gettext("Region"), 14),
        Column("name", gettext("Name"), 18),
        Column("name_en", gettext("Name in Latin letters"), 20),
        Column("relation", gettext("Companion"), 14),
        Column("phone", gettext("Telephone"), 18),
        Column("diet", gettext("Food"), 26),
        Column("came_in", gettext("Came in"), 18),
        Column("went_out", gettext("Went"), 18),
        Column("note", gettext("Note"), 30),
    ]


async def roster_lines(rows: Sequence[RosterRow]) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the people of the sign-ups as one batch: each seat holder, then the companions."""
    lines = []
    for row in rows:
        shared = {
            "number": row.number,
            "state": gettext(words.SEAT_STATES[SeatState(row.state)]),
            "dealer_code": row.dealer_code,
            "dealer": row.dealer_name,
            "region": choose(row.region_name, row.region_name_en),
        }
        lines.append(shared | _person(row) | {"relation": "", "note": row.note})
        lines += [
            shared | _person(guest) | {"relation": guest.relation or gettext("Companion"), "note": ""}
            for guest in row.companions
        ]
    yield lines


def _person(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "name_en": one.name_en,
        "phone": one.phone,
        "diet": one.diet,
        "came_in": instant(one.came_in_at) if one.came_in_at else "",
        "went_out": instant(one.went_out_at) if one.went_out_at else "",
    }


def invitation_columns() -> list[Column]:
    """Return the columns of the list of dealers in the current language."""
    return [
        Column("dealer_code", gettext("Dealer code"), 12),
        Column("dealer_name", gettext("Dealer"), 24),
        Column("region_name", gettext("Region"), 14),
        Column("invited", gettext("Invited"), 10),
        Column("seats", gettext("Seats"), 8),
        Column("signed_up", gettext("Signed up"), 10),
        Column("confirmed", gettext("With a seat"), 10),
        Column("reason", gettext("Reason"), 50),
        Column("decline_reason", gettext("Declined because"), 30),
    ]


async def invitation_lines(rows: Sequence[InvitationRow]) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the dealers as one batch."""
    yield [
        {
            "dealer_code": row.dealer_code,
            "dealer_name": row.dealer_name,
            "region_name": choose(row.region_name, row.region_name_en),
            "invited": gettext("yes") if row.is_invited else gettext("no"),
            "seats": row.seats if row.is_invited else 0,
            "signed_up": row.signed_up,
            "confirmed": row.confirmed,
            "reason": choose(row.reason, row.reason_en),
            "decline_reason": row.decline_reason,
        }
        for row in rows
    ]
