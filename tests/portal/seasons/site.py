"""A small application around seasons, in which a header says who asks, and workbooks of targets."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from portal.dashboard.season import SeasonPage
from portal.seasons.controllers import HANDLERS
from portal.settings import Settings
from rules.months import Month
from tests.portal.served import serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from tests.portal.seasons.conftest import World


def make_client(people: dict[str, Any]) -> httpx.AsyncClient:
    return serve([*HANDLERS, SeasonPage], people, settings=Settings(target_quantum_minor=1))


class Site:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, who: str, path: str, **params: str) -> httpx.Response:
        return await self.client.get(path, params=params, headers={"x-viewer": who})

    async def post(self, who: str, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data={"x": "1", **fields}, headers={"x-viewer": who})


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    async with make_client(world.people) as client:
        yield Site(client)


def workbook(rows: list[tuple[str, str, object]], months: tuple[str, ...] = ()) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    page = book.add_worksheet()
    heads = months or tuple(str(Month.parse("2026-10").shift(at)) for at in range(6))
    page.write_row(0, 0, ["a", "b", "c", "d", "e", *heads])
    for number, (dealer, product, amount) in enumerate(rows, 1):
        page.write_row(number, 0, [dealer, "", product, "", 1, *([amount] * len(heads))])
    book.close()
    return content.getvalue()


async def upload(
    site: Site, path: str, content: bytes, who: str = "manager", **fields: str
) -> httpx.Response:
    files = {"file": ("targets.xlsx", content, "application/octet-stream")}
    return await site.client.post(
        path, data={"x": "1", **fields}, files=files, headers={"x-viewer": "manager"}
    )
