"""Programme versions: drafts, what awaits a second person, what is approved and what a day makes of it."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.rebates.model import Acceptance, VersionState
from portal.rebates.policies import ACCEPT
from portal.rebates.queries.acceptance import acceptance_of, accepted_of
from rules.errors import RulebookError
from rules.lifecycle import State, Term, state_on
from rules.rebate import Program

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.access import Viewer
    from portal.db.sql import Row

KEPT = 128


@dataclass(frozen=True, slots=True)
class Version:
    """A programme version as services and screens see it.

    Attributes:
        number: Number of the save, to be sent with the next one.
        author_ids: Everybody who wrote or submitted it; none of them approves it.
        standing: What the calendar makes of an approved version; None before.
        is_by_contract: Its terms stand in a contract dealers signed, so that nobody has to accept them.
    """

    id: int
    program: str
    label: str
    beneficiary: str
    state: VersionState
    text: str
    number: int
    sha256: str
    term: Term | None
    announced_on: dt.date | None
    submitted_by: int | None
    submitted_for: int | None
    author_ids: frozenset[int]
    reason: str
    standing: State | None = None
    is_by_contract: bool = False


_SELECT = (
    "select v.id, v.program, v.label, v.beneficiary, v.state, v.text, v.version as number, v.sha256,"
    " v.effective_from, v.effective_until, v.announced_on, v.submitted_by_user_id as submitted_by,"
    " v.submitted_for_user_id as submitted_for, v.reason, v.is_by_contract from rebate_version v"
)


async def get_version(version_id: int, today: dt.date | None = None) -> Version:
    """Return a version; with a day, also what that day makes of it.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_one(f"{_SELECT} where v.id = {{}}", version_id)
    if row is None:
        raise NotFound
    (version,) = await _with_authors([row])
    if today is None or version.state is not VersionState.APPROVED:
        return version
    return next(each for each in await list_approved(today, version.program) if each.id == version_id)


async def list_versions(viewer: Viewer, today: dt.date) -> list[Version]:
    """Return every version the viewer may read, the one that begins last first; drafts before.

    People of a dealer read approved versions from the day of their announcement on.
    """
    approved = await list_approved(today)
    if viewer.is_dealer_side:
        return [each for each in approved if each.announced_on is not None and each.announced_on <= today]
    rows = await fetch(f"{_SELECT} where v.state <> 'approved' order by v.id desc")
    return await _with_authors(rows) + approved


async def list_approved(today: dt.date, program: str = "") -> list[Version]:
    """Return approved versions of one programme, or of all, as they stand on a day."""
    condition, args = (" and v.program = {}", (program,)) if program else ("", ())
    rows = await fetch(
        f"{_SELECT} where v.state = 'approved'{condition} order by v.effective_from desc, v.id desc", *args
    )
    found = [_version(row, frozenset()) for row in rows]
    terms: dict[str, list[Term]] = {}
    for version in found:
        if version.term:
            terms.setdefault(version.program, []).append(version.term)
    return [_standing(version, terms[version.program], today) for version in found]


async def program_of(version_id: int) -> Program:
    """Return the fixed programme of a submitted or approved version, read once per process.

    Raises:
        NotFound: There is none, or its content is not fixed yet.
        RulebookError: Its content is no longer what the hash says.
    """
    found = (await programs_of((version_id,))).get(version_id)
    if found is None:
        raise NotFound
    return found


async def programs_of(version_ids: Iterable[int]) -> dict[int, Program]:
    """Return the fixed programmes of some versions, read once per process; others are left out.

    Raises:
        RulebookError: The content of one is no longer what its hash says.
    """
    wanted = sorted(set(version_ids))
    if not wanted:
        return {}
    marks = ", ".join("{}" for _ in wanted)
    rows = await fetch(
        f"select id, sha256, content from rebate_version where id in ({marks}) and content is not null",
        *wanted,
    )
    return {row["id"]: _kept_program(row["sha256"], row["content"]) for row in rows}


_kept: OrderedDict[str, Program] = OrderedDict()


def _kept_program(sha256: str, content: str) -> Program:
    if sha256 not in _kept:
        program = Program.from_canonical(content)
        if program.sha256 != sha256:
            raise RulebookError(program.name, ["the stored version was altered"])
        _kept[sha256] = program
    _kept.move_to_end(sha256)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return _kept[sha256]


async def find_base(program: str, effective_from: dt.date) -> Program | None:
    """Return the approved version of a programme that began last before a day, for terms that get worse."""
    row = await fetch_one(
        "select id from rebate_version where state = 'approved' and program = {} and effective_from < {}"
        " order by effective_from desc limit 1",
        program,
        effective_from,
    )
    return None if row is None else await program_of(row["id"])


async def list_alongside(program: Program) -> list[Program]:
    """Return other programmes of the same beneficiaries whose days overlap, for sales counted twice."""
    rows = await fetch(
        "select id from rebate_version where state = 'approved' and program <> {} and beneficiary = {}"
        " and effective_from <= {} and effective_until >= {} order by id",
        program.code,
        program.beneficiary,
        program.effective_until,
        program.effective_from,
    )
    return list((await programs_of(row["id"] for row in rows)).values())


async def has_accepted(version_id: int, account_id: int) -> bool:
    """Tell whether a version binds a dealer: he accepted it, or its terms stand in his contract."""
    return await acceptance_of(version_id, account_id) is not Acceptance.NONE


async def list_awaiting_acceptance(viewer: Viewer, today: dt.date) -> list[tuple[Version, int]]:
    """Return announced versions that lie ahead, each with a dealer of the viewer's that has not accepted."""
    ahead = [
        version
        for version in await list_versions(viewer, today)
        if version.standing is State.SCHEDULED and version.beneficiary == "dealer"
    ]
    scope = viewer.scope_for(ACCEPT)
    dealers = sorted({*scope.account_ids, *scope.dealer_ids})
    accepted = await accepted_of([version.id for version in ahead if not version.is_by_contract], dealers)
    return [
        (version, dealer)
        for version in ahead
        if not version.is_by_contract
        for dealer in dealers
        if (version.id, dealer) not in accepted
    ]


async def _with_authors(rows: Sequence[Row]) -> list[Version]:
    """Return versions with the people who wrote them."""
    authors: dict[int, set[int]] = {row["id"]: set() for row in rows}
    if rows:
        marks = ", ".join("{}" for _ in rows)
        sql = f"select version, user_id from rebate_editor where version in ({marks})"
        for each in await fetch(sql, *authors):
            authors[each["version"]].add(each["user_id"])
    return [_version(row, frozenset(authors[row["id"]])) for row in rows]


def _version(row: Row, author_ids: frozenset[int]) -> Version:
    begins = as_date(row["effective_from"])
    return Version(
        row["id"],
        row["program"],
        row["label"],
        row["beneficiary"],
        VersionState(row["state"]),
        row["text"],
        row["number"],
        row["sha256"],
        Term(begins, as_date(row["effective_until"])) if begins else None,
        as_date(row["announced_on"]),
        row["submitted_by"],
        row["submitted_for"],
        author_ids,
        row["reason"],
        is_by_contract=bool(row["is_by_contract"]),
    )


def _standing(version: Version, terms: list[Term], today: dt.date) -> Version:
    if version.term is None:
        return version
    return replace(version, standing=state_on(version.term, terms, today))
