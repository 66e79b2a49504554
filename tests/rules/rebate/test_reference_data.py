"""The yearly incentive of the reference data, to the cent: Iowa Liquor Sales, State of Iowa, CC BY 4.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rules.rebate import BasisColumn, BasisValue, Program, calculate, calculate_many
from tests.rules.rebate.programs import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

MONTHS = 12


@pytest.fixture(scope="module")
def year(reference_data: Path):
    """Net cents and months with an order of every shop, in the order of their numbers."""
    parquet = pytest.importorskip("pyarrow.parquet")
    compute = pytest.importorskip("pyarrow.compute")
    made = Program.load(FOLDER / "iowa-year.yaml")
    table = parquet.read_table(
        reference_data / "iowa" / "order_lines_2019-11_2022-10.parquet",
        columns=["doc_type", "order_date", "store_no", "amount_cents"],
        filters=[("order_date", ">=", made.effective_from), ("order_date", "<=", made.effective_until)],
    )
    shops, place = np.unique(table["store_no"].to_numpy(), return_inverse=True)
    cents = np.zeros(len(shops), np.int64)
    np.add.at(cents, place, table["amount_cents"].to_numpy())
    orders = compute.equal(table["doc_type"], "INV").to_numpy()
    months = compute.month(table["order_date"]).to_numpy()
    seen = np.zeros((len(shops), MONTHS + 1), np.bool_)
    seen[place[orders], months[orders]] = True
    return made, cents, seen.sum(axis=1)


def test_the_yearly_incentive_comes_out_to_the_cent(year):
    made, cents, months = year
    found = calculate_many(made, {"volume": BasisColumn(cents, months_with_orders=months)})
    tiers = found.tiers["volume"]
    without_an_order = (cents >= made.components[0].tiers[0].from_) & (months < MONTHS)

    assert [int((tiers == number).sum()) for number in (3, 2, 1)] == [76, 89, 581]
    assert int(without_an_order.sum()) == 43
    assert int(found.total.sum()) == 7_752_744_74


def test_shop_by_shop_it_is_the_same(year):
    made, cents, months = year
    alone = [
        calculate(made, {"volume": BasisValue(value, months_with_orders=count)}).total_minor
        for value, count in zip(cents.tolist(), months.tolist(), strict=True)
    ]

    assert (
        alone
        == calculate_many(made, {"volume": BasisColumn(cents, months_with_orders=months)}).total.tolist()
    )
