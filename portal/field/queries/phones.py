"""What waits on the phones of the people a viewer looks after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.access import DEALER_SIDE
from portal.db import fetch, fetch_one
from portal.field.policies import PHONES
from portal.network.scope import NEVER, Condition, in_regions

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Scope, Viewer

PHONES_SHOWN = 200
_DEALER_ROLES = ", ".join(f"'{role.value}'" for role in sorted(DEALER_SIDE))


@dataclass(frozen=True, slots=True)
class PhoneCount:
    """How much waits in the field: "12 records on 3 phones".

    Attributes:
        records: Records that phones said they have not sent.
        phones: Phones that said so.
        stuck: Those of the records that need the person.
        heard_at: When the last of these phones was heard, or None.
    """

    records: int
    phones: int
    stuck: int
    heard_at: dt.datetime | None


async def count_waiting(viewer: Viewer) -> PhoneCount:
    """Count what waits on the phones of the viewer's people."""
    seen = _seen(viewer)
    row = await fetch_one(
        "select coalesce(sum(p.waiting), 0) as records, count(*) as phones,"
        " coalesce(sum(p.stuck), 0) as stuck"
        f" from field_phone p where p.waiting > 0 and {seen.sql}",
        *seen.args,
    )
    last = await fetch_one(
        f"select p.last_seen_at from field_phone p where p.waiting > 0 and {seen.sql}"
        " order by p.last_seen_at desc limit 1",
        *seen.args,
    )
    assert row is not None  # noqa: S101  an aggregate without groups has one row
    return PhoneCount(row["records"], row["phones"], row["stuck"], last["last_seen_at"] if last else None)


async def list_phones(viewer: Viewer) -> list[dict[str, Any]]:
    """Return the phones of the viewer's people, those with most waiting first, at most ``PHONES_SHOWN``.

    Rows have ``id, person, label, waiting, stuck, waiting_since_at, skew_seconds, last_seen_at``.
    """
    seen = _seen(viewer)
    return await fetch(
        "select p.id, coalesce(u.name, '') as person, p.label, p.waiting, p.stuck, p.waiting_since_at,"
        " p.skew_seconds, p.last_seen_at from field_phone p left join login_user u on u.id = p.user_id"
        f" where {seen.sql} order by p.waiting desc, p.last_seen_at desc, p.id limit {PHONES_SHOWN}",
        *seen.args,
    )


def _seen(viewer: Viewer) -> Condition:
    """Phones of people who work for the viewer's dealer, or of ours in the viewer's regions."""
    scope = viewer.scope_for(PHONES)
    if viewer.is_dealer_side:
        return _of_dealers(scope.dealer_ids)
    ours = (
        "exists (select 1 from role_grant g where g.user_id = p.user_id and g.state = 'active'"
        f" and g.role not in ({_DEALER_ROLES}))"
    )
    return Condition(ours) if scope.everything else Condition(ours) & _of_regions(scope)


def _of_dealers(dealers: tuple[int, ...]) -> Condition:
    if not dealers:
        return NEVER
    marks = ", ".join("{}" for _ in dealers)
    return Condition(
        "exists (select 1 from role_grant g where g.user_id = p.user_id and g.state = 'active'"
        f" and g.role in ({_DEALER_ROLES}) and g.account_id in ({marks}))",
        dealers,
    )


def _of_regions(scope: Scope) -> Condition:
    granted = in_regions(scope.region_paths, "g.region_id")
    named = in_regions(scope.region_paths, "d.region")
    assigned = in_regions(scope.region_paths, "e.region")
    return Condition(
        "(exists (select 1 from role_grant g left join account d on d.id = g.account_id"
        f" where g.user_id = p.user_id and g.state = 'active' and ({granted.sql} or {named.sql}))"
        " or exists (select 1 from representative_assignment x join account e on e.id = x.dealer"
        f" where x.user_id = p.user_id and x.to_on is null and {assigned.sql}))",
        (*granted.args, *named.args, *assigned.args),
    )
