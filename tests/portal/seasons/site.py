"""A small application around seasons, in which a header says who asks."""

from typing import Any

import httpx
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig

from portal.dashboard.season import SeasonPage
from portal.seasons.controllers import HANDLERS
from portal.settings import Settings
from portal.web import csrf
from portal.web.errors import exception_handlers
from portal.web.guards import enforce_policy
from portal.web.sessions import WebSecurity
from portal.web.templates import make_environment
from tests.portal.evaluations.world import SECRET, SESSION, AsViewer, viewer_of


def settings() -> Settings:
    return Settings(target_quantum_minor=1)


def make_client(people: dict[str, Any]) -> httpx.AsyncClient:
    environment = make_environment()
    environment.globals["asset"] = "/static/{}".format
    app = Litestar(
        [*HANDLERS, SeasonPage],
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
