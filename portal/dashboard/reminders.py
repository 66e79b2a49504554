"""A letter a day to whoever has something waiting: one digest, a link per thing, none when nothing waits.

The job asks for itself again for the next morning, so that one missing worker delays it and never doubles it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from portal.dashboard.queries import list_tasks
from portal.db import fetch, unit_of_work
from portal.identity.queries import load_viewer
from portal.jobs import service as jobs
from portal.web import formats, i18n

if TYPE_CHECKING:
    from portal.dashboard.model import TaskRow
    from portal.identity.model import Postman
    from portal.jobs.run import JobRun
    from portal.settings import Settings

REMIND = "dashboard.remind"
Chore = Callable[[], Awaitable[object]]


class Reminders:
    """Writes the daily digests.

    Args:
        settings: Zone, hour and address of the portal.
        postman: Where letters are queued.
        chores: What else is done once a day, before the letters; each may be repeated.
    """

    def __init__(self, settings: Settings, postman: Postman, chores: Sequence[Chore] = ()) -> None:
        self.settings = settings
        self.postman = postman
        self.chores = chores

    async def schedule(self, after: dt.datetime) -> int:
        """Ask for the first digest after an instant, in the open unit of work; once per day however often.

        Returns:
            The id of the job that will write it.
        """
        local = after.astimezone(self.settings.zone)
        due = local.replace(hour=self.settings.reminder_hour, minute=0, second=0, microsecond=0)
        if due <= local:
            due += dt.timedelta(days=1)
        key = f"{REMIND}:{due.date()}"
        return await jobs.enqueue(REMIND, {"day": str(due.date())}, idempotency_key=key, run_at=due)

    async def run(self, job: JobRun) -> dict[str, Any]:
        """Do the day's chores, write its digests and ask for the next day's."""
        for chore in self.chores:
            await chore()
        day = dt.date.fromisoformat(job.payload["day"])
        sent = job.done
        for login in await _logins(str(job.cursor.get("login", ""))):
            letter = await self._digest(login, day)
            async with unit_of_work():
                if letter is not None:
                    await self.postman.queue(*letter)
                    sent += 1
                await job.advance(cursor={"login": login}, done=sent)
        async with unit_of_work():
            await self.schedule(dt.datetime.now(dt.UTC))
        return {"letters": sent}

    async def _digest(self, login: str, day: dt.date) -> tuple[str, str, str] | None:
        """Return address, subject and text of a person's letter, or None when nothing awaits him."""
        viewer = await load_viewer(login, self.settings.business_zone)
        tasks = await list_tasks(viewer, day)
        address = await _address(login)
        if not tasks or not address:
            return None
        with i18n.in_locale(viewer.locale):
            subject = i18n.translate("%(count)s things await you in the portal", count=len(tasks))
            text = "\n".join([i18n.translate("Hello, %(name)s", name=viewer.name), "", *self._lines(tasks)])
        return address, subject, text

    def _lines(self, tasks: list[TaskRow]) -> list[str]:
        base = self.settings.public_url.rstrip("/")
        lines = []
        for task in tasks[: self.settings.reminder_lines]:
            due = i18n.translate("until %(day)s", day=formats.day(task.due_on)) if task.due_on else ""
            lines.append(f"- {i18n.translate(task.message)}{f' ({due})' if due else ''}\n  {base}{task.href}")
        return lines


async def _logins(after: str) -> list[str]:
    rows = await fetch(
        "select login from login_user where active and work_email <> '' and login > {} order by login", after
    )
    return [row["login"] for row in rows]


async def _address(login: str) -> str:
    rows = await fetch("select work_email from login_user where login = {}", login)
    return str(rows[0]["work_email"]) if rows else ""
