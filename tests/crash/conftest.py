"""What crash tests share: jobs free to be taken over, and nobody works when a test ends."""

from __future__ import annotations

import datetime as dt

from portal import db


async def expire_leases() -> None:
    """Spare the test the ten seconds after which a dead worker's job is another's."""
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    async with db.unit_of_work():
        await db.execute("update job set lease_until = {} where state = 'running'", past)


async def job_state(job_id: int) -> str:
    """Return where a job stands."""
    return str(await db.fetch_value("select state from job where id = {}", job_id))
