"""What watches the portal: is the process alive, can it answer, how is it doing.

``/healthz`` says that the process runs and touches nothing else, so that a slow database does not get it
restarted. ``/readyz`` says whether requests should come here: the database answers and its schema is the
one this code was written for. ``/metrics`` is for Prometheus.
"""

from __future__ import annotations

import asyncio
import functools
import hmac
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Any

from litestar import HttpMethod, Request, Response, Router, route
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from portal.access import PUBLIC
from portal.db import fetch_value, migrate
from portal.errors import NotFound
from portal.web.guards import policy

READY_SECONDS = 3
READ = [HttpMethod.GET, HttpMethod.HEAD]
AnyRequest = Request[Any, Any, Any]
JobCounts = Callable[[], Awaitable[Mapping[str, int]]]

logger = logging.getLogger(__name__)

_REQUESTS = Counter("portal_requests", "Answers by method, route and status", ["method", "route", "status"])
_SECONDS = Histogram(
    "portal_request_seconds",
    "Time to the end of the answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30),
)
_JOBS = Gauge("portal_jobs", "Jobs by state", ["state"], multiprocess_mode="mostrecent")


def count_request(method: str, template: str, status: int, seconds: float) -> None:
    """Count an answer under its route's template, never under the address asked for."""
    shown = template or "(none)"
    known = method if method in HttpMethod.__members__ else "(other)"
    _REQUESTS.labels(known, shown, str(status)).inc()
    _SECONDS.labels(shown).observe(seconds)


async def not_ready() -> dict[str, str]:
    """Return what keeps the portal from answering, empty when nothing does."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            found = await fetch_value("select version_num from alembic_version")
    except TimeoutError:
        return {"database": "does not answer"}
    except Exception as error:  # noqa: BLE001  whatever the driver raises, the answer is: not ready
        logger.warning("not ready: %s", error)
        return {"database": "cannot be read, or has no schema"}
    if found != _newest_revision():
        return {"migrations": "the schema is not the one this version needs"}
    return {}


@functools.cache
def _newest_revision() -> str | None:
    return migrate.head()


def health_router(metrics_token: str = "", job_counts: JobCounts | None = None) -> Router:
    """Return the three routes.

    Args:
        metrics_token: Bearer token that ``/metrics`` asks for; with none it answers this machine only.
        job_counts: Returns the number of jobs by state, for ``/metrics``.
    """

    @route("/healthz", http_method=READ, opt=policy(PUBLIC), name="health.alive", include_in_schema=False)
    async def alive() -> dict[str, str]:
        """Say that the process runs."""
        return {"status": "ok"}

    @route("/readyz", http_method=READ, opt=policy(PUBLIC), name="health.ready", include_in_schema=False)
    async def ready() -> Response[dict[str, Any]]:
        """Say whether the portal can answer: 200, or 503 and what is wrong."""
        if problems := await not_ready():
            return Response(
                {"status": "not ready", **problems}, status_code=503, headers={"Retry-After": "5"}
            )
        return Response({"status": "ok"})

    @route("/metrics", http_method=READ, opt=policy(PUBLIC), name="health.metrics", include_in_schema=False)
    async def metrics(request: AnyRequest) -> Response[bytes]:
        """Return the figures in Prometheus' text form."""
        if not _may_measure(request, metrics_token):
            raise NotFound
        await _measure_jobs(job_counts)
        return Response(generate_latest(_registry()), headers={"content-type": CONTENT_TYPE_LATEST})

    return Router("/", route_handlers=[alive, ready, metrics])


def _may_measure(request: AnyRequest, token: str) -> bool:
    if token:
        given = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    return _is_this_machine(request)


def _is_this_machine(request: AnyRequest) -> bool:
    """Tell whether the request was made on this machine and not passed on by a proxy."""
    if request.client is None or any(
        name.startswith(("x-forwarded", "forwarded")) for name in request.headers
    ):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _measure_jobs(job_counts: JobCounts | None) -> None:
    if job_counts is None:
        return
    try:
        counts = await job_counts()
    except Exception as error:  # noqa: BLE001  the other figures are wanted most when the database is away
        logger.warning("jobs cannot be counted: %s", error)
        return
    for state, count in counts.items():
        _JOBS.labels(state).set(count)


def _registry() -> CollectorRegistry:
    """Return the figures of this process, or of all when ``PROMETHEUS_MULTIPROC_DIR`` joins them."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    joined = CollectorRegistry()
    MultiProcessCollector(joined)  # type: ignore[no-untyped-call]  # the library types it partly
    return joined
