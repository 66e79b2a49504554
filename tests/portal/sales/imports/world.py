"""A small application around the import screens, in which a header says who asks."""

from types import SimpleNamespace
from typing import Any

import httpx
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig
from litestar.types import Scope

import portal.network.policies
import portal.sales.policies
from portal.access import Grant, Role, Viewer
from portal.sales.imports.controllers import HANDLERS
from portal.settings import Settings
from portal.web import csrf
from portal.web.errors import exception_handlers
from portal.web.guards import enforce_policy
from portal.web.i18n import set_locale
from portal.web.sessions import WebSecurity
from portal.web.templates import make_environment

SECRET, SESSION = b"k" * 32, "s" * 64
OWN_DEALER, OTHER_DEALER = 10, 20


def viewer(user_id: int, *grants: Grant) -> Viewer:
    return Viewer(user_id, "시험", f"user{user_id}", grants=grants)


VIEWERS = SimpleNamespace(
    administrator=viewer(1, Grant(Role.ADMINISTRATOR)),
    finance=viewer(2, Grant(Role.FINANCE)),
    manager=viewer(3, Grant(Role.REGIONAL_MANAGER, region_path="/KR/")),
    owner=viewer(4, Grant(Role.DEALER_OWNER, account_id=OWN_DEALER)),
    other=viewer(5, Grant(Role.DEALER_OWNER, account_id=OTHER_DEALER)),
    staff=viewer(6, Grant(Role.DEALER_STAFF, account_id=OWN_DEALER)),
)


def viewer_of(scope: Scope) -> Viewer:
    found: Viewer = scope["user"]
    return found


class AsViewer:
    """Puts the viewer named by the header into the request, as the session layer does."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        set_locale("en")
        names = dict(scope.get("headers", ()))
        scope["user"] = getattr(VIEWERS, names.get(b"x-viewer", b"").decode(), None)
        scope["auth"] = SESSION if scope["user"] else None
        await self.app(scope, receive, send)


def make_client(settings: Settings) -> httpx.AsyncClient:
    assert portal.sales.policies.IMPORT
    assert portal.network.policies.READ
    environment = make_environment()
    environment.globals["asset"] = "/static/{}".format
    app = Litestar(
        HANDLERS,
        guards=[enforce_policy],
        exception_handlers=exception_handlers(),
        dependencies={
            "viewer": Provide(viewer_of, sync_to_thread=False),
            "settings": Provide(lambda: settings, sync_to_thread=False),
        },
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
