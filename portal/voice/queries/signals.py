"""The signals voice knows itself: orders below the dealer's own habit, answers left alone, approaches."""

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
    last = Month.of(newest)
    spans = [
        (last.shift(-12 * year - rules.months + 1).first_on, last.shift(-12 * year).first_on)
        for year in range(rules.habit_years + 1)
    ]
    sums = ", ".join(
        f"sum(case when m.month_on between {{}} and {{}} then m.net_minor else 0 end) as y{year}"
        for year in range(len(spans))
    )
    within = " or ".join("m.month_on between {} and {}" for _ in spans)
    bounds = tuple(day for span in spans for day in span)
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
    found: Signals = {}
    for row in rows:
        habits = [row[f"y{year}"] for year in range(1, len(spans)) if row[f"y{year}"] > 0]
        fall = _fall_percent(row["y0"], habits)
        if fall is not None and fall >= rules.drop_percent:
            found[row["id"]] = [_order_signal(fall, rules.months, len(habits))]
    return found


def _fall_percent(now_minor: int, habits_minor: list[int]) -> int | None:
    """Return by how many whole percent (rounded down) the present is below the mean habit, None without."""
    if not habits_minor:
        return None
    total = sum(habits_minor)
    return (total - now_minor * len(habits_minor)) * _HUNDRED // total


def _order_signal(fall: int, months: int, years: int) -> Signal:
    text = (
        "Orders of the last %(months)s months are %(fall)s%% below the dealer’s own habit"
        " (same months, years: %(years)s)"
    )
    return Signal(SignalKind.ORDERS, Message(text, {"months": months, "fall": fall, "years": years}))


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


OWN_SOURCES = (approach_signals, order_signals, reply_signals)
