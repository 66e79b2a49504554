"""Warn when a file's periods or columns look unlike those of the files before it.

One real feed delivered a file with other columns and one period stamped on every row; nothing in a row by
itself was wrong (DATA.md, lesson 4). A profile is the share of rows by distance from the file's last month.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from portal.db import fetch

if TYPE_CHECKING:
    from portal.sales.imports.batch import Batch
    from portal.settings import Settings

PREDECESSORS = 6
_ENOUGH = 2


def shares(months: dict[str, int]) -> dict[int, float]:
    """Return the share of rows by months before the file's last month: 0 is the last month itself."""
    rows = sum(months.values())
    if not rows:
        return {}
    last = max(_number(month) for month in months)
    return {last - _number(month): count / rows for month, count in months.items()}


def distance(one: dict[int, float], other: dict[int, float]) -> float:
    """Return how different two profiles are: 0 the same, 1 nothing in common."""
    return sum(abs(one.get(key, 0.0) - other.get(key, 0.0)) for key in one.keys() | other.keys()) / 2


def _number(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) - 1


async def warn_about_period(batch: Batch, settings: Settings) -> None:
    """Compare a batch with the last applied ones like it; add warnings to its report."""
    rows = await fetch(
        "select report from import_batch where kind = {} and state = 'applied' and id <> {}"
        " and coalesce(source, 0) = {} and coalesce(level, 0) = {} and coalesce(dealer, 0) = {}"
        " order by id desc limit {}",
        batch.kind.value, batch.id, batch.source_id or 0, batch.level or 0, batch.dealer_id or 0,
        PREDECESSORS,
    )  # fmt: skip
    earlier = [json.loads(row["report"]) for row in rows]
    _compare_headers(batch, earlier)
    profiles = [shares(report["months"]) for report in earlier if report["months"]]
    mine = shares(batch.report.months)
    if len(profiles) < _ENOUGH or not mine:
        return
    nearest = min(distance(mine, profile) for profile in profiles)
    if nearest * 100 > settings.import_period_warning_percent:
        batch.report.warn(
            "unusual_period",
            "The months of this file are unlike those of the last %(count)s files: %(percent)s%% differ"
            " from the nearest. Check the date column.",
            count=len(profiles),
            percent=round(nearest * 100),
        )
    days = [report["reader"].get("days") or 0 for report in earlier]
    if batch.report.reader.get("days") == 1 and min(days) > 1:
        batch.report.warn("single_day", "Every row of this file has the same day; earlier files had many.")


def _compare_headers(batch: Batch, earlier: list[dict[str, object]]) -> None:
    if not earlier:
        return
    known = [set(_headers(report)) for report in earlier]
    mine = set(_headers({"reader": batch.report.reader}))
    if mine not in known:
        odd = sorted(mine.symmetric_difference(known[0]))
        batch.report.warn(
            "other_columns",
            "The columns of this file are not those of the last file: %(columns)s.",
            columns=", ".join(odd[:10]),
        )


def _headers(report: dict[str, object]) -> list[str]:
    reader = report.get("reader")
    headers = reader.get("headers") if isinstance(reader, dict) else None
    return [str(header) for header in headers or [] if header]
