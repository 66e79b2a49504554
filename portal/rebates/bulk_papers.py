"""All statements of a settlement as one ZIP file, printed by a job that goes on where it was stopped."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.access import Grant, Role, Viewer
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import fetch_one, unit_of_work
from portal.errors import Conflict, NotAllowed, NotFound
from portal.jobs.model import JobView
from portal.jobs.queries import find_job
from portal.jobs.service import enqueue
from portal.rebates.model import SettlementKind, SettlementState
from portal.rebates.policies import SETTLE
from portal.rebates.printing import (
    document_of,
    language_of,
    pool_of,
    print_key,
    print_now,
    read_paper,
    statement_name,
)
from portal.rebates.queries.office import sees_all
from portal.rebates.queries.own import find_accounts
from portal.rebates.queries.settlements import Settlement, get_settlement
from portal.settings import Settings
from portal.web.i18n import LOCALES, in_locale
from portal.web.printing.paper_bundle import PaperBundle
from portal.web.printing.pool import PrintEngine

if TYPE_CHECKING:
    from portal.jobs.run import JobRun

PAPERS = "rebates.papers"
CHUNK = 20
"""Statements between two marks of progress."""
STATES = (SettlementState.DRAFT, SettlementState.POSTING, SettlementState.POSTED)
_PRINTER = Viewer(0, "portal", "portal", grants=(Grant(Role.AUDITOR),))
"""Who the job reads as: whoever asks for everybody's papers may read everybody's."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """Where the file of all statements in one language stands.

    Attributes:
        locale: Language of the papers.
        job: The last job that was asked to make it, or None.
        ready: Whether there is a file to take.
    """

    locale: str
    job: JobView | None
    ready: bool

    @property
    def busy(self) -> bool:
        """Whether it is being made."""
        return self.job is not None and not self.job.state.is_final


def may_bulk(viewer: Viewer, settlement: Settlement) -> bool:
    """Tell whether somebody may have everybody's statements of a settlement in one file."""
    shown = settlement.kind is not SettlementKind.ACCRUAL and settlement.state in STATES
    return shown and viewer.allowed(SETTLE) and sees_all(viewer)


async def bulks_of(settlement: Settlement, settings: Settings) -> list[Bulk]:
    """Return where the files of a settlement stand, by language."""
    found = []
    for locale in LOCALES:
        number = await _last_job(settlement.id, locale)
        job = await find_job(number) if number else None
        path = bundle_of(settings, settlement.id, locale).path
        found.append(Bulk(locale, job, await asyncio.to_thread(path.is_file)))
    return found


async def ask_for_papers(viewer: Viewer, settlement_id: int, locale: str) -> int:
    """Ask for the statements of everybody in one file and return the job; the one under way if there is one.

    Raises:
        NotFound: There is no such settlement.
        NotAllowed: The viewer does not settle, or sees a part of the network only.
        Conflict: It has no statements yet.
    """
    settlement = await get_settlement(settlement_id)
    require_bulk(viewer, settlement)
    by, language = viewer.signature(SETTLE), language_of(locale)
    async with unit_of_work():
        last = await _last_job(settlement_id, language)
        job = await find_job(last) if last else None
        if job is not None and not job.state.is_final:
            return job.id
        number = await enqueue(
            PAPERS,
            {"settlement": settlement_id, "locale": language},
            idempotency_key=f"{_prefix(settlement_id, language)}{last or 0}",
            total=settlement.accounts,
            actor_user_id=by.user_id,
        )
        await record(
            by,
            "rebates.exported",
            Subject.of("rebate_settlement", settlement_id),
            note=f"statements {language}",
        )
    return number


def require_bulk(viewer: Viewer, settlement: Settlement) -> None:
    """Refuse everybody's papers to who may not have them.

    Raises:
        NotAllowed: The viewer does not settle, or sees a part of the network only.
        Conflict: The settlement has no statements yet.
    """
    if not (viewer.allowed(SETTLE) and sees_all(viewer)):
        raise NotAllowed
    if not may_bulk(viewer, settlement):
        raise Conflict("This settlement has no statements yet.")


def bundle_of(settings: Settings, settlement_id: int, locale: str) -> PaperBundle:
    """Return the file of a settlement in a language.

    Raises:
        NotFound: There is no such language.
    """
    if locale not in LOCALES:
        raise NotFound
    return PaperBundle(settings.data_dir, f"statements-{settlement_id}-{locale}")


async def print_papers(job: JobRun, *, settings: Settings) -> dict[str, Any]:
    """Print the statements named in the payload that are not printed yet, and pack them.

    Raises:
        portal.web.printing.failures.PrintFailure: One could not be printed; the next attempt goes on there.
    """
    settlement = await get_settlement(int(job.payload["settlement"]))
    locale = language_of(job.payload["locale"])
    bundle = bundle_of(settings, settlement.id, locale)
    accounts = list(await find_accounts(_PRINTER, settlement.id))
    done = await asyncio.to_thread(bundle.begin, int(job.cursor.get("next", 0)))
    printed = int(job.cursor.get("printed", 0))
    press = _Press(settings, settlement, locale, bundle, await asyncio.to_thread(pool_of(settings).engine))
    while done < len(accounts):
        chunk = accounts[done : done + CHUNK]
        entries = [await press.print_one(account) for account in chunk]
        printed += sum(fresh for _, _, fresh in entries)
        await asyncio.to_thread(bundle.note, [(name, key) for name, key, _ in entries])
        done += len(chunk)
        async with unit_of_work():
            await job.advance(cursor={"next": done, "printed": printed}, done=done, total=len(accounts))
    files = await asyncio.to_thread(bundle.pack)
    return {"settlement": settlement.id, "files": files, "printed": printed}


@dataclass(frozen=True, slots=True)
class _Press:
    settings: Settings
    settlement: Settlement
    locale: str
    bundle: PaperBundle
    engine: PrintEngine

    async def print_one(self, account_id: int) -> tuple[str, str, bool]:
        """Print one statement unless it was; return its name, its key, and whether it is new."""
        paper = await read_paper(_PRINTER, account_id, self.settlement.version_id, self.settlement.id)
        language = language_of(self.locale)
        with in_locale(language):
            name = statement_name(paper)
        key = print_key("statement", document_of(paper, self.settings, language), language, self.engine)
        if await asyncio.to_thread(self.bundle.has, key):
            return name, key, False
        pdf = await print_now(paper, self.settings, language, key)
        await asyncio.to_thread(self.bundle.keep, key, pdf)
        return name, key, True


def _prefix(settlement_id: int, locale: str) -> str:
    return f"{PAPERS}:{settlement_id}:{locale}:"


async def _last_job(settlement_id: int, locale: str) -> int | None:
    prefix = _prefix(settlement_id, locale)
    row = await fetch_one(
        "select max(id) as id from job where kind = {} and idempotency_key >= {} and idempotency_key < {}",
        PAPERS,
        prefix,
        f"{prefix}~",
    )
    return row["id"] if row else None
