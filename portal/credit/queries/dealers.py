"""Finding a dealer in the viewer's scope, with the hold that stands and past ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import Signature
from portal.credit.model import HoldReason, HoldState
from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import in_scope

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class DealerHead:
    """A dealer as credit pages name him."""

    id: int
    code: str
    name: str
    region: str
    region_en: str
    region_path: str | None

    def signature(self, viewer: Viewer, policy_name: str) -> Signature:
        """Return whose name the viewer's action on this dealer carries."""
        return viewer.signature(policy_name, self.region_path, self.id)


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold, past or present.

    Attributes:
        requested: Who asked for the release, for the rule of two people; None while nobody has.
        placed_by, requested_by, released_by: Names; empty when nobody or not known any more.
        declined_reason: Why the last request was declined; empty when none was.
    """

    id: int
    account_id: int
    reason_code: HoldReason
    reason: str
    placed_at: dt.datetime
    placed_by: str
    release_reason: str
    requested: Signature | None
    requested_at: dt.datetime | None
    requested_by: str
    declined_reason: str
    released_at: dt.datetime | None
    released_by: str

    @property
    def state(self) -> HoldState:
        """Return where it stands."""
        if self.released_at is not None:
            return HoldState.NONE
        return HoldState.HELD if self.requested is None else HoldState.RELEASE_REQUESTED


_HOLD = (
    "select h.id, h.account as account_id, h.reason_code, h.reason, h.placed_at,"
    " coalesce(p.name, '') as placed_by, h.release_reason, h.requested_by_user_id, h.requested_for_user_id,"
    " h.requested_at, coalesce(q.name, '') as requested_by, h.declined_reason, h.released_at,"
    " coalesce(r.name, '') as released_by from credit_hold h"
    " left join login_user p on p.id = h.placed_by_user_id"
    " left join login_user q on q.id = h.requested_by_user_id"
    " left join login_user r on r.id = h.released_by_user_id"
)


async def get_dealer(viewer: Viewer, account_id: int, policy: str) -> DealerHead:
    """Return a dealer in the part of the network the viewer holds a policy for.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = in_scope(viewer, "a", policy=policy)
    row = await fetch_one(
        "select a.id, a.code, a.name, coalesce(g.name, '') as region, coalesce(g.name_en, '') as region_en,"
        " g.path as region_path from account a left join region g on g.id = a.region"
        f" where a.id = {{}} and a.kind = 'dealer' and a.merged_into is null and {seen.sql}",
        account_id,
        *seen.args,
    )
    if row is None:
        raise NotFound
    return DealerHead(**row)


async def list_holds(account_id: int) -> tuple[HoldRow, ...]:
    """Return a dealer's holds, newest first; the caller has checked that the viewer may see them."""
    rows = await fetch(f"{_HOLD} where h.account = {{}} order by h.id desc limit 50", account_id)
    return tuple(_hold(row) for row in rows)


async def open_hold(account_id: int) -> HoldRow | None:
    """Return the hold that stands, or None."""
    row = await fetch_one(f"{_HOLD} where h.account = {{}} and h.released_at is null", account_id)
    return _hold(row) if row else None


def _hold(row: Row) -> HoldRow:
    by, on_behalf = row.pop("requested_by_user_id"), row.pop("requested_for_user_id")
    requested = None if by is None else Signature(by, on_behalf)
    return HoldRow(**{**row, "reason_code": HoldReason(row["reason_code"]), "requested": requested})
