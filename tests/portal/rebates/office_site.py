"""A small application around rebates, in which a header says who asks."""

from typing import Any

import httpx
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig

from portal.mail.service import QueuePostman
from portal.rebates.controllers import HANDLERS
from portal.settings import Settings
from portal.web import csrf
from portal.web.errors import exception_handlers
from portal.web.guards import enforce_policy
from portal.web.sessions import WebSecurity
from portal.web.templates import make_environment
from tests.portal.evaluations.world import SECRET, SESSION, AsViewer, viewer_of


def settings() -> Settings:
    return Settings()


def postman() -> QueuePostman:
    return QueuePostman(Settings())


def make_client(people: dict[str, Any], chosen: Settings | None = None) -> httpx.AsyncClient:
    environment = make_environment()
    environment.globals["asset"] = "/static/{}".format
    app = Litestar(
        HANDLERS,
        guards=[enforce_policy],
        exception_handlers=exception_handlers(),
        dependencies={
            "viewer": Provide(viewer_of, sync_to_thread=False),
            "settings": Provide(lambda: chosen or settings(), sync_to_thread=False),
            "postman": Provide(postman, sync_to_thread=False),
        },
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment)),
        state=State({"security": WebSecurity(SECRET, https=False)}),
        openapi_config=None,
        logging_config=None,
    )
    app.asgi_handler = AsViewer(app.asgi_handler, people)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://portal.test",
        headers={csrf.HEADER: csrf.sign(SECRET, "csrf", SESSION)},
    )


class Site:
    """Pages as somebody opens them and forms as somebody sends them."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, who: str, path: str, **params: str) -> httpx.Response:
        return await self.client.get(path, params=params, headers={"x-viewer": who})

    async def post(self, who: str, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data={"x": "1", **fields}, headers={"x-viewer": who})
