"""A small application around the network and search, in which a header says who asks."""

from typing import Any

import httpx
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig
from litestar.types import Scope

import portal.network.policies
from portal.access import Viewer
from portal.network.controllers import HANDLERS
from portal.network.finders import register_finders
from portal.search.controllers import HANDLERS as SEARCH
from portal.web import csrf
from portal.web.errors import exception_handlers
from portal.web.guards import enforce_policy
from portal.web.sessions import WebSecurity
from portal.web.templates import make_environment
from tests.portal.network.conftest import VIEWERS

SECRET, SESSION = b"k" * 32, "s" * 64


def viewer_of(scope: Scope) -> Viewer:
    found: Viewer = scope["user"]
    return found


class AsViewer:
    """Puts the viewer named by the header into the request, as the session layer does."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        names = dict(scope.get("headers", ()))
        scope["user"] = getattr(VIEWERS, names.get(b"x-viewer", b"").decode(), None)
        scope["auth"] = SESSION if scope["user"] else None
        await self.app(scope, receive, send)


def make_client() -> httpx.AsyncClient:
    assert portal.network.policies.READ
    register_finders()
    environment = make_environment()
    environment.globals["asset"] = "/static/{}".format
    app = Litestar(
        [*HANDLERS, *SEARCH],
        guards=[enforce_policy],
        exception_handlers=exception_handlers(),
        dependencies={"viewer": Provide(viewer_of, sync_to_thread=False)},
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment)),
        state=State({"security": WebSecurity(SECRET, https=False)}),
        openapi_config=None,
        logging_config=None,
    )
    app.asgi_handler = AsViewer(app.asgi_handler)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://portal.test",
        headers={csrf.HEADER: csrf.sign(SECRET, "csrf", SESSION)},
    )
