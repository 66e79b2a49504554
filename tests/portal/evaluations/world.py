"""A small application around evaluations, in which a header says who asks."""

from typing import Any

import httpx
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig
from litestar.types import Scope

from portal.access import Viewer
from portal.evaluations.controllers import HANDLERS
from portal.settings import Settings
from portal.web import csrf
from portal.web.errors import exception_handlers
from portal.web.guards import enforce_policy
from portal.web.i18n import set_locale
from portal.web.sessions import WebSecurity
from portal.web.templates import make_environment

SECRET, SESSION = b"k" * 32, "s" * 64


def viewer_of(scope: Scope) -> Viewer:
    found: Viewer = scope["user"]
    return found


def settings() -> Settings:
    return Settings()


class AsViewer:
    """Puts the person named by the header into the request, as the session layer does."""

    def __init__(self, app: Any, people: dict[str, Viewer]) -> None:
        self.app, self.people = app, people

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        names = dict(scope.get("headers", ()))
        scope["user"] = self.people.get(names.get(b"x-viewer", b"").decode())
        scope["auth"] = SESSION if scope["user"] else None
        set_locale(names.get(b"x-locale", b"en").decode())
        await self.app(scope, receive, send)


def make_client(people: dict[str, Viewer]) -> httpx.AsyncClient:
    environment = make_environment()
    environment.globals["asset"] = "/static/{}".format
    app = Litestar(
        HANDLERS,
        guards=[enforce_policy],
        exception_handlers=exception_handlers(),
        dependencies={
            "viewer": Provide(viewer_of, sync_to_thread=False),
            "settings": Provide(settings, sync_to_thread=False),
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
