"""Logs: a line of JSON for each event in production, readable lines in a terminal, with the request id.

The whole process logs through the standard library; structlog only writes the lines, so that libraries
and our own modules come out alike. What people typed stays out of the logs: paths are logged without
their query, and of forms nothing at all.
"""

from __future__ import annotations

import logging
import logging.config
import sys
import time
from typing import TYPE_CHECKING, Any

import structlog
from litestar.enums import ScopeType

from portal.access import REQUEST_ID
from portal.web.health import count_request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar.types import ASGIApp, Message, Receive, Scope, Send
    from structlog.typing import EventDict, Processor, WrappedLogger

    from portal.settings import Settings

QUIET = (
    "weasyprint",
    "fontTools",
    "asyncio",
    "httpx",
    "piccolo",
    "alembic",
)  # loggers that are heard from warnings on
UNLOGGED = frozenset({"/healthz", "/readyz", "/metrics"})  # asked every few seconds
LONGEST_PATH = 300  # characters

logger = logging.getLogger("portal.request")


def wants_json(settings: Settings) -> bool:
    """Decide the form of the log: ``log_format``, or with ``auto`` JSON unless a person watches."""
    if settings.log_format == "auto":
        return settings.environment == "production" or not sys.stderr.isatty()
    return settings.log_format == "json"


def configure_logging(settings: Settings) -> None:
    """Send the logs of the whole process to standard error, each line with time, level and request id."""
    logging.config.dictConfig(log_config(as_json=wants_json(settings)))


def log_config(*, as_json: bool) -> dict[str, Any]:
    """Return the ``logging`` configuration, for this process or for the server's own processes."""
    quiet = {name: {"level": "WARNING"} for name in QUIET}
    server = {"level": "INFO", "handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"portal": {"()": "portal.web.logging.formatter", "as_json": as_json}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "portal",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {**quiet, "_granian": server, "granian.access": server},
    }


def formatter(*, as_json: bool) -> logging.Formatter:
    """Build the formatter that writes a log record as a line."""
    first: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _add_request_id,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=first,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_writers(as_json=as_json)],
    )


def _writers(*, as_json: bool) -> Sequence[Processor]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]


def _add_request_id(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if request_id := REQUEST_ID.get():
        event["request_id"] = request_id
    return event


class RequestLogLayer:
    """Logs each answer and counts it for ``/metrics``.

    It stands inside the layer that sets the request id, outside of everything else, so that errors and
    static files are seen too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and log its answer."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            self._log(scope, status, time.perf_counter() - started)

    def _log(self, scope: Scope, status: int, seconds: float) -> None:
        method = str(scope.get("method", ""))
        count_request(method, str(scope.get("path_template") or ""), status, seconds)
        if scope["path"] in UNLOGGED and status < 400:  # noqa: PLR2004  HTTP classes
            return
        facts = {
            "method": method,
            "path": scope["path"][:LONGEST_PATH],
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        viewer = scope.get("user")
        if viewer is not None:
            facts["user_id"] = viewer.user_id
        level = logging.WARNING if status >= 500 else logging.INFO  # noqa: PLR2004  HTTP classes
        logger.log(level, "answered", extra=facts)
