"""Deputies (대결자): somebody who acts for an absent person between two dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import DEALER_SIDE
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.errors import Invalid, NotFound
from portal.identity.model import now, possible_login

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.identity.model import IdentityRules

LONGEST_DAYS = 92


@dataclass(frozen=True, slots=True)
class NewDeputy:
    """A deputy to be named, as entered.

    Attributes:
        login: Sign-in name of the deputy.
        from_on: First day, inclusive.
        to_on: Last day, inclusive, at most three months later.
        reason: Why, for the record.
    """

    login: str
    from_on: dt.date
    to_on: dt.date
    reason: str


async def name_deputy(viewer: Viewer, deputy: NewDeputy, rules: IdentityRules) -> int:
    """Let somebody act for the viewer for some days.

    The deputy must belong to the same side, and on the dealers' side to the same dealership, so that a
    deputy never opens what the viewer could not show him anyway.

    Raises:
        Invalid: The dates are impossible, or the deputy is unknown, oneself or of another house.
    """
    if deputy.to_on < deputy.from_on or deputy.to_on < rules.today():
        raise Invalid.of("to_on", "The last day is before the first, or already past.")
    if (deputy.to_on - deputy.from_on).days > LONGEST_DAYS:
        raise Invalid.of("to_on", "A deputy acts for at most %(days)s days.", days=LONGEST_DAYS)
    async with unit_of_work():
        deputy_id = await _find(viewer, deputy.login)
        row_id: int = await fetch_value(
            "insert into deputy (user_id, deputy_id, from_on, to_on, reason, created_by_user_id, created_at)"
            " values ({}, {}, {}, {}, {}, {}, {}) returning id",
            viewer.user_id,
            deputy_id,
            deputy.from_on,
            deputy.to_on,
            deputy.reason,
            viewer.user_id,
            now(),
        )
        await record(
            viewer,
            "identity.deputy",
            Subject.of("user", viewer.user_id),
            {"deputy": (None, deputy_id), "from": (None, deputy.from_on), "to": (None, deputy.to_on)},
            note=deputy.reason,
        )
    return row_id


async def _find(viewer: Viewer, login: str) -> int:
    rows = await fetch(
        "select u.id, g.role, g.account_id from login_user u join role_grant g on g.user_id = u.id"
        " where u.login = {} and u.active and g.state = 'active'",
        possible_login(login),
    )
    own_dealers = {grant.account_id for grant in viewer.grants if grant.role in DEALER_SIDE}
    fits = bool(rows) and all(
        row["account_id"] in own_dealers if own_dealers else row["role"] not in DEALER_SIDE for row in rows
    )
    if not fits or rows[0]["id"] == viewer.user_id:
        raise Invalid.of("deputy", "There is no colleague with this sign-in name.")
    found: int = rows[0]["id"]
    return found


async def revoke_deputy(viewer: Viewer, deputy_row_id: int) -> None:
    """End a deputy of the viewer's before the last day.

    Raises:
        NotFound: The viewer named no such deputy.
    """
    async with unit_of_work():
        changed = await execute(
            "update deputy set revoked_at = {} where id = {} and user_id = {} and revoked_at is null",
            now(),
            deputy_row_id,
            viewer.user_id,
        )
        if not changed:
            raise NotFound
        await record(
            viewer, "identity.deputy_end", Subject.of("user", viewer.user_id), {"row": (deputy_row_id, None)}
        )
