"""The list of quiet dealers: every slice's signals, next steps and rest, by weight."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.db import fetch
from portal.network.scope import Condition, all_of, in_regions, in_scope
from portal.paging import PAGE_SIZE, Cursor, Key, Page, UrlFilter, page_of
from portal.search.model import RecordKind
from portal.search.queries import narrowed
from portal.voice.policies import QUIET
from portal.voice.queries.signals import OWN_SOURCES
from portal.voice.quiet import WEIGHTS, Signal, SignalKind, joined_sources

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.access import Viewer
    from portal.voice.quiet import QuietRules

SHOWN = ("current", "without_step", "late", "resting")
_TOGETHER = 1000


@dataclass(frozen=True, slots=True)
class QuietFilter(UrlFilter):
    """Limits of the list, as in the URL; an empty one is no limit.

    Attributes:
        q: Part of a name, its first consonants, or a code.
        region: Path of a region; its subtree is included.
        signal: A ``SignalKind``.
        shown: One of ``SHOWN``; dealers left off for a while are only in ``resting``.
    """

    q: str = ""
    region: str = ""
    signal: str = ""
    shown: str = "current"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> QuietFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        for name, allowed in (("signal", list(SignalKind)), ("shown", SHOWN)):
            if known[name] not in allowed:
                known[name] = ""
        return cls(**{name: value for name, value in known.items() if value})


@dataclass(frozen=True, slots=True)
class StepView:
    """What somebody will do, or did, about a quiet dealer."""

    id: int
    step: str
    owner_user_id: int
    owner: str
    due_on: dt.date
    created_at: dt.datetime
    result: str
    done_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class QuietRow:
    """A quiet dealer with his reasons, the heaviest first.

    Attributes:
        weight: Sum of the weights of his signals; the list's order.
        step: The open step, or None.
        rests_until: Day until which he is left off the list (exclusive), or None.
        rest_reason: Why.
    """

    id: int
    code: str
    name: str
    region: str
    region_en: str
    signals: tuple[Signal, ...]
    weight: int
    step: StepView | None
    rests_until: dt.date | None
    rest_reason: str

    def late(self, today: dt.date) -> bool:
        """Tell whether the step's day is over."""
        return self.step is not None and self.step.due_on < today


async def list_quiet(
    viewer: Viewer, wanted: QuietFilter, rules: QuietRules, today: dt.date
) -> list[QuietRow]:
    """Return every quiet dealer of the viewer's part, most reasons first."""
    seen = await _where(viewer, wanted)
    signals = await _signals(seen, rules, today)
    rows = await _rows(list(signals), signals, today)
    chosen = [row for row in rows if _fits(row, wanted, today)]
    return sorted(chosen, key=lambda row: (-row.weight, row.id))


def quiet_page(rows: Sequence[QuietRow], cursor: Cursor, *, limit: int = PAGE_SIZE) -> Page[QuietRow]:
    """Cut one page out of the list by key."""
    weight, dealer = cursor.key or (0, 0)
    place = (-int(weight or 0), int(dealer or 0))
    if not cursor.key:
        near = list(rows)
    elif cursor.backwards:
        near = [row for row in reversed(rows) if (-row.weight, row.id) < place]
    else:
        near = [row for row in rows if (-row.weight, row.id) > place]
    return page_of(near[: limit + 1], cursor, _key, limit=limit, total=len(rows))


async def quiet_dealer(viewer: Viewer, dealer_id: int, rules: QuietRules, today: dt.date) -> QuietRow | None:
    """Return one dealer's row with his signals, None when he is not in the viewer's part."""
    seen = in_scope(viewer, "a", policy=QUIET) & Condition("a.id = {}", (dealer_id,))
    signals = await _signals(seen, rules, today)
    allowed = await fetch(
        f"select a.id from account a where a.kind = 'dealer' and a.merged_into is null and {seen.sql}",
        *seen.args,
    )
    if not allowed:
        return None
    rows = await _rows([dealer_id], signals, today)
    return rows[0] if rows else None


async def list_steps(dealer_id: int) -> list[StepView]:
    """Return a dealer's steps, newest first; the caller has checked that the viewer may see them."""
    rows = await fetch(f"{_STEP} where s.dealer = {{}} order by s.id desc limit 50", dealer_id)
    return [_step(row) for row in rows]


_STEP = (
    "select s.id, s.dealer, s.step, s.owner_user_id, coalesce(u.name, '') as owner, s.due_on, s.created_at,"
    " s.result, s.done_at from quiet_step s left join login_user u on u.id = s.owner_user_id"
)


def _step(row: dict[str, Any]) -> StepView:
    return StepView(**{name: value for name, value in row.items() if name != "dealer"})


async def _signals(seen: Condition, rules: QuietRules, today: dt.date) -> dict[int, list[Signal]]:
    merged: dict[int, list[Signal]] = {}
    for source in (*OWN_SOURCES, *joined_sources()):
        for dealer, signals in (await source(seen, rules, today)).items():
            merged.setdefault(dealer, []).extend(signals)
    return merged


async def _rows(ids: list[int], signals: Mapping[int, list[Signal]], today: dt.date) -> list[QuietRow]:
    found: list[QuietRow] = []
    for start in range(0, len(ids), _TOGETHER):
        part = ids[start : start + _TOGETHER]
        marks = ", ".join("{}" for _ in part)
        accounts = await fetch(
            "select a.id, a.code, a.name, coalesce(r.name, '') as region,"
            " coalesce(r.name_en, '') as region_en"
            f" from account a left join region r on r.id = a.region where a.id in ({marks})",
            *part,
        )
        steps = await fetch(f"{_STEP} where s.done_at is null and s.dealer in ({marks})", *part)
        rests = await fetch(
            f"select dealer, until_on, reason from quiet_snooze where until_on > {{}} and dealer in ({marks})"
            " order by id",
            today,
            *part,
        )
        open_steps = {row["dealer"]: _step(row) for row in steps}
        resting = {row["dealer"]: (row["until_on"], row["reason"]) for row in rests}
        found += [_row(row, signals.get(row["id"], []), open_steps, resting) for row in accounts]
    return found


def _row(
    account: dict[str, Any],
    signals: list[Signal],
    steps: Mapping[int, StepView],
    resting: Mapping[int, tuple[dt.date, str]],
) -> QuietRow:
    ordered = tuple(sorted(signals, key=lambda signal: -WEIGHTS[signal.kind]))
    until, reason = resting.get(account["id"], (None, ""))
    weight = sum(WEIGHTS[signal.kind] for signal in ordered)
    return QuietRow(
        **account,
        signals=ordered,
        weight=weight,
        step=steps.get(account["id"]),
        rests_until=until,
        rest_reason=reason,
    )


def _fits(row: QuietRow, wanted: QuietFilter, today: dt.date) -> bool:
    if wanted.signal and wanted.signal not in [signal.kind for signal in row.signals]:
        return False
    if (row.rests_until is not None) != (wanted.shown == "resting"):
        return False
    if wanted.shown == "without_step":
        return row.step is None
    return wanted.shown != "late" or row.late(today)


async def _where(viewer: Viewer, wanted: QuietFilter) -> Condition:
    limits = [in_scope(viewer, "a", policy=QUIET)]
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.q:
        limits.append(Condition(*await narrowed(RecordKind.DEALER, wanted.q, "a.id")))
    return all_of(*limits)


def _key(row: QuietRow) -> Key:
    return row.weight, row.id
