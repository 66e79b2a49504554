"""Putting accounts on the target list, taking them off, and moving them on by visits and orders."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import as_date, execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Invalid, Message, Problem
from portal.network.scope import today
from portal.plans.model import Outcome
from portal.plans.policies import OWN_TARGET, PLAN
from portal.plans.queries.targets import find_candidates, get_target
from portal.plans.sources import class_source
from portal.plans.targeting import REASON_MAX, Stage
from rules.months import Month
from rules.planning.book import shipped_visit_books, visit_book_in_force

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer
    from portal.plans.commands_targets import TargetCommand
    from portal.plans.queries.targets import Candidate

_PROBLEMS_MOST = 50
_BEFORE_TRIAL = "stage in ('target', 'visited')"


async def add_targets(viewer: Viewer, commands: Sequence[TargetCommand]) -> int:
    """Put accounts on the list, or replace what is known of those on it; all of them, or none.

    The score is computed from the visit book in force and kept with its parts. That nobody said how much
    competitors hold lowers nothing.

    Returns:
        How many accounts were named.

    Raises:
        Invalid: A code is not an open outlet or retail point of the viewer's part, or stands there twice.
    """
    codes = [command.account_code for command in commands]
    async with unit_of_work():
        found = await find_candidates(viewer, sorted(set(codes)), PLAN)
        _check(codes, found)
        month = Month.of(today(viewer))
        ids = [one.id for one in found.values()]
        classes = await class_source().classes_of(ids, month.shift(-1))
        for command in commands:
            account = found[command.account_code]
            await _put(viewer, command, account, _score(command, account, classes.get(account.id, ""), month))
    return len(commands)


async def propose_target(viewer: Viewer, command: TargetCommand) -> None:
    """Put one of a dealer's own outlets or retail points on the list, in his words; he sees the entry.

    An entry the manufacturer made before keeps its words and stays as hidden as it was: the dealer's reason
    is added to it. Whether the manufacturer sees it is the account's sharing, as for every record.

    Raises:
        Invalid: The code is none of his open accounts, or is on the list he sees.
    """
    async with unit_of_work():
        found = await find_candidates(viewer, [command.account_code], OWN_TARGET)
        _check([command.account_code], found)
        account, month = found[command.account_code], Month.of(today(viewer))
        by = account.signature(viewer, OWN_TARGET)
        known = await fetch_one(
            "select id, reason, shared_at from target_account where account = {} and removed_at is null",
            account.id,
        )
        if known is not None and known["shared_at"] is not None:
            raise Invalid.of("account", "It is on the list already.")
        if known is not None:
            reason = f"{known['reason']} · {command.reason}"[:REASON_MAX]
            await execute("update target_account set reason = {} where id = {}", reason, known["id"])
        else:
            classes = await class_source().classes_of([account.id], month.shift(-1))
            parts = _score(command, account, classes.get(account.id, ""), month)
            await _insert(command, account, parts, by.user_id, shared_at=_now())
        subject = Subject.of("account", account.id)
        await record(by, "plans.target_proposed", subject, note=command.reason)


async def remove_target(viewer: Viewer, target_id: int) -> None:
    """Take an account off the list; what was known stays in the records.

    Raises:
        NotFound: It is not on the viewer's list.
    """
    async with unit_of_work():
        row = await get_target(viewer, target_id, PLAN)
        await execute("update target_account set removed_at = {} where id = {}", _now(), target_id)
        note = str(row["code"])
        await record(
            viewer.signature(PLAN), "plans.target_removed", Subject.of("target", target_id), note=note
        )


async def show_target(viewer: Viewer, target_id: int, *, shown: bool) -> None:
    """Show an entry to the dealer whose account it is, or no longer; never its share or score.

    Raises:
        NotFound: It is not on the viewer's list.
    """
    async with unit_of_work():
        row = await get_target(viewer, target_id, PLAN)
        await execute(
            "update target_account set shared_at = {} where id = {}", _now() if shown else None, target_id
        )
        action = "plans.target_shown" if shown else "plans.target_hidden"
        by = viewer.signature(PLAN)
        await record(by, action, Subject.of("target", target_id), note=str(row["code"]))


async def move_by_visit(account_id: int, outcome: Outcome, at: dt.datetime) -> None:
    """Move a target on because it was visited, or takes a trial; in the open unit of work.

    Source: FEATURES S57: target → visited → trial → opened → repeat; nothing moves back.
    """
    if outcome is Outcome.TRIAL:
        stage, before = Stage.TRIAL, _BEFORE_TRIAL
    elif outcome in (Outcome.MET, Outcome.ORDER, Outcome.REFUSED):
        stage, before = Stage.VISITED, "stage = 'target'"
    else:
        return
    await execute(
        "update target_account set stage = {}, staged_at = {} where account = {}"  # noqa: S608  from code
        f" and removed_at is null and {before}",
        *(stage.value, at, account_id),
    )


async def move_by_orders() -> int:
    """Move targets on because they ordered after they were put on the list; return how many.

    The first order day makes a target opened, the second one repeat. Payments of accounts below a dealer are
    not imported, so an order stands for a paid one (DESIGN, words).
    """
    days = (
        "(select count(distinct o.business_on) from document o where o.buyer = target_account.account"
        " and o.kind = 1 and o.business_on >= date(target_account.added_at))"
    )
    moved = 0
    async with unit_of_work():
        for stage, least, open_stages in (
            (Stage.REPEAT, 2, "'target', 'visited', 'trial', 'opened'"),
            (Stage.OPENED, 1, "'target', 'visited', 'trial'"),
        ):
            moved += await execute(
                "update target_account set stage = {}, staged_at = {} where removed_at is null"  # noqa: S608  from code
                f" and stage in ({open_stages}) and {days} >= {{}}",
                *(stage.value, _now(), least),
            )
    return moved


def _check(codes: Sequence[str], found: dict[str, Candidate]) -> None:
    problems = [
        Problem("account", Message("No open outlet or retail point of yours: %(code)s", {"code": code}))
        for code in codes
        if code not in found
    ]
    twice = {code for code in codes if codes.count(code) > 1} if len(set(codes)) < len(codes) else set()
    problems += [
        Problem("account", Message("%(code)s stands there twice.", {"code": code})) for code in sorted(twice)
    ]
    if problems:
        raise Invalid(problems[:_PROBLEMS_MOST])


def _score(command: TargetCommand, account: Candidate, class_code: str, month: Month) -> dict[str, int]:
    book = visit_book_in_force(shipped_visit_books(), month)
    seen = as_date(account.seen_on)
    unseen = (month.first_on - seen).days if seen else None
    return dict(book.score.parts(class_code, target=True, competitor_bp=command.share_bp, unseen_days=unseen))


async def _put(viewer: Viewer, command: TargetCommand, account: Candidate, parts: dict[str, int]) -> None:
    by = account.signature(viewer, PLAN)
    known = await fetch_value(
        "select id from target_account where account = {} and removed_at is null", account.id
    )
    if known is None:
        known = await _insert(command, account, parts, by.user_id, shared_at=None)
        action = "plans.target_added"
    else:
        await execute(
            "update target_account set competitor = {}, competitor_share_bp = {}, share_source = {},"
            " score = {}, score_parts = {}, reason = {} where id = {}",
            *(*_values(command, parts), known),
        )
        action = "plans.target_changed"
    await record(by, action, Subject.of("target", known), note=command.account_code)


async def _insert(
    command: TargetCommand,
    account: Candidate,
    parts: dict[str, int],
    user_id: int,
    *,
    shared_at: dt.datetime | None,
) -> int:
    made: int = await fetch_value(
        "insert into target_account (competitor, competitor_share_bp, share_source, score, score_parts,"
        " reason, account, added_by_user_id, added_at, shared_at, stage) values ({}, {}, {}, {}, {}, {}, {},"
        " {}, {}, {}, 'target') returning id",
        *(*_values(command, parts), account.id, user_id, _now(), shared_at),
    )
    return made


def _values(command: TargetCommand, parts: dict[str, int]) -> tuple[str | int | None, ...]:
    points = json.dumps(parts, sort_keys=True)
    known = (command.competitor, command.share_bp, command.source.value)
    return (*known, sum(parts.values()), points, command.reason)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
