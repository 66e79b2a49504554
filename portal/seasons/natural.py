"""Natural sales of a season by every method, side by side, with what each got wrong before.

Only months before the season are read. Formulas, hold-out and range: docs/algorithms/baseline.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portal.seasons.rules import SeasonRules, season_rules
from rules.kpis import Text
from rules.money import BASIS_POINTS, apportion, times_basis_points
from rules.months import Month, months_between
from rules.seasons import METHODS, MethodError, SeriesTable, baseline, compare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.seasons.queries.sales import History
    from rules.seasons import BaselineMethod, BaselineTable, Comparison, GroupVerdict

BY_HAND = "by_hand"
"""Method of an amount that a person entered."""
TOTAL = 0
"""Key of the sum of all dealers; no account has this id."""
_DEALERS, _SUM = 0, 1


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What one method says about one dealer, or about the sum.

    Attributes:
        method: Code.
        label: Name by language.
        months: Amount by month of the season; None where the method has no answer.
        low: Lower end of the range by month; empty without a range.
        high: Upper end.
        error: What the method got wrong in the hold-out months, or None when it could not be tried.
        words: How its first month comes about, by language.
    """

    method: str
    label: Text
    months: Mapping[Month, int | None]
    low: Mapping[Month, int]
    high: Mapping[Month, int]
    error: MethodError | None
    words: Text

    @property
    def total_minor(self) -> int | None:
        """The season's sum, or None when a month has no answer."""
        return _sum(list(self.months.values()))

    @property
    def low_minor(self) -> int | None:
        """Lower end of the season's sum, or None without a range."""
        return sum(self.low.values()) if self.low and self.total_minor is not None else None

    @property
    def high_minor(self) -> int | None:
        """Upper end of the season's sum, or None without a range."""
        return sum(self.high.values()) if self.high and self.total_minor is not None else None


@dataclass(frozen=True, slots=True)
class NaturalSales:
    """Every dealer's results and those of the sum.

    Attributes:
        first: First month of history.
        last: Last month of history.
        results: By account (``TOTAL`` for the sum), one per method in their order.
        least_wrong: Code of the method with the lowest error over all dealers, or None when too few points.
    """

    first: Month
    last: Month
    results: Mapping[int, tuple[MethodResult, ...]]
    least_wrong: str | None


def natural_sales(
    histories: Mapping[int, History],
    span: tuple[Month, ...],
    months: tuple[Month, ...],
    rules: SeasonRules | None = None,
) -> NaturalSales | None:
    """Compute natural sales of a season's months, or None when there is no history to learn from.

    Args:
        histories: What each dealer sold.
        span: Months of history that may be used; its end is before the season.
        months: Months of the season, after the span.
        rules: What is held out; None = as joined.
    """
    chosen = rules or season_rules()
    known = [month for history in histories.values() for month in history.amounts if month in set(span)]
    if not known:
        return None
    learned = months_between(min(known), span[-1])
    if len(learned) <= chosen.hold_out_months:
        return None
    accounts = sorted(histories)
    rows = [_row(histories[account], learned) for account in accounts]
    sums = [sum(row[place] or 0 for row in rows) for place in range(len(learned))]
    table = SeriesTable.of(learned[0], [*rows, sums], [*([_DEALERS] * len(rows)), _SUM])
    # Methods that had too little history in every held-out month would leave nothing to compare.
    tried = [method for method in METHODS if any(_compared(table, (method,), chosen).points)]
    joint = _compared(table, tried, chosen) if tried else None
    ahead = len(months_between(learned[-1].shift(1), months[-1]))
    alone = {method.code: _compared(table, (method,), chosen) for method in METHODS}
    by_method = [_results(table, (joint, alone[method.code]), method, ahead, months) for method in METHODS]
    results = {
        account: tuple(found[row] for found in by_method) for row, account in enumerate([*accounts, TOTAL])
    }
    verdict = joint.groups[_DEALERS] if joint else None
    return NaturalSales(
        learned[0], learned[-1], results, None if verdict is None or verdict.too_few else verdict.chosen
    )


def by_hand(amount_minor: int, months: tuple[Month, ...]) -> MethodResult:
    """Return an amount a person entered as a result, the same in every month, without range or error."""
    parts = apportion(amount_minor, [1] * len(months))
    label: Text = {"ko": "직접 입력", "en": "Entered by hand"}
    return MethodResult(BY_HAND, label, dict(zip(months, parts, strict=True)), {}, {}, None, label)


def _row(history: History, learned: tuple[Month, ...]) -> list[int | None]:
    """Return a dealer's months: unknown before his first sale, 0 where he sold nothing later."""
    first = min(history.amounts, default=None)
    return [None if first is None or month < first else history.amounts.get(month, 0) for month in learned]


def _compared(table: SeriesTable, methods: Sequence[BaselineMethod], rules: SeasonRules) -> Comparison:
    return compare(table, methods, rules.hold_out_months, rules.ahead_months, rules.least_points)


def _results(
    table: SeriesTable,
    compared: tuple[Comparison | None, Comparison],
    method: BaselineMethod,
    ahead: int,
    months: tuple[Month, ...],
) -> list[MethodResult]:
    joint, alone = compared
    found = baseline(table, alone, ahead)
    made = [
        _result(
            method, found, number, months, _error(joint, number, method), _words(method, table, number, ahead)
        )
        for number in range(len(table.values))
    ]
    made[-1] = _ranged(made[-1], alone.groups[_DEALERS])
    return made


def _ranged(total: MethodResult, dealers: GroupVerdict) -> MethodResult:
    """Give the sum the range of the dealers' months where it has none of its own: rather too wide."""
    if total.low or total.total_minor is None or dealers.low_bp is None or dealers.high_bp is None:
        return total
    low_bp, high_bp = min(dealers.low_bp, BASIS_POINTS), max(dealers.high_bp, BASIS_POINTS)
    months = {month: amount or 0 for month, amount in total.months.items()}
    return replace(
        total,
        low={month: times_basis_points(amount, low_bp) for month, amount in months.items()},
        high={month: times_basis_points(amount, high_bp) for month, amount in months.items()},
    )


def _error(joint: Comparison | None, series: int, method: BaselineMethod) -> MethodError | None:
    found = joint.of_series(series) if joint else ()
    return next((error for error in found if error.method == method.code and error.points), None)


def _words(method: BaselineMethod, table: SeriesTable, series: int, ahead: int) -> Text:
    return {"ko": method.words(table, series, ahead, "ko"), "en": method.words(table, series, ahead, "en")}


def _result(
    method: BaselineMethod,
    found: BaselineTable,
    number: int,
    months: tuple[Month, ...],
    error: MethodError | None,
    words: Text,
) -> MethodResult:
    skip = len(months_between(found.first, months[0])) - 1
    values = found.values[number, skip:].tolist()
    known = found.known[number, skip:].tolist()
    ranged = bool(found.ranged[number]) and all(known)
    low, high = found.low[number, skip:].tolist(), found.high[number, skip:].tolist()
    return MethodResult(
        method.code,
        method.label,
        {month: values[i] if known[i] else None for i, month in enumerate(months)},
        dict(zip(months, low, strict=True)) if ranged else {},
        dict(zip(months, high, strict=True)) if ranged else {},
        error,
        words,
    )


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
