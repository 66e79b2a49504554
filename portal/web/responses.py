"""Answers of handlers: a page, a fragment for htmx, a redirect, a file.

A fragment has its own URL; no handler asks whether htmx is calling to choose a template. The exceptions are
redirects, which htmx needs as a header.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Redirect, Stream, Template
from markupsafe import Markup, escape

from portal.errors import Message
from portal.web import csrf
from portal.web.i18n import current_locale, translate
from portal.web.sessions import read_cookie

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from litestar.datastructures import Cookie
    from litestar.types import Scope

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Toast:
    """A sentence shown for some seconds at the edge of the screen, with a way back.

    Attributes:
        text: The sentence.
        undo_url: Where a POST takes back what was done, or None.
        undo_label: Words on the button.
    """

    text: Message | str
    undo_url: str | None = None
    undo_label: Message | str = "Undo"


FLASH_COOKIE = "flash"
_FLASH_SECONDS = 60
_HEADER_NAME_MAX = 150


def is_htmx(request: AnyRequest) -> bool:
    """Tell whether htmx asks for a part of a page; its navigation and history requests want whole pages."""
    headers = request.headers
    return (
        headers.get("hx-request") == "true"
        and headers.get("hx-boosted") != "true"
        and headers.get("hx-history-restore-request") != "true"
    )


class PageTemplate(Template):
    """A template that knows who looks at it.

    Every template has in its context: ``viewer`` (or None), ``csrf_token``, ``csrf_input()``, ``flash`` (a
    sentence left by the request before), ``locale``, ``theme``, ``here`` (the page's path and query), and
    what ``app.state.page_context(request)`` adds: the application's ``nav``, ``task_count``, ``demo_banner``.
    """

    def create_template_context(self, request: AnyRequest) -> dict[str, Any]:
        """Return the handler's context with what every template needs."""
        token = csrf.token_for(request)
        scope = request.scope
        surroundings = request.app.state.get("page_context", _no_surroundings)
        return {
            "viewer": scope.get("user"),
            "flash": read_flash(request),
            "locale": current_locale(),
            "theme": scope.get("theme", "system"),
            "here": _here(request),
            **surroundings(request),
            **self.context,
            "request": request,
            "csrf_token": token,
            "csrf_input": lambda: csrf_input(token),
        }


def _here(request: AnyRequest) -> str:
    """Return the page's own path and query; a page shown by a POST has none to come back to."""
    if request.method != "GET":
        return "/"
    query = request.scope["query_string"].decode("latin-1")
    return f"{request.scope['path']}?{query}" if query else request.scope["path"]


def _no_surroundings(_: AnyRequest) -> dict[str, Any]:
    return {"nav": (), "task_count": 0, "demo_banner": ""}


def csrf_input(token: str) -> Markup:
    """Return the hidden form field with the CSRF token."""
    return Markup(f'<input type="hidden" name="{csrf.FIELD}" value="{escape(token)}">')  # noqa: S704  escaped


def page(request: AnyRequest, template: str, /, *, status: int = 200, **context: Any) -> Template:
    """Render a whole page; a flashed sentence is shown once and taken back.

    Args:
        request: Current request.
        template: Path below the template folders.
        status: 422 for a form shown again with its problems.
        context: Values for the template.
    """
    cookies: list[Cookie] = []
    if read_flash(request):
        cookies.append(request.app.state.security.cookie(FLASH_COOKIE, "", 0))
    return PageTemplate(
        template, context=context, status_code=status, media_type="text/html", cookies=cookies
    )


def fragment(
    request: AnyRequest,  # noqa: ARG001  called like page(), so that a handler may become either
    template: str,
    /,
    *,
    status: int = 200,
    toast: Toast | Message | str | None = None,
    trigger: str | None = None,
    **context: Any,
) -> Template:
    """Render a part of a page for htmx.

    Args:
        request: Current request.
        template: Path below the template folders.
        status: 422 for a form shown again with its problems; htmx swaps it like any other.
        toast: Sentence shown for some seconds at the edge of the screen.
        trigger: Name of an event other parts of the page listen for.
        context: Values for the template.
    """
    headers = trigger_header(toast=toast, trigger=trigger)
    return PageTemplate(
        template, context=context, status_code=status, media_type="text/html", headers=headers
    )


def trigger_header(
    *, toast: Toast | Message | str | None = None, trigger: str | None = None
) -> dict[str, str]:
    """Return the ``HX-Trigger`` header for a toast and an event, or no header.

    The events fire as soon as the answer is received: htmx 4 knows no later moment. JSON in pure ASCII keeps
    Korean text legal in a header.
    """
    events: dict[str, Any] = {}
    if toast is not None:
        events["toast"] = _toast_event(toast if isinstance(toast, Toast) else Toast(toast))
    if trigger is not None:
        events[trigger] = {}
    return {"HX-Trigger": json.dumps(events)} if events else {}


def _toast_event(toast: Toast) -> dict[str, str]:
    event = {"message": shown(toast.text)}
    if toast.undo_url is not None:
        event |= {"undo_url": toast.undo_url, "undo_label": shown(toast.undo_label)}
    return event


def shown(text: Message | str) -> str:
    """Return a sentence in the language of the request."""
    return translate(text)


def redirect(request: AnyRequest, path: str, *, toast: Message | str | None = None) -> Response[Any]:
    """Go to another page of this site after a form was accepted.

    Args:
        request: Current request; for htmx the whole page is replaced by ``HX-Redirect``.
        path: Path on this site, with query if need be.
        toast: Sentence shown once on the next page.

    Raises:
        ValueError: The path leads to another site.
    """
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        raise ValueError(f"not a path of this site: {path!r}")
    cookies = [] if toast is None else [flash_cookie(request, shown(toast))]
    if is_htmx(request):
        return Response(None, status_code=204, headers={"HX-Redirect": path}, cookies=cookies)
    return Redirect(path, status_code=303, cookies=cookies)


def flash_cookie(request: AnyRequest, text: str) -> Cookie:
    """Build the signed cookie that carries a sentence to the next page."""
    security = request.app.state.security
    packed = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    signature = csrf.sign(security.secret, "flash", packed)
    cookie: Cookie = security.cookie(FLASH_COOKIE, f"{packed}.{signature}", _FLASH_SECONDS)
    return cookie


def read_flash(request: AnyRequest) -> str:
    """Return the sentence the request before left; a cookie we did not sign counts as none."""
    security = request.app.state.security
    scope: Scope = request.scope
    packed, _, signature = (read_cookie(scope, security.cookie_name(FLASH_COOKIE)) or "").partition(".")
    expected = csrf.sign(security.secret, "flash", packed)
    if not packed or not hmac.compare_digest(signature.encode(), expected.encode()):
        return ""
    try:
        return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def content_disposition(filename: str) -> str:
    """Return the header that names a download, with Korean names intact (RFC 6266, RFC 8187)."""
    clean = "".join(c for c in unicodedata.normalize("NFC", filename) if c.isprintable() and c not in '/\\"')
    clean = clean[:_HEADER_NAME_MAX] or "download"
    plain = clean.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def download(
    filename: str, content: bytes | AsyncIterator[bytes], media_type: str = "application/octet-stream"
) -> Response[Any]:
    """Send a file to be saved; no cache keeps it.

    Args:
        filename: Name for the user's disk; any script, path separators are dropped.
        content: The bytes, or a stream of them.
        media_type: Type of the content.
    """
    headers = {
        "Content-Disposition": content_disposition(filename),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if isinstance(content, bytes):
        return Response(content, media_type=media_type, headers=headers)
    return Stream(content, media_type=media_type, headers=headers)
