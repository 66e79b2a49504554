"""The signals voice knows itself: orders and visits below the own habit, answers left alone, approaches."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_value
from portal.errors import Message
from portal.sales.model import Level, Side
from portal.voice.quiet import Signal, SignalKind
from rules.months import Month

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.db.sql import Row
    from portal.network.scope import Condition
    from portal.voice.quiet import QuietRules

Signals = dict[int, list[Signal]]
_HUNDRED = 100


async def order_signals(seen: Condition, rules: QuietRules, today: dt.date) -> Signals:
    """Return dealers whose orders of the last months fell against their own same months of years before.

    Only months before the current one count: a month that still runs is no fall.
    """
    newest = as_date(
        await fetch_value(
            "select max(month_on) from account_month where level = {} and side = {} and month_on < {}",
            int(Level.SELL_IN),
            int(Side.BUYER),
            today.replace(day=1),
        )
    )
    if newest is None:
        return {}
    spans = _spans(Month.of(newest), rules)
    sums, within, bounds = _sums(spans, "m.month_on", "m.net_minor")
    rows = await fetch(
        f"select a.id, {sums} from account a join account_month m on m.account = a.id"
        f" and m.level = {{}} and m.side = {{}} and ({within}) where a.kind = 'dealer'"
        f" and a.merged_into is null and {seen.sql} group by a.id",
        *bounds,
        int(Level.SELL_IN),
        int(Side.BUYER),
        *bounds,
        *seen.args,
    )
    text = (
        "Orders of the last %(months)s months are %(fall)s%% below the dealer’s own habit"
        " (same months, years: %(years)s)"
    )
    return _falls(rows, SignalKind.ORDERS, text, rules)


async def visit_signals(seen: Condition, rules: QuietRules, today: dt.date) -> Signals:
    """Return dealers whose places our people visited less than in the same whole months of years before.

    Visits of the dealer's own staff are his and do not count.
    """
    spans = _spans(Month.of(today).shift(-1), rules)
    sums, within, bounds = _sums(spans, "v.visited_on", "1")
    rows = await fetch(
        f"select a.id, {sums} from visit v join account p on p.id = v.account"
        f" join account a on a.id = p.dealer where v.owner = 'manufacturer' and v.cancelled_at is null"
        f" and ({within}) and a.kind = 'dealer' and a.merged_into is null and {seen.sql} group by a.id",
        *bounds,
        *bounds,
        *seen.args,
    )
    text = (
        "Our visits of the last %(months)s months are %(fall)s%% below the same months before"
        " (years: %(years)s)"
    )
    return _falls(rows, SignalKind.VISITS, text, rules)


def _spans(last: Month, rules: QuietRules) -> list[tuple[dt.date, dt.date]]:
    """Return first and last day of the months looked at, then of the same months of each year before."""
    return [
        (last.shift(-12 * year - rules.months + 1).first_on, last.shift(-12 * year).last_on)
        for year in range(rules.habit_years + 1)
    ]


def _sums(
    spans: list[tuple[dt.date, dt.date]], day: str, amount: str
) -> tuple[str, str, tuple[dt.date, ...]]:
    """Return columns ``y0``, ``y1`` … of sums over the spans, the condition of any span, and their days."""
    sums = ", ".join(
        f"sum(case when {day} between {{}} and {{}} then {amount} else 0 end) as y{year}"
        for year in range(len(spans))
    )
    within = " or ".join(f"{day} between {{}} and {{}}" for _ in spans)
    return sums, within, tuple(on for span in spans for on in span)


def _falls(rows: list[Row], kind: SignalKind, text: str, rules: QuietRules) -> Signals:
    """Return a signal for each dealer whose present is far enough below his habit."""
    found: Signals = {}
    for row in rows:
        habits = [row[f"y{year}"] for year in range(1, rules.habit_years + 1) if row[f"y{year}"] > 0]
        fall = _fall_percent(row["y0"], habits)
        if fall is not None and fall >= rules.drop_percent:
            values = {"months": rules.months, "fall": fall, "years": len(habits)}
            found[row["id"]] = [Signal(kind, Message(text, values))]
    return found


def _fall_percent(now: int, habits: list[int]) -> int | None:
    """Return by how many whole percent (rounded down) the present is below the mean habit, None without."""
    if not habits:
        return None
    total = sum(habits)
    return (total - now * len(habits)) * _HUNDRED // total


async def reply_signals(seen: Condition, rules: QuietRules, today: dt.date) -> Signals:
    """Return dealers who left our answers without a word for long."""
    before = dt.datetime.combine(today - dt.timedelta(days=rules.reply_days), dt.time(), dt.UTC)
    rows = await fetch(
        "select a.id, count(*) as n, min(v.answered_at) as since from voice_item v"
        " join account a on a.id = v.dealer where v.state = 'answered' and v.dealer_reads"
        f" and v.answered_at < {{}} and {seen.sql} group by a.id",
        before,
        *seen.args,
    )
    return {row["id"]: [_reply_signal(row["n"], row["since"], today)] for row in rows}


def _reply_signal(count: int, since: dt.datetime | str, today: dt.date) -> Signal:
    instant = dt.datetime.fromisoformat(since) if isinstance(since, str) else since
    text = "%(count)s of our answers wait for a word, the oldest for %(days)s days"
    return Signal(SignalKind.REPLIES, Message(text, {"count": count, "days": (today - instant.date()).days}))


async def approach_signals(seen: Condition, rules: QuietRules, today: dt.date) -> Signals:
    """Return dealers with a current report of another supplier's approach, the newest named."""
    since = dt.datetime.combine(today - dt.timedelta(days=rules.approach_days), dt.time(), dt.UTC)
    rows = await fetch(
        "select a.id, v.competitor, v.raised_at from voice_item v join account a on a.id = v.dealer"
        " where v.kind = 'approach' and v.state <> 'closed' and (v.valid_until_on >= {}"
        f" or (v.valid_until_on is null and v.raised_at >= {{}})) and {seen.sql} order by v.id",
        today,
        since,
        *seen.args,
    )
    found: Signals = {}
    for row in rows:
        text = "Another supplier’s approach was reported %(days)s days ago: %(competitor)s"
        values = {"competitor": row["competitor"] or "–", "days": (today - row["raised_at"].date()).days}
        found[row["id"]] = [Signal(SignalKind.APPROACH, Message(text, values))]
    return found


OWN_SOURCES = (approach_signals, order_signals, visit_signals, reply_signals)
