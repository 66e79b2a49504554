"""Booking into the append-only ledger: complete, balanced, once, and only in an open month."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import asyncpg

from portal.db import execute, fetch, fetch_one, insert_rows
from portal.errors import Conflict, Invalid
from rules.snapshot import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from portal.access import Signature
    from portal.rebates.model import Books, Entry

T = TypeVar("T")
AT_ONCE = 500
"""Values bound in one statement; far below what either database takes."""
_COLUMNS = (
    "idempotency_key", "content_sha256", "kind", "booked_on", "account", "version", "period_on", "component",
    "settlement", "program_sha256", "inputs_sha256", "reverses", "reason", "is_sealed", "actor_user_id",
    "actor_for_user_id", "approver_user_id", "approver_for_user_id", "at",
)  # fmt: skip


async def post(
    entries: Sequence[Entry], actor: Signature | None, approver: Signature | None = None
) -> dict[str, int]:
    """Book entries in the caller's unit of work and return the operation of each idempotency key.

    An entry whose key was booked before with the same content is answered with that operation.

    Args:
        entries: What to book; keys differ.
        actor: Who does it; None is the portal itself.
        approver: The second person where two are needed.

    Raises:
        Invalid: The month is closed.
        Conflict: A key was booked before with other content.
        ValueError: Postings do not add up to zero, or a key comes twice.
        RuntimeError: No unit of work is open.
    """
    contents = {entry.key: content_sha256(entry) for entry in entries}
    if len(contents) != len(entries):
        raise ValueError("two entries have one idempotency key")
    booked = await _known(contents)
    for key, (_, content) in booked.items():
        if content != contents[key]:
            raise Conflict("The booking %(key)s exists with other content.", key=key)
    fresh = [entry for entry in entries if entry.key not in booked]
    if fresh:
        await _require_open({entry.booked_on for entry in fresh})
        with unique_or_conflict():
            await _insert(fresh, contents, actor, approver)
        booked |= await _known({entry.key: "" for entry in fresh})
        await _insert_postings(fresh, {key: number for key, (number, _) in booked.items()})
    return {key: number for key, (number, _) in booked.items()}


def content_sha256(entry: Entry) -> str:
    """Return the hash of everything a booking says; who said it and when is not part of it.

    Raises:
        ValueError: Its postings do not add up to zero, or there are fewer than two.
    """
    if len(entry.postings) < 2 or sum(amount for _, amount in entry.postings) != 0:  # noqa: PLR2004  double entry
        raise ValueError(f"{entry.key}: postings do not balance: {entry.postings}")
    line = entry.line
    content = {
        "kind": entry.kind.value,
        "booked_on": entry.booked_on.isoformat(),
        "account": entry.account_id,
        "line": [line.version_id, line.period_on.isoformat(), line.component] if line else None,
        "settlement": entry.settlement_id,
        "program": entry.program_sha256,
        "inputs": entry.inputs_sha256,
        "reverses": entry.reverses,
        "reason": entry.reason,
        "postings": sorted([books.value, amount] for books, amount in entry.postings),
    }
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


async def is_closed(month_on: dt.date) -> bool:
    """Tell whether an accounting month is closed."""
    found = await fetch_one(
        "select 1 from ledger_period where month_on = {} and closed_at is not null", month_on
    )
    return found is not None


async def _require_open(months: Iterable[dt.date]) -> None:
    for month_on in sorted(months):
        if month_on.day != 1:
            raise ValueError(f"bookings belong to a month: {month_on}")
        if await is_closed(month_on):
            raise Invalid.of("booked_on", "The month %(month)s is closed.", month=f"{month_on:%Y-%m}")


async def _known(keys: Iterable[str]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for part in _parts(sorted(keys)):
        marks = ", ".join("{}" for _ in part)
        rows = await fetch(
            f"select id, idempotency_key, content_sha256 from ledger_operation where idempotency_key in ({marks})",  # noqa: S608, E501  marks only
            *part,
        )
        found |= {row["idempotency_key"]: (row["id"], row["content_sha256"]) for row in rows}
    return found


async def _insert(
    entries: Sequence[Entry], contents: dict[str, str], actor: Signature | None, approver: Signature | None
) -> None:
    now = dt.datetime.now(dt.UTC)
    people = tuple(
        number
        for who in (actor, approver)
        for number in ((who.user_id, who.on_behalf_of) if who else (None, None))
    )
    await insert_rows(
        "ledger_operation",
        _COLUMNS,
        [
            (
                entry.key, contents[entry.key], entry.kind.value, entry.booked_on, entry.account_id,
                entry.line.version_id if entry.line else None, entry.line.period_on if entry.line else None,
                entry.line.component if entry.line else "", entry.settlement_id, entry.program_sha256,
                entry.inputs_sha256, entry.reverses, entry.reason, False, *people, now,
            )
            for entry in entries
        ],
    )  # fmt: skip


async def _insert_postings(entries: Sequence[Entry], operations: dict[str, int]) -> None:
    """Write the postings, then seal the operations: the database checks that each is complete."""
    accounts = await _accounts(entries)
    await insert_rows(
        "ledger_posting",
        ("operation", "ledger_account", "amount_minor"),
        [
            (operations[entry.key], accounts[books.code(entry.account_id)], amount)
            for entry in entries
            for books, amount in entry.postings
        ],
    )
    numbers = [operations[entry.key] for entry in entries]
    for part in _parts(numbers):
        marks = ", ".join("{}" for _ in part)
        await execute(
            f"update ledger_operation set is_sealed = {{}} where id in ({marks})",  # noqa: S608  marks only
            True,  # noqa: FBT003  a column's value
            *part,
        )


async def _accounts(entries: Sequence[Entry]) -> dict[str, int]:
    """Return the ledger accounts the entries need, by code, opening those that are new."""
    needed = {
        books.code(entry.account_id): (books, entry.account_id if books.is_personal else None)
        for entry in entries
        for books, _ in entry.postings
    }
    known = await _codes(needed)
    fresh = [(code, *whose) for code, whose in needed.items() if code not in known]
    for code, books, account_id in fresh:
        await execute(
            "insert into ledger_account (code, kind, account) values ({}, {}, {}) on conflict do nothing",
            code,
            books.value,
            account_id,
        )
    return known | (await _codes(code for code, *_ in fresh))


async def _codes(codes: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _parts(sorted(codes)):
        marks = ", ".join("{}" for _ in part)
        rows = await fetch(f"select id, code from ledger_account where code in ({marks})", *part)  # noqa: S608  marks only
        found |= {row["code"]: row["id"] for row in rows}
    return found


def _parts(values: Sequence[T]) -> list[Sequence[T]]:
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]


@contextmanager
def unique_or_conflict() -> Iterator[None]:
    """Turn the database's refusal of a second row under one key into a conflict: somebody was faster."""
    try:
        yield
    except (asyncpg.UniqueViolationError, sqlite3.IntegrityError) as error:
        raise Conflict from error


def opposite(postings: Iterable[tuple[Books, int]]) -> tuple[tuple[Books, int], ...]:
    """Return the postings that undo others."""
    return tuple((books, -amount) for books, amount in postings)
