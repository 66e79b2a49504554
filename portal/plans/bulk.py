"""Many plans, or all route sheets of a plan, as one ZIP file: a job prints, and goes on where it stopped."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import fetch, unit_of_work
from portal.errors import Conflict, NotAllowed, NotFound
from portal.identity.queries import load_viewer
from portal.jobs.model import JobView
from portal.jobs.queries import find_job
from portal.jobs.service import enqueue
from portal.plans.policies import EXPORT
from portal.plans.printing import plan_document, pool_of, print_plan, print_route, route_document
from portal.plans.queries.days import list_days
from portal.plans.queries.papers import plan_paper, route_paper
from portal.plans.queries.plans import PlanFilter, get_plan, list_plan_ids, list_plan_people
from portal.settings import Settings
from portal.web.i18n import LOCALES, in_locale
from portal.web.printing.bulk import Sheet, print_bundle
from portal.web.printing.bundle import file_name
from portal.web.printing.cache import cache_key
from portal.web.printing.paper_bundle import PaperBundle
from portal.web.printing.plan import MOST_ROWS
from portal.web.printing.pool import PrintEngine

if TYPE_CHECKING:
    from portal.jobs.run import JobRun

PAPERS = "plans.papers"
MOST = 10_000
"""Papers of one file at most."""
SHOWN = 12
Item = list[Any]


@dataclass(frozen=True, slots=True)
class Printing:
    """A file of papers that somebody asked for.

    Attributes:
        job: The work, with its progress.
        ready: Whether the file is there to be taken.
    """

    job: JobView
    ready: bool

    @property
    def busy(self) -> bool:
        """Whether it is being printed."""
        return not self.job.state.is_final


async def ask_for_plans(viewer: Viewer, wanted: PlanFilter, locale: str) -> int:
    """Ask for every plan of a list the viewer sees, in one file, and return the job.

    The same question while one is under way is the same job.

    Raises:
        NotAllowed: The viewer takes nothing out of the portal.
        Conflict: There is nothing to print, or more than one file holds.
    """
    found = await list_plan_ids(viewer, wanted, MOST + 1)
    return await _ask(viewer, [["plan", plan] for plan in found], {"filter": wanted.params}, locale)


async def ask_for_routes(viewer: Viewer, plan_id: int, locale: str) -> int:
    """Ask for the route sheet of every person and day of a plan, in one file, and return the job.

    Raises:
        NotFound: The plan is not the viewer's.
        NotAllowed: The viewer takes nothing out of the portal.
        Conflict: There is nothing to print, or more than one file holds.
    """
    people = await list_plan_people(viewer, await get_plan(viewer, plan_id))
    items: list[Item] = [
        ["route", plan_id, row["user_id"], day.on.isoformat()]
        for row in people
        for day in await list_days(plan_id, row["user_id"])
    ]
    return await _ask(viewer, items, {"plan": plan_id}, locale)


async def _ask(viewer: Viewer, items: list[Item], about: dict[str, Any], locale: str) -> int:
    if not viewer.allowed(EXPORT):
        raise NotAllowed
    if not items:
        raise Conflict("There is nothing to print.")
    if len(items) > MOST:
        raise Conflict("One file holds %(most)s papers. Narrow the list down, please.", most=MOST)
    language = locale if locale in LOCALES else LOCALES[0]
    name = _name(viewer, about, language)
    async with unit_of_work():
        for known in await _jobs(viewer.user_id):
            if known.payload["name"] == name and not known.state.is_final:
                return known.id
        payload = {"name": name, "login": viewer.login, "locale": language, "items": items, **about}
        number = await enqueue(PAPERS, payload, total=len(items), actor_user_id=viewer.user_id)
        note = f"{len(items)} {language} {json.dumps(about, ensure_ascii=False, sort_keys=True)}"
        await record(viewer.signature(EXPORT), "plans.printed", Subject.of("list", "plans"), note=note)
    return number


async def list_printings(viewer: Viewer, settings: Settings) -> list[Printing]:
    """Return the files the viewer asked for last, newest first, each question once."""
    found: dict[str, Printing] = {}
    for job in await _jobs(viewer.user_id):
        name = job.payload["name"]
        if name not in found:
            ready = await asyncio.to_thread(_bundle(settings, name).path.is_file)
            found[name] = Printing(job, ready)
    return list(found.values())


async def bundle_of(viewer: Viewer, settings: Settings, job_id: int) -> PaperBundle:
    """Return the file of a job the viewer asked for.

    Raises:
        NotFound: There is none, somebody else asked, the viewer sees another part of the network by now, or
            the file is not there.
    """
    job = await find_job(job_id)
    if job is None or job.kind != PAPERS or job.created_by_user_id != viewer.user_id:
        raise NotFound
    about: dict[str, Any] = {key: job.payload[key] for key in ("filter", "plan") if key in job.payload}
    if job.payload["name"] != _name(viewer, about, job.payload["locale"]):
        raise NotFound
    bundle = _bundle(settings, job.payload["name"])
    if not await asyncio.to_thread(bundle.path.is_file):
        raise NotFound
    return bundle


async def print_papers(job: JobRun, *, settings: Settings) -> dict[str, Any]:
    """Print what the payload names as far as it is not printed yet, and pack it.

    It is read as whoever asked may read it now.

    Raises:
        portal.web.printing.failures.PrintFailure: One could not be printed; the next attempt goes on there.
    """
    viewer = await load_viewer(job.payload["login"], settings.business_zone)
    if not viewer.allowed(EXPORT):
        raise NotAllowed
    items: list[Item] = job.payload["items"]
    engine = await asyncio.to_thread(pool_of(settings).engine)
    press = _Press(viewer, settings, job.payload["locale"], engine)

    async def mark(cursor: dict[str, int]) -> None:
        async with unit_of_work():
            await job.advance(cursor=cursor, done=cursor["next"], total=len(items))

    return await print_bundle(_bundle(settings, job.payload["name"]), items, press.read, mark, job.cursor)


@dataclass(frozen=True, slots=True)
class _Press:
    viewer: Viewer
    settings: Settings
    locale: str
    engine: PrintEngine

    async def read(self, item: Item) -> Sheet | None:
        """Return the paper of an item; None when the plan is gone or no longer the viewer's."""
        try:
            if item[0] == "plan":
                return await self._plan(int(item[1]))
            return await self._route(int(item[1]), int(item[2]), dt.date.fromisoformat(item[3]))
        except NotFound:
            return None

    async def _plan(self, plan_id: int) -> Sheet:
        paper = await plan_paper(self.viewer, plan_id, MOST_ROWS)
        with in_locale(self.locale):
            document = plan_document(paper, self.settings)
        key = cache_key("plan", document, self.locale, self.engine)
        name = file_name(str(paper.plan.month), document.place, str(plan_id))
        return Sheet(name, key, partial(print_plan, paper, self.settings, self.locale))

    async def _route(self, plan_id: int, user_id: int, on: dt.date) -> Sheet:
        paper = await route_paper(self.viewer, plan_id, user_id, on)
        with in_locale(self.locale):
            document = route_document(paper, self.settings)
        key = cache_key("route", document, self.locale, self.engine)
        name = file_name(on.isoformat(), document.person, str(user_id))
        return Sheet(name, key, partial(print_route, paper, self.settings, self.locale))


def _name(viewer: Viewer, about: dict[str, Any], locale: str) -> str:
    """Return the name of the file of a question; another asker or part of the network is another file."""
    parts = (viewer.user_id, repr(viewer.scope_for(EXPORT)), about, locale)
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return f"plans-{viewer.user_id}-{digest[:24]}"


def _bundle(settings: Settings, name: str) -> PaperBundle:
    return PaperBundle(settings.data_dir, name)


async def _jobs(user_id: int) -> list[JobView]:
    rows = await fetch(
        "select id from job where kind = {} and created_by_user_id = {} order by id desc limit {}",
        *(PAPERS, user_id, SHOWN),
    )
    found = [await find_job(row["id"]) for row in rows]
    return [job for job in found if job is not None]
