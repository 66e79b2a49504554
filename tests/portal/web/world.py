"""A tiny application around the web layer: no slice, no database."""

import datetime as dt
from functools import cache
from typing import Any

import httpx
from jinja2 import ChoiceLoader, DictLoader
from litestar import Litestar, Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template.config import TemplateConfig
from litestar.types import ASGIApp

from portal.access import PUBLIC, SIGNED_IN, Grant, Policy, Role, Viewer, register
from portal.errors import Conflict, Invalid, NotFound, Problem, TooMany, Unavailable, message
from portal.web.errors import exception_handlers
from portal.web.forms import FormReader
from portal.web.guards import enforce_policy, policy
from portal.web.headers import HeadersLayer
from portal.web.preferences import PreferencesLayer
from portal.web.responses import Toast, download, fragment, page, redirect
from portal.web.sessions import SessionLayer, WebSecurity
from portal.web.templates import make_environment

HOST = "http://portal.test"
KIM, LEE = "k" * 43, "l" * 43
AnyRequest = Request[Any, Any, Any]
register(Policy("webtest.finance", frozenset({Role.FINANCE})))


class Store:
    """Knows two sessions; can be told to fail."""

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.asked = 0

    async def find_viewer(self, token: str) -> Viewer | None:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        grants = {KIM: (Grant(Role.FINANCE),), LEE: (Grant(Role.MARKETING),)}
        if token not in grants:
            return None
        return Viewer(1, "이름", token[0] * 3, grants=grants[token], session_hash=token[::-1])


@get("/", opt=policy(SIGNED_IN))
async def home(request: AnyRequest) -> str:
    return request.scope["user"].login


@get("/public", opt=policy(PUBLIC))
async def public() -> str:
    return "everybody"


@post("/public", opt=policy(PUBLIC))
async def public_post() -> str:
    return "posted"


@get("/finance", opt=policy("webtest.finance"))
async def finance() -> str:
    return "money"


@get("/forgotten")
async def forgotten() -> str:
    return "SECRET"


@get("/misspelt", opt=policy("webtest.fianance"))
async def misspelt() -> str:
    return "SECRET"


@post("/change", opt=policy(SIGNED_IN))
async def change(request: AnyRequest) -> str:
    form = await FormReader.of(request)
    return f"changed {form.values.get('name', '')}"


@post("/json", opt=policy(SIGNED_IN))
async def json_in(data: JSONBody[dict[str, Any]]) -> dict[str, Any]:
    return data


@get("/number/{number:int}", opt=policy(SIGNED_IN))
async def number(number: FromPath[int]) -> str:
    return str(number)


ERRORS: dict[str, Exception] = {
    "not-found": NotFound(),
    "invalid": Invalid([Problem("name", message("At most %(count)s characters, please.", count=3), row=2)]),
    "conflict": Conflict(),
    "too-many": TooMany(17),
    "unavailable": Unavailable(3),
    "timeout": TimeoutError("db"),
    "bug": RuntimeError("secret detail"),
    "value": ValueError("our own bug"),
    "overflow": OverflowError("Python int too large to convert to SQLite INTEGER"),
}


@get(["/fail/{kind:str}", "/api/v1/fail/{kind:str}"], opt=policy(PUBLIC))
async def fail(kind: FromPath[str]) -> str:
    raise ERRORS[kind]


@get("/file", opt=policy(SIGNED_IN))
async def file() -> Any:
    return download("평가표 2026년 10월.xlsx", b"bytes", "application/vnd.ms-excel")


@get("/toast", opt=policy(SIGNED_IN))
async def toast(request: AnyRequest) -> Template:
    return fragment(request, "part.html", toast=Toast("Saved.", "/undo/1"), trigger="rowsChanged")


@post("/go", opt=policy(SIGNED_IN))
async def go(request: AnyRequest) -> Any:
    return redirect(request, "/landing", toast="Saved.")


@get("/landing", opt=policy(SIGNED_IN))
async def landing(request: AnyRequest) -> Template:
    return page(request, "whole.html")


TEMPLATES = {
    "whole.html": '{% extends "base.html" %}{% block content %}{{ here }}{{ csrf_input() }}{% endblock %}',
    "part.html": "<p>part</p>",
}


@cache
def make_app(store: Store, *, https: bool = False) -> ASGIApp:
    """Build the layers as the composition root does, once for each store."""
    environment = make_environment()
    environment.loader = ChoiceLoader([DictLoader(TEMPLATES), environment.loader or DictLoader({})])
    environment.globals["asset"] = "/static/{}".format
    security = WebSecurity(b"k" * 32, https=https, idle=dt.timedelta(minutes=30))
    app = Litestar(
        [
            home, public, public_post, finance, forgotten, misspelt, change, json_in, number, fail, file,
            toast, go, landing,
        ],
        guards=[enforce_policy],
        exception_handlers=exception_handlers(),
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment)),
        state=State({"security": security}),
        openapi_config=None,
        logging_config=None,
        request_max_body_size=200_000,
    )  # fmt: skip
    app.asgi_handler = PreferencesLayer(app.asgi_handler, default_locale="ko")
    app.asgi_handler = SessionLayer(app.asgi_handler, store, security)
    return HeadersLayer(app, https=https)


def client(store: Store, token: str | None = KIM, *, https: bool = False) -> httpx.AsyncClient:
    """A client with a session's cookie, or none."""
    transport = httpx.ASGITransport(app=make_app(store, https=https), raise_app_exceptions=False)  # type: ignore[arg-type]
    base = HOST.replace("http:", "https:") if https else HOST
    cookies = {} if token is None else {"__Host-session" if https else "session": token}
    return httpx.AsyncClient(transport=transport, base_url=base, cookies=cookies)
