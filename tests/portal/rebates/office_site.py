"""A small application around rebates, in which a header says who asks."""

from typing import Any

import httpx

from portal.mail.service import QueuePostman
from portal.rebates.controllers import HANDLERS
from portal.settings import Settings
from tests.portal.served import serve


def make_client(people: dict[str, Any], chosen: Settings | None = None) -> httpx.AsyncClient:
    return serve(HANDLERS, people, settings=chosen, postman=QueuePostman(Settings()))


class Site:
    """Pages as somebody opens them and forms as somebody sends them."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, who: str, path: str, **params: str) -> httpx.Response:
        return await self.client.get(path, params=params, headers={"x-viewer": who})

    async def post(self, who: str, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data={"x": "1", **fields}, headers={"x-viewer": who})
