"""The pages of some handlers, served to people named by a header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig

from portal.settings import Settings
from portal.web import csrf
from portal.web.errors import exception_handlers
from portal.web.guards import enforce_policy
from portal.web.sessions import WebSecurity
from portal.web.templates import make_environment
from tests.portal.evaluations.world import SECRET, SESSION, AsViewer, settings, viewer_of

if TYPE_CHECKING:
    from portal.access import Viewer

TOKEN = csrf.sign(SECRET, "csrf", SESSION)


def make_client(handlers: list[Any], people: dict[str, Viewer]) -> httpx.AsyncClient:
    """Return a client; it is the representative unless the header ``x-viewer`` says another."""
    environment = make_environment()
    environment.globals["asset"] = "/static/{}".format
    app = Litestar(
        handlers,
        guards=[enforce_policy],
        exception_handlers=exception_handlers(),
        dependencies={
            "viewer": Provide(viewer_of, sync_to_thread=False),
            "settings": Provide(settings, sync_to_thread=False),
        },
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment)),
        state=State({"security": WebSecurity(SECRET, https=False), "settings": Settings()}),
        openapi_config=None,
        logging_config=None,
    )
    app.asgi_handler = AsViewer(app.asgi_handler, people)
    headers = {csrf.HEADER: TOKEN, "x-viewer": "rep"}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://portal.test", headers=headers
    )
