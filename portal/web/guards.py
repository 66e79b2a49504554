"""The one guard of the application: every route names a policy, and a route without one is closed.

Handlers say ``@get("/", opt=policy("network.list"))``; ``enforce_policy`` stands on the application layer, so
no handler can be forgotten. It also checks that unsafe requests come from our own pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from litestar.exceptions import ImproperlyConfiguredException, NotAuthorizedException

from portal.access import POLICIES, PUBLIC
from portal.errors import NotAllowed, NotFound, Unavailable
from portal.web import csrf

if TYPE_CHECKING:
    from litestar import Request
    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

    from portal.access import Viewer

OPT = "policy"
SIGN_IN_PATH = "/sign-in"
_NEXT_MAX = 500


class SignInNeeded(NotAuthorizedException):
    """Nobody is signed in, or the session is over."""


def policy(name: str) -> dict[str, str]:
    """Return the ``opt`` of a handler that only holders of this policy may use."""
    return {OPT: name}


async def enforce_policy(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let a request through when its handler names a policy and the viewer holds it.

    Raises:
        ImproperlyConfiguredException: The handler names no known policy: nobody passes.
        SignInNeeded: Nobody is signed in.
        NotAllowed: The viewer's roles do not hold the policy.
        NotFound: The same for a dealer's people who look a record up: what is not theirs looks like what
            does not exist.
        ForeignRequest: An unsafe request did not come from one of our own pages.
        Unavailable: The session could not be looked up.
    """
    if connection.scope.get("method") == "OPTIONS":
        return
    name = handler.opt.get(OPT)
    if name not in POLICIES:
        raise ImproperlyConfiguredException(f"{handler}: no such policy: {name!r}")
    csrf.check_origin(connection)
    if name == PUBLIC:
        # Forms before sign-in act on nobody's authority, and may be open in a tab older than the session.
        return
    _require(connection, name)
    request: Request[Any, Any, Any] = connection  # type: ignore[assignment]  # routes of ours are all HTTP
    await csrf.check_token(request)


def _require(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> None:
    viewer: Viewer | None = connection.scope.get("user")
    if viewer is None:
        failure = connection.scope.get("session_failure")
        if isinstance(failure, Exception):
            raise Unavailable from failure
        raise SignInNeeded
    if not viewer.allowed(name):
        looks_up = connection.scope.get("method") == "GET" and connection.path_params
        raise NotFound if viewer.is_dealer_side and looks_up else NotAllowed


def safe_next(target: str | None) -> str | None:
    """Return a path of this site to go to after sign-in, or None when the text is anything else."""
    if not target or len(target) > _NEXT_MAX or not target.isprintable() or "\\" in target:
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return None
    return target


def sign_in_url(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the sign-in page that leads back to the page asked for, its filters included."""
    path = connection.scope["path"]
    query = connection.scope["query_string"].decode("latin-1")
    target = safe_next(f"{path}?{query}" if query else path)
    if target in (None, "/"):
        return SIGN_IN_PATH
    return f"{SIGN_IN_PATH}?next={quote(str(target), safe='/')}"
