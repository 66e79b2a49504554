"""The outermost ASGI layer: security headers and a request id on every answer, errors and files included.

It stands outside of the framework, because the framework's own hooks do not run for every kind of answer.
"""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any

from litestar.enums import ScopeType

from portal.access import REQUEST_ID

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: tuple[tuple[str, str], ...] = (
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"),
)
HSTS = ("strict-transport-security", "max-age=31536000; includeSubDomains")
NO_STORE = ("cache-control", "no-store")
_LAST_RESORT = b"Internal server error"


class HeadersLayer:
    """Adds what an answer does not say itself; only static files and feeds say how long they keep.

    Args:
        app: The application, session layer included.
        https: The portal is reached over HTTPS: browsers are told never to use anything else.
    """

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self.app = app
        added = (*HEADERS, NO_STORE, *((HSTS,) if https else ()))
        self._added = [(name.encode(), value.encode()) for name, value in added]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer's headers."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        mark = REQUEST_ID.set(request_id)
        started = False

        async def complete(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = self._complete(list(message.get("headers", [])), request_id)
            await send(message)

        try:
            await self.app(scope, receive, complete)
        except Exception:
            if started:
                raise
            logger.exception("request failed outside of the framework")
            await _answer_500(complete)
        finally:
            REQUEST_ID.reset(mark)

    def _complete(self, headers: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
        said = {name.lower() for name, _ in headers}
        headers.extend(pair for pair in self._added if pair[0] not in said)
        headers.append((b"x-request-id", request_id.encode()))
        return headers


async def _answer_500(send: Any) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": _LAST_RESORT, "more_body": False})
