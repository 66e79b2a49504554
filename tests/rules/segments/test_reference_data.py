"""The class counts of the reference data: Iowa Liquor Sales, CC BY 4.0; Online Retail, UCI 352, CC BY 4.0."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rules.segments import AccountTable, classify, classify_many
from rules.segments.model import Account
from tests.rules.segments.segments import plain

if TYPE_CHECKING:
    from pathlib import Path

MONTHS = 12


def counts(keys, cents, months):
    """Class counts of the reference rule, and the same account by account."""
    names, place = np.unique(keys, return_inverse=True)
    nets = np.zeros((len(names), MONTHS), np.int64)
    np.add.at(nets, (place, months), cents)
    none = np.full(len(names), -1)
    table = AccountTable(
        tuple(names.tolist()),
        nets,
        np.full(len(names), MONTHS),
        ("",) * len(names),
        none,
        np.zeros((len(names), 2), np.int64),
    )
    book = plain()
    found = classify_many(book, "dealer", table)
    accounts = [Account(key, tuple(row), MONTHS) for key, row in zip(table.keys, nets.tolist(), strict=True)]
    assert classify(book, "dealer", accounts) == tuple(found.at(number) for number in range(len(names)))
    return list(found.counts().values()), len(names)


@pytest.fixture(scope="module")
def iowa(reference_data: Path):
    """Shop, cents and month of every line of the twelve months to 2022-10, with the place of each shop."""
    parquet = pytest.importorskip("pyarrow.parquet")
    compute = pytest.importorskip("pyarrow.compute")
    table = parquet.read_table(
        reference_data / "iowa" / "order_lines_2019-11_2022-10.parquet",
        columns=["order_date", "store_no", "amount_cents"],
        filters=[("order_date", ">=", dt.date(2021, 11, 1)), ("order_date", "<=", dt.date(2022, 10, 31))],
    )
    with (reference_data / "iowa" / "stores.csv").open(encoding="utf-8", newline="") as file:
        places = {int(row["store_no"]): (row["city"], row["county"]) for row in csv.DictReader(file)}
    months = (compute.month(table["order_date"]).to_numpy() + 1) % MONTHS
    shops, place = np.unique(table["store_no"].to_numpy(), return_inverse=True)
    named = [places.get(shop, ("", "")) for shop in shops.tolist()]
    return shops, named, place, table["amount_cents"].to_numpy(), months


def test_iowa_shops(iowa):
    shops, _, place, cents, months = iowa
    keys = np.array([f"{shop:04d}" for shop in shops.tolist()])[place]

    assert counts(keys, cents, months) == ([388, 163, 375, 1087], 2013)


def test_iowa_pairs_of_city_and_county(iowa):
    _, named, place, cents, months = iowa
    keys = np.array([f"{city}, {county}" for city, county in named])[place]

    assert counts(keys, cents, months) == ([51, 4, 191, 211], 457)


def test_iowa_counties(iowa):
    _, named, place, cents, months = iowa
    keys = np.array([county for _, county in named])[place]

    assert counts(keys, cents, months) == ([22, 1, 72, 4], 99)


def test_uk_customers(reference_data):
    """Amounts in thousandths of a pound, so that every line is whole."""
    keys, thousandths, months = [], [], []
    with gzip.open(reference_data / "online_retail" / "online_retail.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            year, month = int(row["InvoiceDate"][:4]), int(row["InvoiceDate"][5:7])
            if row["CustomerID"] and (year, month) < (2011, 12):
                keys.append(row["CustomerID"])
                thousandths.append(int(Decimal(row["UnitPrice"]) * int(row["Quantity"]) * 1000))
                months.append(month % MONTHS)

    assert counts(np.array(keys), thousandths, months) == ([2, 1175, 0, 3154], 4331)
