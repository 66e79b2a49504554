"""Finding a dealer in the viewer's part of the network, and who may look after what he raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import Role
from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import in_scope

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Signature, Viewer

_CHOICES_MOST = 2000


@dataclass(frozen=True, slots=True)
class VoiceDealer:
    """A dealer as voice names him."""

    id: int
    code: str
    name: str
    region_path: str | None

    def signature(self, viewer: Viewer, policy_name: str) -> Signature:
        """Return whose name the viewer's action on this dealer carries."""
        return viewer.signature(policy_name, self.region_path, self.id)


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who may look after what a dealer raises; ``role`` is why."""

    user_id: int
    name: str
    role: Role


async def get_voice_dealer(viewer: Viewer, dealer_id: int, policy: str) -> VoiceDealer:
    """Return a dealer in the part of the network the viewer holds a policy for.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = in_scope(viewer, "a", policy=policy)
    row = await fetch_one(
        "select a.id, a.code, a.name, g.path as region_path from account a left join region g"
        " on g.id = a.region where a.id = {} and a.kind = 'dealer' and a.merged_into is null"
        f" and {seen.sql}",
        dealer_id,
        *seen.args,
    )
    if row is None:
        raise NotFound
    return VoiceDealer(**row)


async def find_voice_dealer(viewer: Viewer, text: str, policy: str) -> VoiceDealer | None:
    """Return the dealer with exactly this code or name in the viewer's part, or None; a code wins."""
    if not text.isprintable():  # PostgreSQL refuses some of these
        return None
    seen = in_scope(viewer, "a", policy=policy)
    row = await fetch_one(
        "select a.id, a.code, a.name, g.path as region_path from account a left join region g"
        " on g.id = a.region where (a.code = {} or a.name = {}) and a.kind = 'dealer'"
        f" and a.merged_into is null and {seen.sql} order by case when a.code = {{}} then 0 else 1 end, a.id"
        " limit 1",
        text,
        text,
        *seen.args,
        text,
    )
    return None if row is None else VoiceDealer(**row)


async def list_voice_dealers(viewer: Viewer, policy: str) -> list[tuple[int, str, str]]:
    """Return id, code and name of the dealers in the viewer's part, by name; 2,000 at most."""
    seen = in_scope(viewer, "a", policy=policy)
    rows = await fetch(
        "select a.id, a.code, a.name from account a where a.kind = 'dealer' and a.merged_into is null"
        f" and {seen.sql} order by a.name, a.id limit {_CHOICES_MOST}",
        *seen.args,
    )
    return [(row["id"], row["code"], row["name"]) for row in rows]


async def list_answerers(dealer: VoiceDealer, day: dt.date) -> list[Answerer]:
    """Return who may look after a dealer, nearest first: representative, manager of his region, the rest."""
    rows = await fetch(
        "select u.id, u.name, g.role, coalesce(r.path, '') as path from role_grant g"
        " join login_user u on u.id = g.user_id left join region r on r.id = g.region_id"
        " where g.state = 'active' and u.active and (g.role in ('administrator', 'marketing')"
        " or (g.role = 'regional_manager' and r.path is not null and substr({}, 1, length(r.path)) = r.path)"
        " or (g.role = 'sales_representative' and (g.account_id = {} or exists (select 1"
        " from representative_assignment x where x.user_id = u.id and x.dealer = {} and x.from_on <= {}"
        " and (x.to_on is null or x.to_on > {})))))",
        dealer.region_path or "",
        dealer.id,
        dealer.id,
        day,
        day,
    )
    order = (Role.SALES_REPRESENTATIVE, Role.REGIONAL_MANAGER, Role.MARKETING, Role.ADMINISTRATOR)
    rows.sort(key=lambda row: (order.index(Role(row["role"])), -len(row["path"]), row["name"], row["id"]))
    nearest: dict[int, Answerer] = {}
    for row in rows:
        nearest.setdefault(row["id"], Answerer(row["id"], row["name"], Role(row["role"])))
    return list(nearest.values())


async def nearest_answerer(dealer: VoiceDealer, day: dt.date) -> int | None:
    """Return who looks after a dealer by default: his representative, else the manager of his region."""
    for person in await list_answerers(dealer, day):
        if person.role in (Role.SALES_REPRESENTATIVE, Role.REGIONAL_MANAGER):
            return person.user_id
    return None
