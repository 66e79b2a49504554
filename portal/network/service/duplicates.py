"""Looking for accounts that may be one: their keys, the pairs that share any, the job for the whole network.

Rules and reasons: docs/algorithms/duplicates.md; the numbers: ``rules/books/duplicates``.
"""

# ruff: noqa: S608  the pieces joined here are constants and marks from code; values are bound

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from portal.db import execute, fetch, fetch_value, insert_rows, unit_of_work
from portal.jobs.service import enqueue
from rules.duplicates.book import LikenessBook, likeness_book_in_force, shipped_likeness_books
from rules.duplicates.likeness import Profile, Reason, Sign, keys_of, reasons_for, score_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.jobs.run import JobRun

JOB_KIND = "network.duplicates"
CHUNK = 500
KINDS = ("outlet", "terminal")
# An expression, so that SQLite walks along the ids and does not gather a whole kind for each chunk.
_LIVE = f"coalesce(a.kind, '') in ({', '.join(repr(kind) for kind in KINDS)}) and a.merged_into is null"
_PROFILES = (
    "select a.id, a.kind, a.name, coalesce(o.phone, t.phone, '') as phone,"
    " coalesce(o.address, t.address, '') as address, coalesce(o.business_number, '') as number,"
    " coalesce(nullif(a.area, ''), r.code, '') as area,"
    " coalesce(o.latitude_micro, t.latitude_micro) as latitude,"
    " coalesce(o.longitude_micro, t.longitude_micro) as longitude from account a"
    " left join outlet o on o.account = a.id left join terminal t on t.account = a.id"
    f" left join region r on r.id = a.region where {_LIVE}"
)
Pairs = dict[tuple[int, int], tuple[int, str]]
"""(lower id, higher id) → score in points and reasons as JSON."""


def book_of_today() -> LikenessBook:
    """Return the numbers in force today (UTC)."""
    return likeness_book_in_force(shipped_likeness_books(), dt.datetime.now(dt.UTC).date())


async def look_at(ids: Sequence[int]) -> None:
    """Renew the keys of some accounts and the suspected pairs they are part of, in the caller's unit of work.

    Args:
        ids: At most ``CHUNK`` accounts; dealers, suspects and merged accounts are passed over.
    """
    book = book_of_today()
    profiles = await _profiles(_marks("a.id", ids), *ids)
    if not profiles:
        return
    await _renew_keys(profiles, book)
    mine = tuple(profiles)
    found = await _pairs(_marks("k.account", mine), "<>", book, profiles, *mine)
    either = f"({_marks('p.first', mine)} or {_marks('p.second', mine)})"
    await _keep(found, either, (*mine, *mine))


async def ask_for_search(user_id: int | None = None) -> int:
    """Ask for the whole network to be looked through, in the caller's unit of work; return the job's id.

    While one search waits or runs, it is returned instead of a second one.
    """
    running = await fetch_value(
        "select min(id) from job where kind = {} and state in ('queued', 'running')", JOB_KIND
    )
    if running is not None:
        return int(running)
    return await enqueue(JOB_KIND, {}, actor_user_id=user_id, priority=200)


async def search_nightly() -> None:
    """Ask for the nightly search, in a unit of work of its own."""
    async with unit_of_work():
        await ask_for_search()


async def run_search(run: JobRun) -> dict[str, Any]:
    """Renew every key, then find every pair, 500 accounts at a time; goes on where it stopped.

    The application registers this under ``JOB_KIND``.
    """
    book = book_of_today()
    accounts = int(await fetch_value(f"select count(*) from account a where {_LIVE}"))
    for step in ("keys", "pairs"):
        await _run_step(run, step, book, accounts)
    too_many = (
        "select count(*) from (select text from duplicate_key group by text"
        f" having count(*) > {book.most_in_block}) k"
    )
    return {
        "accounts": accounts,
        "open": await fetch_value("select count(*) from duplicate_pair where state = 'open'"),
        "passed_over": await fetch_value(too_many),
    }


async def _run_step(run: JobRun, step: str, book: LikenessBook, accounts: int) -> None:
    """Work through all accounts once; a step the cursor is beyond is done already."""
    if run.cursor.get("step", "keys") > step:
        return
    while True:
        after = run.cursor["after"] if run.cursor.get("step") == step else 0
        profiles = await _profiles(f"a.id > {{}} order by a.id limit {CHUNK}", after)
        if not profiles:
            return
        async with unit_of_work():
            if step == "keys":
                await _renew_keys(profiles, book)
            else:
                await _renew_pairs(profiles, book)
            last = max(profiles)
            done = min(run.done + len(profiles), 2 * accounts)
            await run.advance(cursor={"step": step, "after": last}, done=done, total=2 * accounts)


async def _renew_pairs(profiles: dict[int, Profile], book: LikenessBook) -> None:
    """Find the pairs in which accounts of a chunk are the first ones."""
    span = (min(profiles), max(profiles))
    found = await _pairs("k.account between {} and {}", ">", book, profiles, *span)
    await _keep(found, "p.first between {} and {}", span)


async def _profiles(where: str, *args: object) -> dict[int, Profile]:
    rows = await fetch(f"{_PROFILES} and {where}", *args)
    return {row["id"]: _profile(row) for row in rows}


def _profile(row: dict[str, Any]) -> Profile:
    north, east = row.pop("latitude"), row.pop("longitude")
    return Profile(**row, place=None if north is None or east is None else (north, east))


async def _renew_keys(profiles: dict[int, Profile], book: LikenessBook) -> None:
    """Write the difference between the keys that are and those that should be."""
    wanted = {(account, key) for account, found in profiles.items() for key in keys_of(found, book)}
    ids = tuple(profiles)
    rows = await fetch(f"select id, account, text from duplicate_key where {_marks('account', ids)}", *ids)
    kept = {(row["account"], row["text"]): row["id"] for row in rows}
    stale = tuple(row_id for key, row_id in kept.items() if key not in wanted)
    for start in range(0, len(stale), CHUNK):
        some = stale[start : start + CHUNK]
        await execute(f"delete from duplicate_key where {_marks('id', some)}", *some)
    if new := sorted(wanted - kept.keys()):
        await insert_rows("duplicate_key", ("account", "text"), new)


async def _pairs(
    where: str, than: str, book: LikenessBook, known: dict[int, Profile], *args: object
) -> Pairs:
    """Compare the accounts of a condition with those that share a key; return the pairs with points enough.

    The cross join makes SQLite start with the few keys of the condition; without figures it would read all.

    Args:
        where: SQL over the alias ``k`` of ``duplicate_key``; its values are ``args``.
        than: How the other account's id stands to theirs, ``>`` or ``<>``.
        book: The numbers in force.
        known: Profiles read already.
        args: Values of the condition.
    """
    rows = await fetch(
        "with mine as materialized (select k.account, k.text from duplicate_key k"
        f" where {where} and (select count(*) from (select 1 from duplicate_key c where c.text = k.text"
        f" limit {book.most_in_block + 1}) x) <= {book.most_in_block})"
        " select distinct m.account as one, o.account as other from mine m cross join duplicate_key o"
        f" where o.text = m.text and o.account {than} m.account",
        *args,
    )
    couples = {(min(row["one"], row["other"]), max(row["one"], row["other"])) for row in rows}
    profiles = known | await _others({account for couple in couples for account in couple} - known.keys())
    found: Pairs = {}
    for first, second in couples:
        one, other = profiles.get(first), profiles.get(second)
        if one is None or other is None or one.kind != other.kind:
            continue
        reasons = reasons_for(one, other, book)
        if (score := score_of(reasons)) >= book.queue_points:
            found[(first, second)] = (score, json.dumps([asdict(reason) for reason in reasons]))
    return found


async def _others(ids: Iterable[int]) -> dict[int, Profile]:
    wanted, found = sorted(ids), dict[int, Profile]()
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        found |= await _profiles(_marks("a.id", some), *some)
    return found


async def _keep(found: Pairs, where: str, args: tuple[object, ...]) -> None:
    """Write the pairs found beside those that stand; decided ones stay, forgotten ones leave the queue.

    A pair of which one account is merged by now is left alone: taking the merge back brings it back. So is a
    pair that somebody named himself.
    """
    rows = await fetch(
        "select p.id, p.first, p.second, p.score, p.reasons, p.state from duplicate_pair p"
        f" join account a on a.id = p.first and a.merged_into is null"
        f" join account b on b.id = p.second and b.merged_into is null where {where}",
        *args,
    )
    known = {(row["first"], row["second"]): row for row in rows}
    for couple, row in known.items():
        if row["state"] != "open":
            continue
        if couple not in found and Sign.TOLD not in row["reasons"]:
            await execute("delete from duplicate_pair where id = {}", row["id"])
        elif couple in found and found[couple] != (row["score"], row["reasons"]):
            values = (*found[couple], row["id"])
            await execute("update duplicate_pair set score = {}, reasons = {} where id = {}", *values)
    now = dt.datetime.now(dt.UTC)
    new = [(*couple, *found[couple], "open", now) for couple in sorted(found.keys() - known.keys())]
    if new:
        columns = ("first", "second", "score", "reasons", "state", "found_at")
        await insert_rows("duplicate_pair", columns, new)


async def suspect(first: int, second: int) -> int:
    """Queue two accounts that somebody takes for one, in the caller's unit of work; return the pair's id.

    The caller has checked that both are his to see and of one kind.
    """
    lower, higher = min(first, second), max(first, second)
    profiles = await _others((lower, higher))
    reasons = [Reason(Sign.TOLD, 0), *reasons_for(profiles[lower], profiles[higher], book_of_today())]
    values = (score_of(reasons), json.dumps([asdict(reason) for reason in reasons]))
    found = await fetch_value(
        "insert into duplicate_pair (first, second, score, reasons, state, found_at)"
        " values ({}, {}, {}, {}, 'open', {})"
        " on conflict (first, second) do update set state = case duplicate_pair.state when 'merged'"
        " then 'merged' else 'open' end, reasons = excluded.reasons returning id",
        *(lower, higher, *values, dt.datetime.now(dt.UTC)),
    )
    return int(found)


def _marks(column: str, ids: Sequence[int]) -> str:
    """Return a condition that a column is one of the ids."""
    return f"{column} in ({', '.join('{}' for _ in ids) or 'null'})"
