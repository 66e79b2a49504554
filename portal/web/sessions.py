"""Who sends a request: finds the session of its cookie and puts the viewer into the ASGI scope.

The web layer knows neither users nor tables. The slice that does (identity) offers a ``SessionStore``; the
application joins the two.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any, Protocol

from litestar.datastructures import Cookie
from litestar.enums import ScopeType

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

    from portal.access import Viewer

logger = logging.getLogger(__name__)

TOKEN_LENGTH = 43  # 256 bits in URL-safe base64
# Paths that never need to know who asks; everything else is looked up, unknown pages too.
ANONYMOUS_PREFIXES = ("/static/", "/healthz", "/readyz")


@dataclass(frozen=True, slots=True)
class WebSecurity:
    """Settings of the web layer's defences; the application keeps them as ``app.state.security``.

    Attributes:
        secret: Key for CSRF tokens and signed cookies, at least 32 bytes.
        https: The portal is reached over HTTPS: cookies are ``Secure`` with the ``__Host-`` prefix.
        idle: A session without requests for longer than this is over.
        absolute: A session older than this is over, used or not.
    """

    secret: bytes
    https: bool = False
    idle: dt.timedelta = dt.timedelta(minutes=30)
    absolute: dt.timedelta = dt.timedelta(hours=12)

    def cookie_name(self, name: str) -> str:
        """Return the name a cookie has here; browsers bind ``__Host-`` cookies to this very host."""
        return f"__Host-{name}" if self.https else name

    def cookie(self, name: str, value: str, max_age_s: int | None = None) -> Cookie:
        """Build a cookie scripts cannot read and other sites cannot send; age None ends with the browser."""
        return Cookie(
            key=self.cookie_name(name),
            value=value,
            path="/",
            secure=self.https,
            httponly=True,
            samesite="lax",
            max_age=max_age_s,
        )


class SessionStore(Protocol):
    """What the web layer needs to know about sessions."""

    async def find_viewer(self, token: str) -> Viewer | None:
        """Return the person whose live session this token opens and note that the session was used."""


SESSION_COOKIE = "session"


def session_cookie(security: WebSecurity, token: str) -> Cookie:
    """Build the cookie that carries a session, for as long as the session can last."""
    return security.cookie(SESSION_COOKIE, token, int(security.absolute.total_seconds()))


def ended_cookie(security: WebSecurity) -> Cookie:
    """Build the cookie that takes the session cookie back."""
    return security.cookie(SESSION_COOKIE, "", 0)


def read_cookie(scope: Scope, name: str) -> str | None:
    """Return a cookie of the request; of several with the same name the first, as browsers order them."""
    for key, value in scope["headers"]:
        if key != b"cookie":
            continue
        jar: SimpleCookie = SimpleCookie()
        for part in value.decode("latin-1").split(";"):
            if part.strip().startswith(f"{name}="):
                try:
                    jar.load(part.strip())
                except CookieError:
                    return None
                return jar[name].value if name in jar else None
    return None


class SessionLayer:
    """ASGI layer around the whole application, so that even an unknown page knows who asks.

    It sets ``scope["user"]`` to a ``Viewer`` or None. When the store fails, the failure is kept in
    ``scope["session_failure"]`` for the guard to raise, so that public pages still answer.
    """

    def __init__(self, app: ASGIApp, store: SessionStore, security: WebSecurity) -> None:
        self.app = app
        self.store = store
        self.security = security

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look the session up, then pass the request on."""
        if scope["type"] == ScopeType.HTTP:
            state: dict[str, Any] = scope  # type: ignore[assignment]  # ASGI lets layers add their own keys
            state["user"] = state["auth"] = None
            token = read_cookie(scope, self.security.cookie_name(SESSION_COOKIE))
            if token and len(token) == TOKEN_LENGTH and not scope["path"].startswith(ANONYMOUS_PREFIXES):
                await self._look_up(state, token)
        await self.app(scope, receive, send)

    async def _look_up(self, state: dict[str, Any], token: str) -> None:
        try:
            viewer = await self.store.find_viewer(token)
        except Exception as error:  # whatever is wrong, the guard answers 503
            logger.warning("session lookup failed", exc_info=error)
            state["session_failure"] = error
            return
        if viewer is not None:
            state["user"], state["auth"] = viewer, viewer.session_hash
