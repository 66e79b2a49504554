"""Proof that an unsafe request was made from one of our own pages.

Signed in: the form carries an HMAC of the session, so that a token planted by another site or belonging to
another session is worthless. Signed in or not: browsers say where a request comes from (``Sec-Fetch-Site``,
``Origin``), and another site's is refused; that protects the forms before sign-in too.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from litestar.enums import RequestEncodingType
from litestar.exceptions import PermissionDeniedException

if TYPE_CHECKING:
    from litestar import Request
    from litestar.connection import ASGIConnection

FIELD = "_csrf"
HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES = (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART)


class ForeignRequest(PermissionDeniedException):
    """The request did not come from one of our own pages, or from one of another session."""


def sign(secret: bytes, purpose: str, text: str) -> str:
    """Return an HMAC-SHA-256 in hex; the purpose keeps signatures from being used for something else."""
    return hmac.new(secret, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def token_for(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the token for this session's forms; empty without a session."""
    session_hash = connection.scope.get("auth")
    return sign(connection.app.state.security.secret, "csrf", session_hash) if session_hash else ""


def is_same_origin(request: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Tell whether the browser says that our own page sent this; clients that say nothing pass."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == request.headers.get("host")
    except ValueError:
        return False


def check_origin(request: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Refuse an unsafe request another site's page sent.

    Raises:
        ForeignRequest: The browser says so.
    """
    if request.scope.get("method") not in SAFE_METHODS and not is_same_origin(request):
        raise ForeignRequest("cross-site request")


async def check_token(request: Request[Any, Any, Any]) -> None:
    """Refuse an unsafe request without the token of its own session.

    Raises:
        ForeignRequest: The session's token is missing or wrong.
    """
    if request.method in SAFE_METHODS:
        return
    expected = token_for(request)
    given = request.headers.get(HEADER)
    if given is None and request.content_type[0] in _FORM_TYPES:
        form = await request.form()
        given = form.get(FIELD)
    if (
        not expected
        or not isinstance(given, str)
        or not hmac.compare_digest(given.encode(), expected.encode())
    ):
        raise ForeignRequest("CSRF token missing or wrong")
