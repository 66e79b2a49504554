"""Classing months from the totals: who counts, what starts from the month before, what stays as it is."""

from __future__ import annotations

from portal.db import execute, fetch, insert_rows, unit_of_work
from portal.jobs.service import registered_kinds
from portal.jobs.worker import work_once
from portal.portfolio.queries.classes import classes_of, find_run, list_runs
from portal.portfolio.queries.nets import read_population
from portal.portfolio.service.classify import JOB, ask_classify, classify_missing
from portal.portfolio.work import register_jobs
from portal.settings import Settings
from rules.months import Month
from tests.portal.portfolio.conftest import (
    BIG,
    FAR,
    FIRST,
    LAST,
    NEAR,
    OUTLET,
    OWN,
    SMALL,
    TODAY,
    TOTAL_COLUMNS,
    World,
    totals,
)


async def _population(kind: str, month: Month = LAST):
    async with unit_of_work():
        return await read_population(kind, month, 12)


async def test_dealers_are_read_by_what_they_bought(world: World) -> None:
    found = await _population("dealer")
    assert (found.ids.tolist(), found.codes) == ([OWN, NEAR, FAR], ("D10", "D20", "D30"))
    assert found.nets.sum(axis=1).tolist() == [12_000_000, 3_600_000, 30_000]
    assert found.known.tolist() == [12, 12, 3]


async def test_outlets_without_purchases_are_read_by_what_their_retail_points_bought(world: World) -> None:
    found = await _population("outlet")
    assert (found.ids.tolist(), found.nets[:, 0].tolist()) == ([OUTLET], [790_000])


async def test_who_does_not_share_his_sales_is_left_out(world: World) -> None:
    found = await _population("terminal")
    assert (found.ids.tolist(), found.channels) == ([BIG, SMALL], ("on_trade", "on_trade"))


async def test_dealers_without_purchases_are_read_by_what_they_sold(world: World) -> None:
    async with unit_of_work():
        await execute("delete from account_month where level = 1")
        sold = [(*row[:3], 2, *row[4:]) for row in totals(OWN, 2, {LAST: 5, FIRST: 7})]
        await insert_rows("account_month", TOTAL_COLUMNS, sold)
    found = await _population("dealer")
    assert (found.ids.tolist(), found.nets[:, -1].tolist(), found.known.tolist()) == ([OWN], [5], [12])


async def test_every_complete_month_is_classed_once(world: World) -> None:
    assert await classify_missing(TODAY) == 3 * 17
    before = await fetch("select * from account_class order by id")
    assert await classify_missing(TODAY) == 0
    assert await fetch("select * from account_class order by id") == before
    runs = await list_runs("dealer")
    assert (len(runs), runs[0].month, runs[-1].month) == (17, LAST, FIRST)
    assert (runs[0].accounts, runs[0].counts, runs[0].unclassed) == (3, (1, 1, 0, 0), 1)


async def test_the_unsteady_one_is_at_risk_and_the_young_one_has_no_class(world: World) -> None:
    await classify_missing(TODAY)
    assert await classes_of([OWN, NEAR, FAR, BIG], LAST) == {OWN: "EI", NEAR: "EII", BIG: "EI"}
    assert await classes_of([OWN], FIRST) == {}
    assert await classes_of([], LAST) == {}


async def test_a_class_turns_only_after_two_months_beyond_the_band(world: World) -> None:
    await classify_missing(TODAY)
    # OWN stops buying: its months become uneven, its class follows a month later than the figures.
    late = [Month.parse(text) for text in ("2026-06", "2026-07", "2026-08", "2026-09")]
    async with unit_of_work():
        rows = totals(NEAR, 1, dict.fromkeys(late, 9_000_000)) + totals(FAR, 1, dict.fromkeys(late, 10_000))
        await insert_rows("account_month", TOTAL_COLUMNS, rows)
    assert await classify_missing(late[-1].shift(1).first_on) == 3 * 4
    rows = await fetch(
        "select observed, code, before from account_class where account = {} and month_on > {}"
        " order by month_on",
        OWN,
        LAST.first_on,
    )
    assert [(row["observed"], row["code"], row["before"]) for row in rows] == [
        ("EII", "EI", "EI"),  # beyond the limit, within its band
        ("EII", "EI", "EI"),  # beyond the band, the first month
        ("EII", "EII", "EI"),  # the second month
        ("EIV", "EII", "EII"),  # the same again for the other axis
    ]


async def test_a_network_without_sales_has_nothing_to_class(database: str) -> None:
    assert await classify_missing(TODAY) == 0
    assert await find_run("dealer") is None


async def test_the_job_classes_and_asking_again_gives_the_same_job(world: World) -> None:
    register_jobs(Settings())
    register_jobs(Settings())
    assert JOB in registered_kinds()
    number = await ask_classify(1)
    assert await ask_classify(1) == number
    await work_once("test")
    run = await find_run("terminal")
    assert run is not None
    assert run.accounts == 2
