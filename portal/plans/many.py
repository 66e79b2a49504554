"""Proposals to many dealers at once: a job asks for one after the other, and goes on where it stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import fetch, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.identity.queries import load_viewer
from portal.jobs.queries import find_job
from portal.jobs.service import enqueue
from portal.network.scope import in_scope, today
from portal.plans.policies import PLAN
from portal.plans.service.offers import propose
from portal.seasons.queries.seasons import current_season
from rules.months import Month

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.jobs.model import JobView
    from portal.jobs.run import JobRun

PROPOSALS = "plans.proposals"
MOST = 2_000
"""Dealers of one job at most."""
_STANDING = "('making', 'draft', 'offered', 'approved', 'frozen')"


async def ask_for_proposals(viewer: Viewer, month: Month) -> int:
    """Ask for a proposal to every dealer of the viewer's part and return the job; one at a time.

    Raises:
        NotAllowed: The viewer plans nowhere.
        Invalid: The month is over.
        Conflict: There is no dealer, there are too many, or the same is under way.
    """
    if not viewer.allowed(PLAN):
        raise NotAllowed
    if month.last_on < today(viewer):
        raise Invalid.of("month_all", "%(month)s is over.", month=str(month))
    seen = in_scope(viewer, "a", policy=PLAN)
    rows = await fetch(
        "select a.id from account a where a.kind = 'dealer' and a.merged_into is null and a.state <> 'closed'"  # noqa: S608  from code
        f" and {seen.sql} order by a.id limit {MOST + 1}",
        *seen.args,
    )
    if not rows:
        raise Conflict("There is no such dealer in your regions.")
    if len(rows) > MOST:
        raise Conflict("At most %(most)s dealers at once.", most=MOST)
    last = await last_proposals(viewer)
    if last is not None and not last.state.is_final:
        raise Conflict("Proposals are being made already.")
    async with unit_of_work():
        payload = {"login": viewer.login, "month": str(month), "dealers": [row["id"] for row in rows]}
        number = await enqueue(PROPOSALS, payload, total=len(rows), actor_user_id=viewer.user_id)
        note = f"{month} {len(rows)}"
        await record(viewer.signature(PLAN), "plans.asked_many", Subject.of("list", "plans"), note=note)
    return number


async def last_proposals(viewer: Viewer) -> JobView | None:
    """Return the viewer's last job of this kind, or None."""
    number = await fetch_value(
        "select max(id) from job where kind = {} and created_by_user_id = {}", PROPOSALS, viewer.user_id
    )
    return None if number is None else await find_job(number)


async def make_proposals(job: JobRun, *, zone: str) -> dict[str, Any]:
    """Ask for the proposals that are missing, as whoever asked may plan now.

    Dealers who have a plan of the month, or nobody who can sign in, are left out and counted.
    """
    viewer = await load_viewer(job.payload["login"], zone)
    month, dealers = Month.parse(job.payload["month"]), job.payload["dealers"]
    counts = {"asked": 0, "standing": 0, "nobody": 0, **job.cursor.get("counts", {})}
    for place in range(job.cursor.get("next", 0), len(dealers)):
        counts[await _propose(viewer, dealers[place], month)] += 1
        async with unit_of_work():
            await job.advance(cursor={"next": place + 1, "counts": counts}, done=place + 1)
    return counts


async def _propose(viewer: Viewer, dealer: int, month: Month) -> str:
    standing = await fetch_value(
        "select count(*) from development_plan where dealer = {} and month_on = {}"  # noqa: S608  from code
        f" and state in {_STANDING}",
        *(dealer, month.first_on),
    )
    if standing:
        return "standing"
    path = await fetch_value(
        "select r.path from account a join region r on r.id = a.region where a.id = {}", dealer
    )
    season = await current_season(month.first_on, str(path), "")
    try:
        await propose(viewer, dealer, month, today(viewer), season.id if season else None)
    except (Invalid, NotFound):
        return "nobody"
    return "asked"
