"""The pages of a slice as the composition root serves them; instead of signing in, a header says who asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from jinja2 import Environment
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig
from litestar.types import Scope

from portal.access import Viewer
from portal.settings import Settings
from portal.web import csrf
from portal.web.errors import exception_handlers
from portal.web.guards import enforce_policy
from portal.web.i18n import set_locale
from portal.web.sessions import WebSecurity
from portal.web.templates import make_environment

SECRET, SESSION = b"k" * 32, "s" * 64
TOKEN = csrf.sign(SECRET, "csrf", SESSION)


@dataclass(frozen=True)
class Asking:
    """Puts the person named by the header into each request, as the session layer does."""

    app: Any
    people: Mapping[str, Viewer]
    settings: Settings
    postman: Any
    locale: str

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        names = dict(scope.get("headers", ()))
        scope["user"] = self.people.get(names.get(b"x-viewer", b"").decode())
        scope["auth"] = SESSION if scope["user"] else None
        scope["asking"] = self
        set_locale(names.get(b"x-locale", self.locale.encode()).decode())
        await self.app(scope, receive, send)


def viewer_of(scope: Scope) -> Viewer:
    """Return who asks."""
    found: Viewer = scope["user"]
    return found


def settings_of(scope: Scope) -> Settings:
    """Return the settings of this client."""
    found: Settings = scope["asking"].settings  # type: ignore[typeddict-item]  # put there above
    return found


def postman_of(scope: Scope) -> Any:
    """Return who takes letters of this client."""
    return scope["asking"].postman  # type: ignore[typeddict-item]  # put there above


@cache
def _environment() -> Environment:
    environment = make_environment()
    environment.globals["asset"] = "/static/{}".format
    return environment


@cache
def _app(handlers: tuple[Any, ...]) -> Litestar:
    """Build the application of some handlers once: it takes ten times as long as a page."""
    return Litestar(
        handlers,
        guards=[enforce_policy],
        exception_handlers=exception_handlers(),
        dependencies={
            "viewer": Provide(viewer_of, sync_to_thread=False),
            "settings": Provide(settings_of, sync_to_thread=False),
            "postman": Provide(postman_of, sync_to_thread=False),
        },
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(_environment())),
        state=State({"security": WebSecurity(SECRET, https=False), "settings": Settings()}),
        openapi_config=None,
        logging_config=None,
    )


def serve(
    handlers: Iterable[Any],
    people: Mapping[str, Viewer],
    *,
    settings: Settings | None = None,
    postman: Any = None,
    locale: str = "en",
    **headers: str,
) -> httpx.AsyncClient:
    """Return a browser in front of some handlers; its forms carry the token."""
    asking = Asking(_app(tuple(handlers)), people, settings or Settings(), postman, locale)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=asking),
        base_url="http://portal.test",
        headers={csrf.HEADER: TOKEN, **headers},
    )
