"""A small application around evaluations, in which a header says who asks."""

from typing import Any

import httpx

from portal.access import Viewer
from portal.evaluations.controllers import HANDLERS
from tests.portal.served import serve


def make_client(people: dict[str, Viewer]) -> httpx.AsyncClient:
    return serve(HANDLERS, people)


class Client:
    """Opens pages and sends forms as one of the people."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, who: str, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers={"x-viewer": who, **headers})

    async def post(
        self, who: str, path: str, data: dict[str, Any] | None = None, **headers: str
    ) -> httpx.Response:
        return await self.client.post(path, data=data or {}, headers={"x-viewer": who, **headers})
