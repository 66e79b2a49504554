"""Reminding dealers whose owners have not accepted a version yet; once a day at most."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import fetch_one, unit_of_work
from portal.errors import Conflict
from portal.rebates.model import VersionState
from portal.rebates.policies import AUTHOR
from portal.rebates.queries.office import owners_waiting
from portal.rebates.queries.versions import get_version, program_of

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.identity.model import Postman
    from rules.kpis import Locale

ACTION = "rebates.version_remind"
_LETTERS = {
    "ko": (
        "{label}: 동의를 기다립니다",
        """{name} 님, {dealer}에 적용될 판매장려금 프로그램 "{label}"에
아직 동의하지 않으셨습니다.
시작일은 {begin}입니다. 그 전에 조건을 읽고 동의해 주십시오.
동의하지 않으면 이 프로그램은 적용되지 않습니다.

{link}
""",
    ),
    "en": (
        "{label}: awaiting your acceptance",
        """{name}, the incentive programme "{label}" for {dealer} begins on {begin} and is not accepted yet.
Please read and accept its terms before that day; without acceptance it does not apply.

{link}
""",
    ),
}


async def remind_waiting(viewer: Viewer, version_id: int, postman: Postman, public_url: str) -> int:
    """Write to every owner whose dealer has not accepted an announced version, and return how many letters.

    Raises:
        NotFound: There is no such version.
        Conflict: It has begun, is not announced, stands in the contract, or was reminded of today.
    """
    by, today = viewer.signature(AUTHOR), dt.datetime.now(ZoneInfo(viewer.zone)).date()
    async with unit_of_work():
        version = await get_version(version_id)
        told = version.announced_on is not None and version.announced_on <= today
        if version.state is not VersionState.APPROVED or not told or version.term is None:
            raise Conflict("Dealers were not told of this programme yet.")
        if version.is_by_contract:
            raise Conflict("The terms stand in the contract; nobody has to accept them.")
        if version.term.from_on <= today:
            raise Conflict("This programme has begun; its terms can no longer be accepted.")
        await _once_a_day(version_id, viewer.zone, today)
        program = await program_of(version_id)
        people = [person for person in await owners_waiting(version_id) if person["email"]]
        for person in people:
            locale: Locale = "en" if person["locale"] == "en" else "ko"
            subject, text = _LETTERS[locale]
            values = {
                "label": program.label[locale],
                "name": person["name"],
                "dealer": person["dealer"],
                "begin": version.term.from_on.isoformat(),
                "link": f"{public_url.rstrip('/')}/my/rebates/{version_id}",
            }
            line = " ".join(subject.format(**values).split())
            await postman.queue(person["email"], line, text.format(**values))
        changes = {"letters": (None, len(people))}
        await record(by, ACTION, Subject.of("rebate_version", version_id), changes)
    return len(people)


async def _once_a_day(version_id: int, zone: str, today: dt.date) -> None:
    subject = Subject.of("rebate_version", version_id)
    since = dt.datetime.combine(today, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    found = await fetch_one(
        "select 1 from audit_event where action = {} and subject_kind = {} and subject_key = {} and at >= {}",
        ACTION,
        subject.kind,
        subject.key,
        since,
    )
    if found is not None:
        raise Conflict("They were reminded today already.")
