"""The pages of visits, targets and meetings, served to people named by a header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig

from portal.plans.controllers import HANDLERS
from portal.settings import Settings
from portal.web import csrf
from portal.web.errors import exception_handlers
from portal.web.guards import enforce_policy
from portal.web.sessions import WebSecurity
from portal.web.templates import make_environment
from tests.portal.evaluations.world import SECRET, SESSION, AsViewer, settings, viewer_of

if TYPE_CHECKING:
    from portal.access import Viewer


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
    environment = make_environment()
    environment.globals["asset"] = "/static/{}".format
    app = Litestar(
        HANDLERS,
        guards=[enforce_policy],
        exception_handlers=exception_handlers(),
        dependencies={
            "viewer": Provide(viewer_of, sync_to_thread=False),
            "settings": Provide((lambda: own) if own else settings, sync_to_thread=False),
        },
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment)),
        state=State({"security": WebSecurity(SECRET, https=False), "settings": Settings()}),
        openapi_config=None,
        logging_config=None,
    )
    app.asgi_handler = AsViewer(app.asgi_handler, people)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://portal.test",
        headers={csrf.HEADER: csrf.sign(SECRET, "csrf", SESSION)},
    )
