"""Answers to errors: a page for people, a fragment for htmx, JSON for programs; never a stack trace.

What a client sends can be wrong in more ways than the framework expects (bytes that are no text, a hundred
thousand opening brackets, numbers no database holds); those are answered 400, not 500.
"""

from __future__ import annotations

import errno
import logging
import math
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import asyncpg
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException
from litestar.response import Redirect
from markupsafe import escape

from portal.access import REQUEST_ID
from portal.errors import (
    Conflict,
    Invalid,
    Message,
    NotAllowed,
    NotFound,
    PortalError,
    TooMany,
    Unavailable,
)
from portal.web.guards import SIGN_IN_PATH, SignInNeeded, safe_next, sign_in_url
from portal.web.printing.failures import PrintRefused
from portal.web.responses import PageTemplate, is_htmx, shown

if TYPE_CHECKING:
    from litestar.types import ExceptionHandlersMap

logger = logging.getLogger(__name__)
AnyRequest = Request[Any, Any, Any]

# status: (title, what to do)
WORDS: dict[int, tuple[str, str]] = {
    400: ("This request could not be read", "Go back, reload the page and try again."),
    401: ("Please sign in", "You are not signed in, or your session is over. Nothing you saved is lost."),
    403: ("You may not do this", "Ask an administrator if you need it for your work."),
    404: ("There is no such page or record", "It may have been moved, or it is not yours to see."),
    405: ("This is not possible here", "Go back and use the page's own buttons."),
    409: ("Somebody was faster", "Reload the page to see how things stand now."),
    413: ("This is too large", "Send a smaller file, or split it."),
    415: ("This kind of content is not accepted", "Use the page's own form."),
    422: ("Please correct what is marked", "Nothing was saved yet."),
    429: ("Too many attempts", "Wait a little before you try again."),
    500: ("Something went wrong on our side", "It was recorded. Please try again in a moment."),
    503: ("The portal cannot answer just now", "Please try again in a moment."),
}
_STATUS: tuple[tuple[type[PortalError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Invalid, 422),
    (PrintRefused, 422),
    (Conflict, 409),
    (TooMany, 429),
    (Unavailable, 503),
)
_AWAY = (
    sqlite3.OperationalError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.QueryCanceledError,
    asyncpg.DiskFullError,
    ConnectionError,
    TimeoutError,
)
_UNFIT = (
    OverflowError,
    asyncpg.DataError,
    asyncpg.UntranslatableCharacterError,
    asyncpg.CharacterNotInRepertoireError,
)
_READING = (
    "/litestar/serialization/",
    "/litestar/connection/",
    "/litestar/_kwargs/",
    "/litestar/_multipart",
    "/litestar/static_files/",
    "/litestar/file_system.py",
)
_PYTHON = f"{Path(os.__file__).parent}/"
RETRY_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What an error becomes.

    Attributes:
        status: HTTP status.
        message: A sentence of its own, or None for the general one of the status.
        problems: Problems of single fields.
        retry_after_s: Seconds after which trying again makes sense, or None.
    """

    status: int
    message: Message | None = None
    problems: tuple[Any, ...] = ()
    retry_after_s: int | None = None


def answer_to(error: Exception) -> Answer:
    """Decide what an error becomes."""
    if isinstance(error, PortalError):
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
        said = None if error.message.text == type(error).default else error.message
        problems = error.problems if isinstance(error, Invalid) else ()
        retry = error.retry_after_s if isinstance(error, TooMany | Unavailable) else None
        return Answer(status, said, problems, retry)
    if isinstance(error, HTTPException):
        if error.status_code == 500 and isinstance(error.__cause__, Exception):  # noqa: PLR2004  it wraps another
            return answer_to(error.__cause__)
        status = error.status_code
        return Answer(status if status in WORDS else 400 if status < 500 else 500)  # noqa: PLR2004  HTTP classes
    if isinstance(error, _UNFIT) or _is_unreadable(error):
        return Answer(400)
    if isinstance(error, _AWAY):
        return Answer(503, retry_after_s=RETRY_AFTER_S)
    return Answer(500)


def _is_unreadable(error: Exception) -> bool:
    """Tell whether the error arose while the framework read the request, and not in our own code."""
    if isinstance(error, OSError) and error.errno != errno.ENAMETOOLONG:
        return False
    if not isinstance(error, ValueError | RecursionError | SerializationException | LookupError | OSError):
        return False
    trace, last = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        last = last if _is_library(name) else name
        trace = trace.tb_next
    return any(part in last for part in _READING) or last.endswith("/multipart.py")


def _is_library(name: str) -> bool:
    """Tell whether a frame belongs to Python itself or to what only carries calls between threads."""
    return name.startswith((_PYTHON, "<")) or "/anyio/" in name


def handle_error(request: AnyRequest, error: Exception) -> Response[Any]:
    """Answer any error in the form its asker understands."""
    if isinstance(error, SignInNeeded) and not _wants_json(request) and not is_htmx(request):
        return Redirect(sign_in_url(request) if request.method == "GET" else SIGN_IN_PATH, status_code=303)
    answer = answer_to(error)
    if answer.status == 500:  # noqa: PLR2004  the status of our own mistakes
        logger.error("unexpected error", exc_info=error, extra={"path": request.scope["path"]})
    elif answer.status == 503:  # noqa: PLR2004  as above
        logger.warning("unavailable", exc_info=error)
    elif answer.status in (403, 429):
        viewer = request.scope.get("user")
        who = viewer.user_id if viewer else None
        logger.warning("refused", extra={"path": request.scope["path"], "user_id": who, "why": str(error)})
    headers = {} if answer.retry_after_s is None else {"Retry-After": str(math.ceil(answer.retry_after_s))}
    if isinstance(error, HTTPException) and error.headers:
        headers.update({name: value for name, value in error.headers.items() if name.lower() == "allow"})
    if _wants_json(request):
        return _as_json(answer, headers)
    return _as_html(request, answer, headers)


def _wants_json(request: AnyRequest) -> bool:
    if request.scope["path"].startswith("/api/"):
        return True
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


def _words(answer: Answer) -> tuple[str, str]:
    title, hint = WORDS.get(answer.status, WORDS[400])
    return shown(title), shown(answer.message or hint)


def _as_json(answer: Answer, headers: dict[str, str]) -> Response[Any]:
    title, detail = _words(answer)
    body: dict[str, Any] = {"status": answer.status, "title": title, "detail": detail}
    if answer.problems:
        body["problems"] = [
            {"field": problem.field, "row": problem.row, "message": shown(problem.message)}
            for problem in answer.problems
        ]
    body["request_id"] = REQUEST_ID.get()
    return Response(body, status_code=answer.status, headers=headers, media_type="application/problem+json")


def _as_html(request: AnyRequest, answer: Answer, headers: dict[str, str]) -> Response[Any]:
    title, detail = _words(answer)
    context = {
        "status": answer.status,
        "title": title,
        "detail": detail,
        "problems": [(problem.field, shown(problem.message)) for problem in answer.problems],
        "request_id": REQUEST_ID.get(),
        "sign_in": _sign_in_again(request) if answer.status == 401 else None,  # noqa: PLR2004  sign in first
    }
    name = "errors/_error.html" if is_htmx(request) else "errors/error.html"
    return Response(
        _render(request, name, context),
        status_code=answer.status,
        headers=headers,
        media_type="text/html",
    )


def _sign_in_again(request: AnyRequest) -> str:
    """Return the sign-in address that leads back to the page htmx was asking from."""
    parts = urlsplit(request.headers.get("hx-current-url", ""))
    target = safe_next(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return f"{SIGN_IN_PATH}?next={quote(target, safe='/')}" if target else SIGN_IN_PATH


def _render(request: AnyRequest, name: str, context: dict[str, Any]) -> str:
    """Render an error page now; when even that fails, a plain page has to do."""
    try:
        engine = request.app.template_engine
        if engine is None:
            raise LookupError("no templates")  # noqa: TRY301  the plain page below is the answer
        template = PageTemplate(name, context=context)
        return str(engine.get_template(name).render(**template.create_template_context(request)))
    except Exception:
        logger.exception("the error page itself failed")
        title, detail = escape(context["title"]), escape(context["detail"])
        return f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{detail}</p>"


def exception_handlers() -> ExceptionHandlersMap:
    """Return the handlers for the application layer: one for everything."""
    return {Exception: handle_error, HTTPException: handle_error}
