"""How long a search for duplicates takes: ``python -m tests.scale.duplicates [ACCOUNTS]``, on SQLite.

Retail points with names, telephones, addresses and places as a demo network has them, one in fifty listed
twice with another spelling; prints what was compared beside what all pairs would be.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import random
import sys
import tempfile
import time

from portal import db
from portal.db.schema import create_schema
from portal.jobs.service import register
from portal.jobs.worker import work_once
from portal.network.service.duplicates import JOB_KIND, ask_for_search, book_of_today, run_search

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
FIRST = "한마음 우리집 큰집 참맛 산들 삼거리 정다운 골목 가람 나래 다온 라온 마루 바다 새벽 아침".split()
SECOND = "호프 마트 분식 갈비 냉면 찻집 반점 횟집 식당 치킨 국수 포차 편의점 해장국 카페 슈퍼".split()
TWIN_EVERY = 50


def _rows(count: int) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    chance = random.Random(7)  # noqa: S311  the same network every time
    accounts, shops, last = [], [], ("", "", "", 0, 0, "")
    for number in range(1, count + 1):
        if number % TWIN_EVERY:
            area = f"구역{chance.randrange(250)}"
            name = f"{chance.choice(FIRST)}{chance.choice(SECOND)} {chance.randrange(40)}호점"
            street = f"{area}구 길{chance.randrange(60)}로 {chance.randrange(400)}"
            phone = f"042-{chance.randrange(200, 999)}-{chance.randrange(10_000):04}"
            place = (36_000_000 + chance.randrange(900_000), 127_000_000 + chance.randrange(900_000))
            last = (
                name,
                f"042-{chance.randrange(200, 999)}-{chance.randrange(10_000):04}",
                street,
                *place,
                area,
            )
        else:
            last = (f"(주){last[0]}", *last[1:])
        name, phone, street, north, east, area = last
        accounts.append((number, "terminal", f"T{number}", name, area, NOW, NOW))
        shops.append((number, phone, street, north, east))
    return accounts, shops


async def main(count: int) -> None:
    """Make the network, search it and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/scale.db"
        create_schema(url)
        db.bind(url)
        await db.open_pool()
        accounts, shops = _rows(count)
        async with db.unit_of_work():
            columns = ("id", "kind", "code", "name", "area", "created_at", "updated_at")
            await db.insert_rows("account", columns, accounts)
            where = ("account", "phone", "address", "latitude_micro", "longitude_micro")
            await db.insert_rows("terminal", where, shops)
        register(JOB_KIND, run_search)
        async with db.unit_of_work():
            job_id = await ask_for_search()
        began = time.perf_counter()
        while await work_once("scale"):
            pass
        seconds = round(time.perf_counter() - began, 1)
        most = book_of_today().most_in_block
        compared = await db.fetch_value(
            "select count(*) from (select distinct k.account, o.account from duplicate_key k"
            " join duplicate_key o on o.text = k.text and o.account > k.account where k.text in"
            f" (select text from duplicate_key group by text having count(*) <= {most}))"
        )
        found = json.loads(await db.fetch_value("select result from job where id = {}", job_id))
        sys.stdout.write(
            f"{count:,} accounts: {seconds} s, {compared:,} pairs compared of {count * (count - 1) // 2:,},"
            f" {found['open']:,} queued, {count // TWIN_EVERY:,} twins made,"
            f" {found['passed_over']:,} keys passed over\n"
        )
        await db.close_pool()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
