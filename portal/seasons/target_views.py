"""What pages of targets show: the list with sums and derivation, one dealer's grid and conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.errors import Message
from portal.seasons.baseline_views import method_label
from portal.seasons.forms import write_money
from portal.seasons.model import Party, TargetState, by_month, by_product, days_waiting, digest_of
from portal.seasons.queries.standings import growth_check
from portal.web.formats import money
from portal.web.i18n import gettext, translate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from portal.seasons.model import Cell, Need
    from portal.seasons.queries.seasons import SeasonRow
    from portal.seasons.queries.standings import Standing
    from portal.seasons.queries.targets import AnswerRow, ProductRow, TargetRow
    from rules.months import Month
    from rules.targets import GrowthCheck


def list_view(rows: Sequence[Standing], need: Need | None, today: dt.date, zone: ZoneInfo) -> dict[str, Any]:
    """Return the list of dealers with sums, and what the peak needs beside it."""
    shown = [row.shown for row in rows]
    target = sum(row.amount_minor for row in shown if row)
    stretch = sum(row.stretch_minor for row in shown if row)
    natural = sum(row.baseline.amount_minor for row in rows if row.baseline)
    return {
        "rows": [
            {
                "standing": row,
                "target": row.shown,
                "waiting": days_waiting(row.waiting_since, today, zone),
                "natural_minor": row.baseline.amount_minor if row.baseline else None,
                "stretch_minor": row.shown.stretch_minor if row.shown else None,
                "gap_minor": row.gap_minor,
            }
            for row in rows
        ],
        "sums": {
            "natural_minor": natural,
            "target_minor": target,
            "stretch_minor": stretch,
            "growth_minor": sum(row.growth_minor for row in rows),
            "accepted_minor": sum(row.accepted.amount_minor for row in rows if row.accepted),
            "agreed": sum(row.accepted is not None for row in rows),
            "unanswered": sum(row.state is TargetState.OFFERED for row in rows),
            "countered": sum(row.state is TargetState.COUNTERED for row in rows),
            "unbegun": sum(row.shown is None and row.baseline is not None for row in rows),
            "proposed_minor": max(natural + (need.total_minor if need else 0), target),
        },
        "need": need,
        "missing_minor": need.total_minor - stretch if need else None,
    }


def dealer_target_view(
    season: SeasonRow,
    standing: Standing,
    versions: Sequence[TargetRow],
    answers: Sequence[AnswerRow],
    currency: str,
    today: dt.date,
    zone: ZoneInfo,
) -> dict[str, Any]:
    """Return what a dealer's page shows of his target apart from the cells."""
    main = standing.draft or standing.open or standing.accepted
    check = growth_check(main, standing.growth, currency) if main else None
    return {
        "standing": standing,
        "main": main,
        "check": check,
        "check_says": _check_words(check) if check else "",
        "waiting": days_waiting(standing.waiting_since, today, zone),
        "months": season.months,
        "method": method_label(standing.baseline.method) if standing.baseline else "",
        "versions": list(versions),
        "conversation": conversation(versions, answers),
    }


def _check_words(check: GrowthCheck) -> str:
    """Say whether growth points add up, with amounts as people write them here."""
    asked = max(check.stretch_minor, 0)
    if not asked and not check.planned_minor:
        return gettext("The target is not above natural sales, so it needs no growth points.")
    if not check.difference_minor:
        return translate("Growth points add up to the stretch of %(stretch)s.", stretch=money(asked))
    text = "Growth points are %(planned)s, %(gap)s short of the stretch of %(stretch)s."
    if check.difference_minor > 0:
        text = "Growth points are %(planned)s, %(gap)s more than the stretch of %(stretch)s."
    gap, planned = money(abs(check.difference_minor)), money(check.planned_minor)
    return translate(Message(text, {"planned": planned, "gap": gap, "stretch": money(asked)}))


def conversation(versions: Sequence[TargetRow], answers: Sequence[AnswerRow]) -> list[dict[str, Any]]:
    """Return what was said, oldest first, each with the version it is about."""
    by_id = {version.id: version for version in versions}
    return [
        {
            "answer": answer,
            "version": by_id[answer.target].version,
            "amount_minor": by_id[answer.target].amount_minor,
            "own": answer.side is Party.DEALER,
        }
        for answer in answers
        if answer.target in by_id
    ]


def grid_view(
    cells: Sequence[Cell],
    products: Mapping[int, ProductRow],
    months: Sequence[Month],
    natural: Mapping[Month, int],
    decimals: int,
) -> dict[str, Any]:
    """Return a grid: a row per product, a column per month, sums of both, natural sales below."""
    places = {(cell.product, cell.month): cell for cell in cells}
    sums, column = by_product(cells), by_month(cells)
    ordered = [product for product in products if product in sums]
    return {
        "seen": digest_of(sorted(cells, key=lambda cell: (cell.product, cell.month))),
        "lines": [
            {
                "product": products[product],
                "row": row,
                "sum_minor": sums[product],
                "cells": [_cell(places.get((product, month)), product, month, decimals) for month in months],
            }
            for row, product in enumerate(ordered)
        ],
        "columns": [
            {"month": month, "sum_minor": column.get(month, 0), "natural_minor": natural.get(month)}
            for month in months
        ],
        "total_minor": sum(sums.values()),
    }


def _cell(cell: Cell | None, product: int, month: Month, decimals: int) -> dict[str, Any]:
    return {
        "name": f"{product}-{month}",
        "month": month,
        "value": write_money(cell.amount_minor if cell else 0, decimals),
        "amount_minor": cell.amount_minor if cell else 0,
        "locked": bool(cell and cell.is_locked),
    }


def compared(
    offered: Sequence[Cell],
    asked: Sequence[Cell],
    products: Mapping[int, ProductRow],
    reasons: Mapping[int, str],
) -> list[dict[str, Any]]:
    """Return products whose season total differs between two versions, with the dealer's reason."""
    before, after = by_product(offered), by_product(asked)
    return [
        {
            "product": products[product],
            "before_minor": before.get(product, 0),
            "after_minor": amount,
            "change_bp": _change(before.get(product, 0), amount),
            "reason": reasons.get(product, ""),
        }
        for product, amount in after.items()
        if amount != before.get(product, 0) and product in products
    ]


def _change(before: int, after: int) -> int | None:
    return None if before <= 0 else (after - before) * 10_000 // before
