"""A small application around identity, and the people and dealers its tests need."""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from jinja2 import Environment
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig
from litestar.types import ASGIApp, Scope

from portal import db
from portal.access import Grant, Role, Viewer
from portal.audit.controllers import HANDLERS as AUDIT_HANDLERS
from portal.identity.controllers import HANDLERS
from portal.identity.model import Client, IdentityRules
from portal.identity.passwords import hash_password
from portal.identity.queries import load_viewer
from portal.identity.service.sessions import Sessions, start
from portal.web.errors import exception_handlers
from portal.web.guards import enforce_policy, policy
from portal.web.headers import HeadersLayer
from portal.web.preferences import PreferencesLayer
from portal.web.sessions import SessionLayer, WebSecurity
from portal.web.templates import make_environment

PASSWORD = "느티나무 아래 평상"
RULES = IdentityRules()
HOST = "http://portal.test"
_HASHES: dict[str, str] = {}


@dataclass(eq=False)
class Letters:
    """Keeps the letters that would be queued."""

    sent: list[tuple[str, str, str, bool]] = field(default_factory=list)

    async def queue(self, to_address: str, subject: str, text: str, *, secret: bool = False) -> None:
        self.sent.append((to_address, subject, text, secret))


def viewer_of(scope: Scope) -> Viewer:
    found: Viewer = scope["user"]
    return found


@get("/", opt=policy("signed_in"), name="home")
async def home(viewer: NamedDependency[Viewer]) -> str:
    """A page of somebody signed in."""
    return f"home of {viewer.login}"


def _environment() -> Environment:
    """The real templates; only the front-end build is not needed here."""
    environment = make_environment()
    environment.globals["asset"] = "/static/{}".format
    return environment


@cache
def make_app(
    rules: IdentityRules = RULES,
    letters: Letters | None = None,
    handlers: tuple[Any, ...] = (),
    *,
    https: bool = False,
) -> ASGIApp:
    """Build layers and handlers as the composition root does, once for each set of rules and postman."""
    security = WebSecurity(b"k" * 32, https=https, idle=rules.idle, absolute=rules.absolute)
    postman = letters or Letters()
    app = Litestar(
        [home, *HANDLERS, *AUDIT_HANDLERS, *handlers],
        guards=[enforce_policy],
        exception_handlers=exception_handlers(),
        dependencies={
            "viewer": Provide(viewer_of, sync_to_thread=False),
            "identity_rules": Provide(lambda: rules, sync_to_thread=False),
            "postman": Provide(lambda: postman, sync_to_thread=False),
        },
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(_environment())),
        state=State({"security": security}),
        openapi_config=None,
        logging_config=None,
    )
    app.asgi_handler = PreferencesLayer(app.asgi_handler, default_locale=rules.locale)
    app.asgi_handler = SessionLayer(app.asgi_handler, Sessions(rules), security)
    return HeadersLayer(app, https=https)


class Browser(httpx.AsyncClient):
    """A browser: keeps cookies, fills the CSRF field of forms, does not follow redirects."""

    def __init__(self, app: ASGIApp, host: str = HOST) -> None:
        super().__init__(transport=httpx.ASGITransport(app=app), base_url=host)  # type: ignore[arg-type]
        self.csrf = ""

    async def open(self, path: str) -> httpx.Response:
        answer = await self.get(path)
        found = re.search(r'name="_csrf" value="([^"]*)"', answer.text)
        self.csrf = found[1] if found else self.csrf
        return answer

    async def send_form(self, path: str, **fields: str) -> httpx.Response:
        return await self.post(path, data={"_csrf": self.csrf, **fields})

    async def sign_in(self, login: str, password: str = PASSWORD, next_path: str = "") -> httpx.Response:
        answer = await self.send_form("/sign-in", login=login, password=password, next=next_path)
        if answer.status_code == 303:
            await self.open("/account")
        return answer

    @property
    def session(self) -> str | None:
        return self.cookies.get("session") or self.cookies.get("__Host-session")


async def add_user(login: str, *grants: Grant, password: str = PASSWORD, **columns: Any) -> int:
    """Add a person whose grants are in force; a grant's region path names a region by code."""
    if password not in _HASHES:
        _HASHES[password] = await hash_password(password)
    values = {
        "login": login,
        "name": f"{login} 이름",
        "password_hash": _HASHES[password],
        "created_at": dt.datetime.now(dt.UTC),
        **columns,
    }
    names, marks = ", ".join(values), ", ".join(["{}"] * len(values))
    async with db.unit_of_work():
        user_id = await db.fetch_value(
            f"insert into login_user ({names}) values ({marks}) returning id", *values.values()
        )
        for grant in grants:
            await add_grant(user_id, grant)
    return user_id


async def add_grant(user_id: int, grant: Grant) -> int:
    region = grant.region_path and await db.fetch_value(
        "select id from region where path = {}", grant.region_path
    )
    return await db.fetch_value(
        "insert into role_grant (user_id, role, region_id, account_id, state, origin, requested_at)"
        " values ({}, {}, {}, {}, 'active', 'demo', {}) returning id",
        user_id,
        grant.role.value,
        region,
        grant.account_id,
        dt.datetime.now(dt.UTC),
    )


async def add_region(path: str) -> int:
    code = path.strip("/").replace("/", ".") or "root"
    async with db.unit_of_work():
        return await db.fetch_value(
            "insert into region (code, name, path) values ({}, {}, {}) returning id",
            code,
            f"지역 {code}",
            path,
        )


async def add_dealer(code: str, region_id: int | None = None) -> int:
    at = dt.datetime.now(dt.UTC)
    async with db.unit_of_work():
        account_id = await db.fetch_value(
            "insert into account (kind, code, name, region, created_at, updated_at)"
            " values ('dealer', {}, {}, {}, {}, {}) returning id",
            code,
            f"대리점 {code}",
            region_id,
            at,
            at,
        )
        await db.execute("insert into dealer (account) values ({})", account_id)
    return account_id


async def viewer_for(login: str) -> Viewer:
    return await load_viewer(login, RULES.zone)


async def session_viewer(login: str) -> Viewer:
    """The viewer as a request would see him, deputies' grants included."""
    user_id = await db.fetch_value("select id from login_user where login = {}", login)
    async with db.unit_of_work():
        token = await start(user_id, Client(), RULES)
    viewer = await Sessions(RULES).find_viewer(token)
    assert viewer is not None
    return viewer


ADMIN = Grant(Role.ADMINISTRATOR)
