"""Indices, methods and errors the way a textbook writes them: one series, fractions, no columns."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from rules.money import apportion

MILLION = 1_000_000


def half_up(number):
    """The nearest whole number, halves up."""
    return floor(number + Fraction(1, 2))


def ratios(row):
    """Ratio of each month to its centred average, millionths; None without one."""
    found = []
    for at in range(len(row)):
        around = row[at - 6 : at + 7] if at >= 6 else []
        if len(around) < 13 or None in around:
            found.append(None)
            continue
        average = (Fraction(around[0] + around[12], 2) + sum(around[1:12])) / 12
        ratio = half_up(row[at] / average * MILLION) if average > 0 else None
        found.append(None if ratio is None else min(max(ratio, 0), 12 * MILLION))
    return found


def index(row, january):
    """The twelve indices in basis points, January first; None when a calendar month has none."""
    found = ratios(row)
    means = []
    for month in range(12):
        of_month = [one for at, one in enumerate(found) if one is not None and (at + january) % 12 == month]
        if not of_month:
            return None
        means.append(half_up(Fraction(sum(of_month), len(of_month))))
    return list(apportion(120_000, means)) if sum(means) else None


def naive(row, ahead):
    """The same month last year."""
    at = len(row) - 12 + (ahead - 1) % 12
    return row[at] if at >= 0 else None


def same_month(row, ahead, months=6):
    """The same month last year times the trend between a half and two."""
    base = naive(row, ahead)
    pairs = [(row[at], row[at - 12]) for at in range(max(len(row) - months, 12), len(row))]
    pairs = [pair for pair in pairs if None not in pair]
    earlier = sum(pair[1] for pair in pairs)
    if base is None or earlier <= 0:
        return None
    trend = half_up(Fraction(sum(pair[0] for pair in pairs) * 10_000, earlier))
    return half_up(Fraction(base * min(max(trend, 5_000), 20_000), 10_000))


def average(row, shares, january, ahead, months=12):
    """The level of the last months times the index of the month."""
    start = max(len(row) - months, 0)
    known = [at for at in range(start, len(row)) if row[at] is not None]
    if shares is None or 2 * len(known) < months:
        return None
    weight = sum(shares[(at + january) % 12] for at in known)
    if not weight:
        return None
    month = (len(row) + ahead - 1 + january) % 12
    return half_up(Fraction(sum(row[at] for at in known) * shares[month], weight))
