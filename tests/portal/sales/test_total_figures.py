"""Adding up a month in arrays, beside the same sums row by row."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sales.total_figures import Lines, account_totals, category_totals, product_totals

COLUMNS = ("number", "level", "kind", "buyer", "seller", "product", "category", "quantity", "amount")
A_LINE = st.tuples(
    st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(1, 2),
    st.integers(1, 3), st.integers(0, 2), st.integers(-9, 9), st.integers(-(10**12), 10**12),
)  # fmt: skip


def lines_of(rows: list[tuple[int, ...]]) -> Lines:
    table = np.array(rows, np.int64).reshape(-1, len(COLUMNS))
    return Lines(*(np.ascontiguousarray(column) for column in table.T))


@given(st.lists(A_LINE))
def test_every_total_is_that_of_its_rows(rows: list[tuple[int, ...]]) -> None:
    lines, named = lines_of(rows), [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def groups(*keys: str) -> list[tuple[tuple[int, ...], list[dict[str, int]]]]:
        found = defaultdict(list)
        for row in named:
            found[tuple(row[key] for key in keys)].append(row)
        return sorted(found.items())

    def total(own: list[dict[str, int]], name: str) -> int:
        return sum(row[name] for row in own)

    def returns(own: list[dict[str, int]]) -> int:
        return total([row for row in own if row["kind"] == 2], "amount")

    def several(own: list[dict[str, int]], name: str) -> int:
        return len({row[name] for row in own})

    for side, who in ((1, "buyer"), (2, "seller")):
        assert list(account_totals(lines, side)) == [
            (account, level, side, len(own), several(own, "number"), total(own, "amount"), returns(own),
             total(own, "quantity"), several(own, "buyer"))
            for (account, level), own in groups(who, "level")
        ]  # fmt: skip
        assert list(category_totals(lines, side)) == [
            (account, level, side, category, total(own, "amount"), total(own, "quantity"))
            for (account, level, category), own in groups(who, "level", "category")
        ]
    assert list(product_totals(lines)) == [
        (product, level, len(own), total(own, "amount"), returns(own), total(own, "quantity"),
         several(own, "buyer"))
        for (product, level), own in groups("product", "level")
    ]  # fmt: skip


def test_only_the_lines_of_a_mask_are_left() -> None:
    lines = lines_of([(1, 1, 1, 5, 0, 1, 0, 2, 30), (2, 1, 1, 6, 9, 1, 0, 1, 10)])
    assert list(account_totals(lines.where(lines.seller > 0), 2)) == [(9, 1, 2, 1, 1, 10, 0, 1, 1)]
    assert lines.where(lines.buyer > 0) is lines


@pytest.mark.parametrize("amount", [2**62, -(2**62)])
def test_sums_that_could_leave_64_bits_are_refused(amount: int) -> None:
    row = (1, 1, 1, 5, 0, 1, 0, 1, amount)
    lines_of([row]).require_sums_fit()
    with pytest.raises(OverflowError):
        lines_of([row, row]).require_sums_fit()
