"""People an opinion may be given to, whatever its dealer; for handing out many at once."""

from __future__ import annotations

from portal.db import fetch

_MOST = 500


async def list_all_answerers() -> list[tuple[int, str]]:
    """Return id and name of whoever may answer opinions somewhere, by name; 500 at most."""
    rows = await fetch(
        "select distinct u.id, u.name from login_user u join role_grant g on g.user_id = u.id"
        " where u.active and g.state = 'active' and g.role in ('administrator', 'marketing',"
        " 'regional_manager', 'sales_representative') order by u.name, u.id limit {}",
        _MOST,
    )
    return [(row["id"], row["name"]) for row in rows]
