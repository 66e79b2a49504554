"""Warnings about whole columns, from what their converters noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.sales.reading.converters import Seen
    from portal.sales.reading.headers import Header
    from portal.sales.reading.plan import Plan, Plans
    from portal.sales.reading.report import ReadReport

USUAL_SHARE = 90
"""Per cent of codes of one length from which a shorter code looks as if it had lost zeros."""


def add_notices(report: ReadReport, plans: Plans, header: Header) -> None:
    """Warn of codes that may have lost zeros, codes kept as numbers, serial days, destroyed columns."""
    for plan in plans.plans:
        label = _label(plan, header)
        seen = plan.converter.seen
        if plan.rule.split is None and (short := shortened(seen)):
            report.warn("warn_leading_zeros", header=label, example=short)
        if seen.numbers:
            report.warn("warn_code_numbers", header=label)
        if seen.serial:
            report.warn("warn_serial_days", header=label, example=seen.serial)
        if seen.destroyed:
            report.warn("warn_excel_column", header=label, example=seen.destroyed_example)


def shortened(seen: Seen) -> str:
    """Give an example of a code shorter than its fellows, "" when their lengths say nothing.

    Lengths speak when some code begins with 0 and another is shorter than it, or when nearly
    all codes have one length and a few are shorter.
    """
    if not seen.lengths:
        return ""
    shortest = min(seen.lengths)
    if seen.zero_lengths:
        return seen.examples[shortest] if shortest < min(seen.zero_lengths) else ""
    usual = max(seen.lengths, key=lambda length: seen.lengths[length])
    total = sum(seen.lengths.values())
    if shortest < usual and seen.lengths[usual] * 100 >= total * USUAL_SHARE:
        return seen.examples[shortest]
    return ""


def _label(plan: Plan, header: Header) -> str:
    return header.labels[plan.positions[0]] if plan.positions else plan.column.name
