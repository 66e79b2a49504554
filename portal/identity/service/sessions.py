"""Sessions: started, found by their token, ended. Only the token's hash is stored."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from portal.access import DeputyFor, Grant, Role, Viewer
from portal.db import as_date, execute, fetch, fetch_value, unit_of_work
from portal.identity.model import hash_token, new_token, now

if TYPE_CHECKING:
    from portal.identity.model import Client, IdentityRules

logger = logging.getLogger(__name__)

# A session's last use is written once a minute at most, so that reading pages does not write.
SEEN_STEP = dt.timedelta(minutes=1)
TOTP_WAIT = dt.timedelta(minutes=10)
_KNOWN_ROLES = frozenset(Role)

# One statement: session, person, absent people, their grants with regions, a representative's dealers.
# A grant whose region is gone keeps an impossible path, because no path at all would mean everything.
_VIEWER = """
with s as (
  select s.id, s.user_id, u.name, u.login, u.locale, u.theme,
    case when s.seen_at < {} then 1 else 0 end as stale
  from web_session s join login_user u on u.id = s.user_id
  where s.token_hash = {} and not s.awaits_totp and u.active and s.expires_at > {} and s.seen_at > {}
), p as (
  select s.user_id as holder, 0 as absent, '' as absent_name,
    cast(null as date) as from_on, cast(null as date) as to_on
  from s
  union all
  select d.user_id, 1, a.name, d.from_on, d.to_on
  from s join deputy d on d.deputy_id = s.user_id join login_user a on a.id = d.user_id
  where d.revoked_at is null and d.from_on <= {} and d.to_on >= {} and a.active
)
select s.id, s.user_id, s.name, s.login, s.locale, s.theme, s.stale,
  p.holder, p.absent, p.absent_name, p.from_on, p.to_on, g.role,
  case when g.region_id is null then null else coalesce(r.path, '!') end as region_path,
  coalesce(x.dealer, g.account_id) as account_id
from s cross join p
  left join role_grant g on g.user_id = p.holder and g.state = 'active'
  left join region r on r.id = g.region_id
  left join representative_assignment x on g.role = 'sales_representative' and x.user_id = p.holder
    and x.from_on <= {} and (x.to_on is null or x.to_on > {})
order by p.absent, p.holder, g.id, x.id
"""


async def start(user_id: int, client: Client, rules: IdentityRules, *, awaits_totp: bool = False) -> str:
    """Open a session inside the caller's unit of work and return its token, which is stored nowhere."""
    token, at = new_token(), now()
    await execute(
        "insert into web_session (token_hash, user_id, awaits_totp, created_at, seen_at, expires_at, address,"
        " agent) values ({}, {}, {}, {}, {}, {}, {}, {})",
        hash_token(token),
        user_id,
        awaits_totp,
        at,
        at,
        at + (TOTP_WAIT if awaits_totp else rules.absolute),
        client.address[:64],
        client.agent[:200],
    )
    return token


class Sessions:
    """The store the web layer asks with each request."""

    def __init__(self, rules: IdentityRules) -> None:
        self.rules = rules

    async def find_viewer(self, token: str) -> Viewer | None:
        """Return the person of a live session, or None when it is unknown, idle too long, old or ended."""
        at, today, digest = now(), self.rules.today(), hash_token(token)
        rows = await fetch(
            _VIEWER,
            at - SEEN_STEP,
            digest,
            at,
            at - self.rules.idle,
            today,
            today,
            today,
            today,
        )
        if not rows:
            return None
        if rows[0]["stale"]:
            await self._note_use(rows[0]["id"], at)
        return _viewer(rows, self.rules.zone, digest)

    async def _note_use(self, session_id: int, at: dt.datetime) -> None:
        async with unit_of_work():
            await execute("update web_session set seen_at = {} where id = {}", at, session_id)


async def find_pending(token: str) -> int | None:
    """Return the user of a session that still waits for its one-time code."""
    user_id: int | None = await fetch_value(
        "select s.user_id from web_session s join login_user u on u.id = s.user_id"
        " where s.token_hash = {} and s.awaits_totp and u.active and s.expires_at > {}",
        hash_token(token),
        now(),
    )
    return user_id


def _viewer(rows: list[dict[str, Any]], zone: str, digest: str) -> Viewer:
    first = rows[0]
    own: list[Grant] = []
    absent: dict[int, tuple[dict[str, Any], list[Grant]]] = {}
    for row in rows:
        grants = absent.setdefault(row["holder"], (row, []))[1] if row["absent"] else own
        if row["role"] in _KNOWN_ROLES:
            grant = Grant(Role(row["role"]), row["region_path"], row["account_id"])
            if grant not in grants:
                grants.append(grant)
    return Viewer(
        user_id=first["user_id"],
        name=first["name"],
        login=first["login"],
        locale=first["locale"],
        theme=first["theme"],
        grants=tuple(own),
        deputy_for=tuple(_deputy_for(row, grants) for row, grants in absent.values()),
        zone=zone,
        session_hash=digest,
    )


def _deputy_for(row: dict[str, Any], grants: list[Grant]) -> DeputyFor:
    from_on, to_on = as_date(row["from_on"]), as_date(row["to_on"])
    if from_on is None or to_on is None:
        raise ValueError(f"deputy of user {row['holder']} has no dates")
    return DeputyFor(row["holder"], row["absent_name"], tuple(grants), from_on, to_on)


async def end(token_hash: str) -> None:
    """End one session inside the caller's unit of work; a request in flight cannot revive it."""
    await execute("delete from web_session where token_hash = {}", token_hash)


async def end_one(viewer: Viewer, session_id: int) -> bool:
    """End one of the viewer's own sessions; tell whether there was such a one."""
    async with unit_of_work():
        return bool(
            await execute(
                "delete from web_session where id = {} and user_id = {}", session_id, viewer.user_id
            )
        )


async def end_all(user_id: int, *, but: str = "") -> int:
    """End a person's sessions inside the caller's unit of work, except the one with hash ``but``."""
    return await execute("delete from web_session where user_id = {} and token_hash <> {}", user_id, but)


async def remove_expired() -> int:
    """Delete sessions, throttle counters, reset links that no longer mean anything; run daily."""
    at = now()
    async with unit_of_work():
        count = await execute("delete from web_session where expires_at < {}", at)
        await execute("delete from login_failure where last_at < {}", at - dt.timedelta(days=1))
        await execute("delete from password_reset where expires_at < {}", at - dt.timedelta(days=30))
    return count
