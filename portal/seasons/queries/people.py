"""Who may own something in a season: the manufacturer's people of a region, and a dealer's own."""

from __future__ import annotations

from portal.db import fetch

People = tuple[tuple[int, str], ...]
"""Id and name, by name."""


async def list_owners(region_path: str | None) -> People:
    """Return the manufacturer's people who may own a step in a region."""
    path = region_path or "/"
    rows = await fetch(
        "select distinct u.id, u.name from login_user u join role_grant g on g.user_id = u.id"
        " left join region r on r.id = g.region_id where u.active and g.state = 'active'"
        " and g.role in ('administrator', 'marketing', 'regional_manager', 'sales_representative')"
        " and (g.region_id is null or substr({}, 1, length(r.path)) = r.path"
        " or substr(r.path, 1, length({})) = {}) order by u.name, u.id limit 200",
        path,
        path,
        path,
    )
    return tuple((row["id"], row["name"]) for row in rows)


async def list_growth_owners(region_path: str | None, account: int) -> People:
    """Return who may own a dealer's growth point: his own people first."""
    rows = await fetch(
        "select distinct u.id, u.name from login_user u join role_grant g on g.user_id = u.id"
        " where u.active and g.state = 'active' and g.account_id = {}"
        " and g.role in ('dealer_owner', 'dealer_staff') order by u.name, u.id",
        account,
    )
    own = tuple((row["id"], row["name"]) for row in rows)
    return own + tuple(one for one in await list_owners(region_path) if one not in own)
