"""A list and a calendar, signed in: ours beside Django and FastAPI, on the same data.

The list is that of retail points with 50 rows, the calendar a month with 500 training sessions.

Every side is one process under granian with a session in the database and a CSRF token in the page, and asks
the same database the same question. Rounds go A B C A B C, so that whatever else the machine does touches
all of them; ratios are medians of the rounds.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from itertools import product
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from portal.bench.databases import ENGINES, Place, bound, fill_network, places
from portal.bench.pages.frozen import freeze, frozen_words, visible_text
from portal.bench.pages.frozen_calendar import freeze_calendar
from portal.bench.pages.servers import Site, answer_of, served
from portal.bench.pages.training import MONTH, fill_training

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from portal.demo.plan import DemoSize


class Compared(NamedTuple):
    """A page that is compared.

    Attributes:
        name: Its rows' name; those of pages per second and of growth are made from it.
        growth: The name of the row of growth.
        path: Address.
        n: Rows it shows.
    """

    name: str
    growth: str
    path: str
    n: int


IN_MONTH = 500
"""Sessions in the month; around it there are as many, and ten times as many at ten times the data."""
LIST = Compared("pages.list", "pages.growth", "/terminals/", 50)
CALENDAR = Compared(
    "pages.calendar", "pages.calendar_growth", f"/training/sessions?on={MONTH.isoformat()}", IN_MONTH
)
PAGES = (LIST, CALENDAR)
ROUNDS = 12
CONNECTIONS = 16
_SECONDS = {1: 0.35, CONNECTIONS: 0.6}
_SECRET = "bench " * 10
OURS, TENFOLD, DJANGO, FASTAPI = "ours", "tenfold", "django-jinja", "fastapi-sqlalchemy"
NEEDED = {"django": "django", "fastapi": "fastapi", "psycopg": "psycopg", "greenlet": "greenlet"}
# What one request to a site costs: (page, side, connections) → seconds per page.
Times = dict[tuple[str, str, int], float]
Key = tuple[str, int]


class BenchIncompleteError(click.ClickException):
    """What the comparison needs is not installed."""


class DifferentPagesError(click.ClickException):
    """A comparator says something else than ours."""


def bench_pages(rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Measure the list and the calendar on both databases, and at ten times the data.

    ``pages.list`` and ``pages.calendar`` compare the median time of one page at a time, those with ``_busy``
    pages per second over 16 connections; ``pages.growth`` and ``pages.calendar_growth`` are the time at 1×
    over the time at 10×, near 1 when it does not grow.

    Raises:
        DifferentPagesError: The calendars do not say the same.
        BenchIncompleteError: Django, FastAPI or a driver is missing.
    """
    if missing := sorted(name for name, module in NEEDED.items() if find_spec(module) is None):
        raise BenchIncompleteError(
            f"the page bench compares with {', '.join(missing)}, not installed here:"
            " uv pip install --require-hashes -r requirements/bench.txt, or ./dev bench"
        )
    return [row for engine in ENGINES for row in _bench_engine(engine, rounds)]


def _bench_engine(engine: str, rounds: int) -> list[dict[str, Any]]:
    with places(engine) as place, ExitStack() as running:
        url, larger = _database(place, 1), _database(place, 10)
        ours = _ours(url, place.folder)
        ports = {OURS: running.enter_context(served(ours, place.folder / "ours.log"))}
        cookies = {OURS: ours.cookie}
        pages = [_page(ports[OURS], ours.cookie, page.path) for page in PAGES]
        others = _comparators(url, place.folder, *pages)
        for site in (*others, _ours(larger, place.folder, TENFOLD)):
            ports[site.name] = running.enter_context(served(site, place.folder / f"{site.name}.log"))
            cookies[site.name] = site.cookie
        said = {name: _page(port, cookies[name], CALENDAR.path) for name, port in ports.items()}
        check_same(said)
        found = _rounds(running, ports, cookies, rounds)
        return rows_of(engine, found)


def _size(times: int) -> DemoSize:
    from portal.demo.plan import DemoSize  # noqa: PLC0415  NumPy is slow to import

    return DemoSize("small" if times == 1 else f"{times}-fold", 50 * times, 500 * times, 5_000 * times, 0, 0)


def _database(place: Place, times: int) -> str:
    url = place.new_database(f"pages{times}")
    asyncio.run(fill_network(url, _size(times)))
    asyncio.run(fill_training(url, IN_MONTH, IN_MONTH * times))
    return url


def _ours(url: str, folder: Path, name: str = OURS) -> Site:
    environment = {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "SECRET_KEY": _SECRET,
        "ENVIRONMENT": "production",
        "LOG_FORMAT": "json",
        "DEMO": "true",
    }
    token = asyncio.run(_session(url))
    return Site(
        name, "portal.app:create_app", ("--interface", "asgi", "--factory"), environment, f"session={token}"
    )


async def _session(url: str) -> str:
    from portal.app import identity_rules  # noqa: PLC0415  imports every slice
    from portal.db import fetch_value, unit_of_work  # noqa: PLC0415  as above
    from portal.identity.model import Client  # noqa: PLC0415  as above
    from portal.identity.service.sessions import start  # noqa: PLC0415  as above
    from portal.settings import Settings  # noqa: PLC0415  as above

    async with bound(url):
        user_id = await fetch_value("select id from login_user where login = 'admin'")
        async with unit_of_work():
            return await start(user_id, Client("127.0.0.1", "bench"), identity_rules(Settings()))


def _page(port: int, cookie: str, path: str) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  our own server
        page: str = answer.read().decode()
        return page


def check_same(said: dict[str, str]) -> None:
    """Check that every side's page says what ours says.

    Args:
        said: HTML by side.

    Raises:
        DifferentPagesError: One does not; the message has the first difference.
    """
    ours = visible_text(said[OURS])
    for side, page in said.items():
        text = visible_text(page)
        if text != ours:
            at = next(
                (n for n, (a, b) in enumerate(zip(ours, text, strict=False)) if a != b),
                min(len(ours), len(text)),
            )
            raise DifferentPagesError(
                f"{side} says {text[max(0, at - 40) : at + 40]!r}, ours {ours[max(0, at - 40) : at + 40]!r}"
            )


def _comparators(url: str, folder: Path, page: str, calendar: str) -> list[Site]:
    templates = folder / "templates"
    templates.mkdir()
    (templates / "page.html").write_text(freeze(page), encoding="utf-8")
    (templates / "calendar.html").write_text(freeze_calendar(calendar), encoding="utf-8")
    (templates / "words.json").write_text(json.dumps(frozen_words()), encoding="utf-8")
    environment = {"BENCH_DATABASE": url, "BENCH_TEMPLATES": str(templates)}
    modules = {DJANGO: "portal.bench.pages.django_site", FASTAPI: "portal.bench.pages.fastapi_site"}
    cookies = {name: answer_of(module, environment) for name, module in modules.items()}
    threads = ("--interface", "wsgi", "--blocking-threads", "4")
    return [
        Site(DJANGO, f"{modules[DJANGO]}:application", threads, environment, cookies[DJANGO]),
        Site(FASTAPI, f"{modules[FASTAPI]}:app", ("--interface", "asgi"), environment, cookies[FASTAPI]),
    ]


@contextmanager
def _client() -> Iterator[Callable[[dict[str, Any]], dict[str, float]]]:
    """Run the HTTP client in a process of its own and give the function that asks it."""
    command = [sys.executable, "-m", "portal.bench.pages.client"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own command

        def ask(wanted: dict[str, Any]) -> dict[str, float]:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("the client has no pipes")
            process.stdin.write(json.dumps(wanted) + "\n")
            process.stdin.flush()
            answer: dict[str, float] = json.loads(process.stdout.readline() or "null")
            if answer is None:
                raise RuntimeError("the client ended; its error is above")
            return answer

        yield ask


def _rounds(running: ExitStack, ports: dict[str, int], cookies: dict[str, str], rounds: int) -> list[Times]:
    ask = running.enter_context(_client())
    found: list[Times] = []
    for number in range(rounds + 1):
        times: Times = {}
        for page, (connections, seconds) in product(PAGES, _SECONDS.items()):
            for name, port in ports.items():
                wanted = {
                    "port": port, "path": page.path, "cookie": cookies[name], "connections": connections,
                    "seconds": seconds,
                }  # fmt: skip
                answer = ask(wanted)
                cost = answer["p50"] if connections == 1 else 1 / answer["rate"]
                times[page.name, name, connections] = cost
        if number:  # the first round only warms up
            found.append(times)
    return found


def rows_of(engine: str, found: list[Times]) -> list[dict[str, Any]]:
    """Turn the times of rounds into ratios, each the median over rounds of one side by the other."""

    def row(name: str, against: str, page: Compared, theirs: Key, ours: Key) -> dict[str, Any]:
        ratio = median(times[page.name, *theirs] / times[page.name, *ours] for times in found)
        seconds = median(times[page.name, *ours] for times in found)
        return {
            "name": name,
            "against": f"{against} {engine}",
            "ratio": ratio,
            "seconds": seconds,
            "n": page.n,
        }

    rows = []
    for page in PAGES:
        rows += [
            row(name, side, page, (side, connections), (OURS, connections))
            for name, connections in ((page.name, 1), (f"{page.name}_busy", CONNECTIONS))
            for side in (DJANGO, FASTAPI)
        ]
        rows.append(row(page.growth, "1x data", page, (OURS, 1), (TENFOLD, 1)))
    return rows
