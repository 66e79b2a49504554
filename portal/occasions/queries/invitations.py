"""Which dealers are invited to an occasion, which are not, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch
from portal.network.scope import ALWAYS, Condition, in_scope
from portal.occasions.policies import OWN

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.access import Viewer


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A dealer's line on the list of an occasion.

    Attributes:
        is_invited: False for dealers whom the rule left out; ``reason`` says why.
        seats: Seats the dealer is entitled to.
        source: ``rule`` or ``hand``.
        signed_up: Sign-ups that were not cancelled; ``confirmed`` of them have seats.
    """

    id: int
    occasion_id: int
    dealer_id: int
    dealer_code: str
    dealer_name: str
    region_name: str
    region_name_en: str
    is_invited: bool
    seats: int
    source: str
    book_sha256: str
    outcome: str
    reason: str
    reason_en: str
    invited_at: dt.datetime
    declined_at: dt.datetime | None
    decline_reason: str
    signed_up: int
    confirmed: int

    @property
    def has_answered(self) -> bool:
        """Whether the dealer signed somebody up or declined."""
        return self.signed_up > 0 or self.declined_at is not None


_INVITATION = (
    "select i.id, i.occasion as occasion_id, i.dealer as dealer_id, a.code as dealer_code,"
    " a.name as dealer_name, coalesce(g.name, '') as region_name, coalesce(g.name_en, '') as region_name_en,"
    " i.is_invited, case when i.seats > 0 then i.seats else o.seats_per_dealer end as seats, i.source,"
    " i.book_sha256, i.outcome, i.reason, i.reason_en, i.invited_at, i.declined_at, i.decline_reason,"
    " coalesce(s.n, 0) as signed_up,"
    " coalesce(s.confirmed, 0) as confirmed"
    " from occasion_invitation i join occasion o on o.id = i.occasion join account a on a.id = i.dealer"
    " left join region g on g.id = a.region"
    " left join (select occasion, dealer, count(*) as n,"
    " sum(case when state = 'confirmed' then 1 else 0 end) as confirmed from enrollment"
    " where state <> 'cancelled' group by occasion, dealer) s on s.occasion = i.occasion"
    " and s.dealer = i.dealer"
)
LIST_MOST = 2_000


async def list_invitations(viewer: Viewer, occasion_id: int, policy: str) -> list[InvitationRow]:
    """Return an occasion's dealers in the viewer's part, the invited first; 2,000 at most.

    The caller has checked the occasion.
    """
    seen = in_scope(viewer, "a", policy=policy)
    where = Condition("i.occasion = {}", (occasion_id,)) & seen
    rows = await fetch(
        f"{_INVITATION} where {where.sql} order by i.is_invited desc, region_name, a.name, i.id"
        f" limit {LIST_MOST}",
        *where.args,
    )
    return [InvitationRow(**{**row, "is_invited": bool(row["is_invited"])}) for row in rows]


async def list_own_invitations(
    viewer: Viewer, occasion_ids: Iterable[int] | None = None
) -> list[InvitationRow]:
    """Return the lines of the viewer's own dealers for opened occasions, the newest first; 500 at most."""
    dealers = viewer.scope_for(OWN).dealer_ids
    ids = None if occasion_ids is None else tuple(sorted(set(occasion_ids)))
    if not dealers or ids == ():
        return []
    wanted = ALWAYS if ids is None else Condition(f"i.occasion in ({', '.join('{}' for _ in ids)})", ids)
    where = wanted & Condition(
        f"o.opened_at is not null and i.dealer in ({', '.join('{}' for _ in dealers)})", dealers
    )
    rows = await fetch(
        f"{_INVITATION} where {where.sql} order by i.occasion desc, a.name, i.id limit 500", *where.args
    )
    return [InvitationRow(**{**row, "is_invited": bool(row["is_invited"])}) for row in rows]


async def list_people(dealer_ids: Iterable[int]) -> list[tuple[int, int, str]]:
    """Return dealer, sign-in and name of the people of dealers, by name."""
    ids = tuple(sorted(set(dealer_ids)))
    if not ids:
        return []
    rows = await fetch(
        "select distinct g.account_id, u.id, u.name from role_grant g join login_user u on u.id = g.user_id"
        " where g.state = 'active' and u.active and g.role in ('dealer_owner', 'dealer_staff')"
        f" and g.account_id in ({', '.join('{}' for _ in ids)}) order by u.name, u.id",
        *ids,
    )
    return [(row["account_id"], row["id"], row["name"]) for row in rows]
