"""The pages of visits, targets and meetings, served to people named by a header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.plans.controllers import HANDLERS
from tests.portal.served import serve

if TYPE_CHECKING:
    import httpx

    from portal.access import Viewer
    from portal.settings import Settings


class Site:
    """A browser for each person."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, who: str, path: str, **params: str) -> httpx.Response:
        return await self.client.get(path, params=params, headers={"x-viewer": who})

    async def post(self, who: str, path: str, files: Any = None, **fields: str) -> httpx.Response:
        return await self.client.post(path, data=fields, files=files, headers={"x-viewer": who})


def make_client(people: dict[str, Viewer], own: Settings | None = None) -> httpx.AsyncClient:
    """Serve the pages; with own settings files go to their data folder."""
    return serve(HANDLERS, people, settings=own)
