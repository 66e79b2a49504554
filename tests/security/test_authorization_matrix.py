"""The authorization matrix: every route × every role × own, same region, other region, unknown.

Generated from the route table, so a new route is inside from its first day. For each cell: who may not is
told so; what somebody may not see looks exactly like what does not exist; no answer holds a word of a
foreign record; and no refused request changes a row.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from portal.access import POLICIES, PUBLIC
from tests.security.subjects import (
    FIXED,
    NETWORK_WIDE_PATHS,
    PERSONAL,
    PUBLIC_VALUES,
    REGION_WIDE_PATHS,
    kind_of,
)
from tests.security.world import (
    DEALERS,
    NEIGHBOUR,
    NOBODY_ID,
    OWN,
    REMOTE,
    UNKNOWN,
    browser,
    canary,
    checksum,
    litestar_of,
    own_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from litestar.handlers import HTTPRouteHandler

    from tests.security.world import World

WIDE = ("administrator", "rule_author", "rule_approver", "marketing", "finance", "auditor")
IN_SCOPE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(WIDE, DEALERS),
    "regional_manager": (OWN, NEIGHBOUR),
    "sales_representative": (OWN,),
    "owner@own": (OWN,),
    "staff@own": (OWN,),
}
NOT_SIGNED_IN = ("nobody", "expired", "idle", "switched off", "awaits code", "made up")
# Slow to make, and covered where printing is tested; here only who may not get it.
SLOW = ("/print", "/badges.pdf")


@dataclass(frozen=True)
class Route:
    """A route of the application."""

    method: str
    path: str
    policy: str
    parameters: tuple[str, ...]

    @property
    def is_export(self) -> bool:
        return self.method == "POST" and self.path.endswith("/export")

    def kinds(self) -> dict[str, str]:
        """Return the parameters that are records, with their kind."""
        found = {name: kind_of(self.path, name) for name in self.parameters}
        return {name: kind for name, kind in found.items() if kind is not None}

    def fill(self, world: World, position: str) -> str:
        """Return the path with its parameters filled for a position."""
        path = self.path
        for name in self.parameters:
            kind = kind_of(self.path, name)
            value: Any = FIXED.get(name) or PUBLIC_VALUES.get(name) or NOBODY_ID
            if kind is not None:
                value = world.ids.get(kind, {}).get(position, NOBODY_ID)
            path = path.replace(f"{{{name}}}", str(value))
        return path


def routes(app: Any) -> Iterator[Route]:
    for route in litestar_of(app).routes:
        names = tuple(re.findall(r"\{(\w+)\}", route.path_format))
        handlers: dict[str, tuple[HTTPRouteHandler, Any]] = getattr(route, "route_handler_map", {})
        for method, (handler, _) in sorted(handlers.items()):
            policy = str(handler.opt.get("policy"))
            # A route without a known policy answers nobody; test_route_policies names it.
            if method not in ("OPTIONS", "HEAD") and policy in POLICIES:
                yield Route(method, route.path_format, policy, names)


def words_of(answer: httpx.Response) -> str:
    """Return everything a person could read in an answer, unpacked when it is a workbook."""
    if answer.content[:2] != b"PK":
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def foreign_words(who: str) -> list[str]:
    """Return the words that must not be in any answer to this person."""
    seen = IN_SCOPE.get(who, ())
    words = [canary(position) for position in DEALERS if position not in seen]
    words += [canary(position, "private") for position in DEALERS if position not in seen or "@" not in who]
    if "@" in who:
        words += [own_name(position) for position in DEALERS if position not in seen]
    return words


def normal(text: str) -> str:
    """Return an answer without what every answer has of its own: ids in it, request ids, tokens."""
    return re.sub(r"[0-9a-f]{32,64}|\d+", "#", text)


def shape(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, normal(answer.text)


async def ask(client: httpx.AsyncClient, route: Route, path: str) -> httpx.Response:
    if route.method == "GET":
        return await client.get(path)
    return await client.request(route.method, path, data={"format": "csv"} if route.is_export else {"x": "1"})


def test_every_parameter_of_every_route_can_be_filled(app: Any) -> None:
    unknown = [
        f"{route.path} {{{name}}}: add it to tests/security/subjects.py"
        for route in routes(app)
        for name in route.parameters
        if not (kind_of(route.path, name) or name in FIXED or name in PERSONAL or name in PUBLIC_VALUES)
    ]
    assert unknown == []


@pytest.mark.parametrize("who", IN_SCOPE)
async def test_what_a_role_may_not(app: Any, world: World, who: str) -> None:
    before = await checksum()
    wrong: list[str] = []
    async with browser(app, world.tokens[who]) as client:
        for route in routes(app):
            viewer = world.viewers[who]
            if route.policy == PUBLIC or route.path in ("/sign-out", "/account/sessions/end-others"):
                continue
            if not viewer.allowed(route.policy):
                wrong += await refused(client, route, world, who)
            elif route.kinds():
                wrong += await hidden(client, route, world, who)
            elif set(route.parameters) & PERSONAL:
                answer = await ask(client, route, route.fill(world, UNKNOWN))
                if answer.status_code not in (404, 422):
                    wrong.append(f"{route.method} {route.path} unknown: {answer.status_code}")
    assert wrong == []
    assert await checksum() == before


async def refused(client: httpx.AsyncClient, route: Route, world: World, who: str) -> list[str]:
    """Ask for what the role may not do at all."""
    wrong = []
    for position in (OWN, UNKNOWN) if route.kinds() else (OWN,):
        answer = await ask(client, route, route.fill(world, position))
        expected = 404 if "@" in who and route.method == "GET" and route.parameters else 403
        if answer.status_code != expected:
            wrong.append(
                f"{route.method} {route.path} {position}: {answer.status_code} instead of {expected}"
            )
    return wrong


async def hidden(client: httpx.AsyncClient, route: Route, world: World, who: str) -> list[str]:
    """Ask for records outside of the viewer's part: they must look like unknown ones."""
    wrong = []
    unknown = await ask(client, route, route.fill(world, UNKNOWN))
    if unknown.status_code not in (404, 422) and not (unknown.status_code == 403 and "@" in who):
        wrong.append(f"{route.method} {route.path} unknown: {unknown.status_code}")
    for position in DEALERS:
        if position in IN_SCOPE[who] or route.path.startswith(NETWORK_WIDE_PATHS):
            continue
        if position == NEIGHBOUR and "@" not in who and route.path.startswith(REGION_WIDE_PATHS):
            continue
        answer = await ask(client, route, route.fill(world, position))
        if shape(answer) != shape(unknown):
            wrong.append(f"{route.method} {route.path} {position}: {answer.status_code}, not as unknown")
    return wrong


@pytest.mark.parametrize("who", IN_SCOPE)
async def test_what_a_role_reads(app: Any, world: World, who: str) -> None:
    """Every page and export a role may open, with its own records: no foreign word, no server error."""
    wrong: list[str] = []
    words = foreign_words(who)
    async with browser(app, world.tokens[who]) as client:
        for route in routes(app):
            if (route.method != "GET" and not route.is_export) or route.path.endswith(SLOW):
                continue
            if route.policy == PUBLIC or not world.viewers[who].allowed(route.policy):
                continue
            for path in readings(route, world, who):
                answer = await ask(client, route, path)
                leaked = [word for word in words if word in words_of(answer)]
                if leaked or answer.status_code >= 500:
                    wrong.append(f"{route.method} {path}: {answer.status_code} {leaked}")
    assert wrong == []


def readings(route: Route, world: World, who: str) -> list[str]:
    """Return the addresses under which a role reads a route: its own records, and misused filters.

    The word searched for lacks its end, so that the search field's echo of it is no leak.
    """
    if route.kinds():
        return [route.fill(world, position) for position in IN_SCOPE[who]]
    path = route.fill(world, OWN)
    foreign = next((position for position in (REMOTE, NEIGHBOUR) if position not in IN_SCOPE[who]), REMOTE)
    plain = [path, f"{path}?q=CANARY"]
    if who in WIDE:
        return plain  # nothing in the network is foreign to them; what dealers keep to themselves is
    dealer, region = world.ids["dealer"][foreign], world.ids["region"][foreign]
    return [
        *plain,
        f"{path}?q={canary(foreign)[:-1]}",
        f"{path}?dealer={dealer}&dealer_id={dealer}&account={dealer}",
        f"{path}?region={region}&region_id={region}",
    ]


async def test_the_matrix_would_see_a_leak(app: Any, world: World) -> None:
    """The own dealer's words are there for who may see them; otherwise the tests above prove nothing."""
    async with browser(app, world.tokens["owner@own"]) as client:
        text = "".join([(await client.get(path)).text for path in ("/dealers", "/outlets", "/terminals")])
    assert canary(OWN) in text
    assert canary(OWN, "private") in text
    async with browser(app, world.tokens["administrator"]) as client:
        text = (await client.get("/terminals")).text
    assert all(canary(position) in text for position in DEALERS)


@pytest.mark.parametrize("who", NOT_SIGNED_IN)
async def test_who_is_not_signed_in_gets_nothing(app: Any, world: World, who: str) -> None:
    token = {"nobody": None, "made up": "x" * 43}.get(who) or world.tokens.get(who)
    wrong: list[str] = []
    before = await checksum()
    async with browser(app, token) as client:
        for route in routes(app):
            answer = await ask(client, route, route.fill(world, OWN))
            if "CANARY" in answer.text or "PERSON" in answer.text:
                wrong.append(f"{route.method} {route.path}: a word leaked")
            location = answer.headers.get("location", "")
            if route.policy != PUBLIC and (answer.status_code, location[:8]) != (303, "/sign-in"):
                wrong.append(f"{route.method} {route.path}: {answer.status_code} {location}")
    assert wrong == []
    assert await checksum() == before
