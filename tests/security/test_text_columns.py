"""Texts of any length and kind through every form and list: kept whole or refused with words, never a 500.

Forms and query parameters are found on the pages themselves. Both databases must hold the same bounds: what
one would cut, the other would refuse, and SQLite would keep what the column has no room for.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from piccolo.columns import Text, Varchar
from selectolax.lexbor import LexborHTMLParser

from portal import db
from portal.db.schema import all_tables
from tests.security.test_authorization_matrix import routes
from tests.security.world import OWN, browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from selectolax.lexbor import LexborNode

    from tests.security.world import World

ROLES = ("administrator", "regional_manager", "owner@own", "finance")
START = "Lnght"
LENGTHS = (11, 21, 41, 61, 81, 121, 161, 201, 401, 2001, 5001)
STRANGE = ("a%00b", "%ED%A0%80", "%FF", "9223372036854775808", "-9223372036854775809", "1e309")
PARAMETERS = (*STRANGE, "x" * 3000, "W1tdXQ", "WzEsMl0", "2026-13-45")
KEPT = (200, 201, 204, 303)
ANSWERS = frozenset({200, 201, 204, 303, 403, 404, 409, 422, 429})
# Forms that end the session or the account they are sent with.
ENDING = ("/sign-out", "/sessions", "/disable", "/locale", "/theme")
# What a field that must be filled is sent with while another one is tried.
FITTING = {"dealer": "dealer-own-maker", "supplier": "dealer-neighbour-maker", "owner": "administrator"}
NEW = itertools.count(1)
UNIQUE = "{number}"
TYPED = ("text", "search", "email", "tel", "number", "date", "url", "month")
Outcomes = dict[tuple[str, str, str], int]
_seen: dict[str, Outcomes] = {}


@dataclass(frozen=True)
class Form:
    """A form as a page shows it: where it goes, what it sends, and what can be typed in it."""

    who: str
    page: str
    action: str
    values: tuple[tuple[str, str], ...]
    typed: tuple[str, ...]

    @property
    def place(self) -> str:
        """Return where it goes, whatever the record."""
        return re.sub(r"\d+", "#", self.action)

    def body(self, field: str, encoded: str) -> bytes:
        others = urlencode(
            [(name, value.replace(UNIQUE, str(next(NEW)))) for name, value in self.values if name != field]
        )
        return f"{others}&{quote(field)}={encoded}".encode()


def _values(form: LexborNode) -> Iterator[tuple[str, str, bool]]:
    """Yield name, value and whether it can be typed for each control of a form."""
    for node in form.css("input, textarea, select"):
        attributes = node.attributes
        name, kind = attributes.get("name"), attributes.get("type") or "text"
        if not name or kind in ("checkbox", "radio", "submit", "file", "password"):
            continue
        if node.tag == "select":
            chosen = node.css_first("option[selected]") or node.css_first("option[value]:not([value=''])")
            yield name, (chosen.attributes.get("value") or "") if chosen else "", False
        else:
            value = node.text() if node.tag == "textarea" else attributes.get("value") or ""
            must = "required" in attributes or name in FITTING
            yield (
                name,
                value or (_fitting(name, kind) if must else ""),
                node.tag == "textarea" or kind in TYPED,
            )


def _fitting(name: str, kind: str) -> str:
    by_kind = {"date": "2099-03-01", "email": "a@portal.test", "number": "1"}
    return FITTING.get(name) or by_kind.get(kind) or f"x{UNIQUE}"


def _forms(who: str, path: str, html: str) -> Iterator[Form]:
    for form in LexborHTMLParser(html).css("form"):
        attributes = form.attributes
        if (attributes.get("method") or "get").lower() != "post":
            continue
        found = list(_values(form))
        typed = tuple(name for name, _, can in found if can)
        action = attributes.get("action") or path
        if typed and not any(part in action for part in ENDING):
            yield Form(who, path, action, tuple((name, value) for name, value, _ in found), typed)


async def _pages(app: Any, world: World, client: httpx.AsyncClient) -> Iterator[tuple[str, str]]:
    found = []
    for route in routes(app):
        if route.method != "GET" or route.path.endswith(("/print", "/export", "/file")):
            continue
        path = route.fill(world, OWN)
        answer = await client.get(path)
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            found.append((path, answer.text))
    return iter(found)


async def _all_forms(app: Any, world: World) -> list[Form]:
    """Return every form with something to type, once for each place it goes to."""
    found: dict[str, Form] = {}
    for who in ROLES:
        async with browser(app, world.tokens[who]) as client:
            for path, html in await _pages(app, world, client):
                for form in _forms(who, path, html):
                    found.setdefault(form.place, form)
    return list(found.values())


async def _too_long_or_cut() -> list[str]:
    """Return texts longer than their column, and those of which only the beginning was kept.

    Search keys are left out: they are made of several texts.
    """
    wrong = []
    for table in all_tables():
        for column in table._meta.columns:
            if not isinstance(column, Varchar | Text) or table._meta.tablename == "search_entry":
                continue
            name, place = column._meta.name, f"{table._meta.tablename}.{column._meta.name}"
            sql = f"select distinct length({name}) as n from {table._meta.tablename} where {name} like {{}}"
            lengths = {row["n"] for row in await db.fetch(sql, f"{START}%")}
            wrong += [f"{place}: {length} kept" for length in lengths - set(LENGTHS)]
            if isinstance(column, Varchar):
                wrong += [f"{place}: {n} > {column.length}" for n in lengths if n > column.length]
    return wrong


async def test_texts_of_any_length_are_kept_whole_or_refused(
    app: Any, world: World, bound_database: str
) -> None:
    """The longest text of each field of each form, found by halves."""
    outcomes: Outcomes = {}
    forms = await _all_forms(app, world)
    assert len(forms) >= 12
    for form in forms:
        async with browser(app, world.tokens[form.who]) as client:
            await _try_form(client, form, outcomes)
    assert len({place for (place, _, _), status in outcomes.items() if status in KEPT}) >= 12
    unclear = {key: status for key, status in outcomes.items() if status not in ANSWERS}
    unreadable = {key for key, status in unclear.items() if status == 400 and key[2] in ("%ED%A0%80", "%FF")}
    assert {key: status for key, status in unclear.items() if key not in unreadable} == {}
    assert await _too_long_or_cut() == []
    _seen[db.engine_kind()] = outcomes
    if len(_seen) > 1:
        assert _seen["sqlite"] == _seen["postgres"]


async def _try_form(client: httpx.AsyncClient, form: Form, outcomes: Outcomes) -> None:
    """Find the longest text each field takes and send what is strange; an accepted form is read again.

    What is longer than a refused text is taken to be refused too, so that four lengths of eleven are sent.
    """
    for field in form.typed:
        refused_from, taken_to = len(LENGTHS), -1
        while refused_from - taken_to > 1:
            place = (refused_from + taken_to) // 2
            length = LENGTHS[place]
            text = quote(START + "가" * (length - len(START)))
            status, form = await _try(client, form, field, text)
            outcomes[form.place, field, str(length)] = status
            if status in KEPT:
                taken_to = place
            else:
                refused_from = place
        for strange in STRANGE:
            status, form = await _try(client, form, field, strange)
            outcomes[form.place, field, strange] = status


async def _try(client: httpx.AsyncClient, form: Form, field: str, encoded: str) -> tuple[int, Form]:
    """Send a value and return the status with the form to send next: accepted, it has a new version."""
    answer = await _send(client, form, field, encoded)
    if answer.status_code not in KEPT:
        return answer.status_code, form
    again = await client.get(form.page)
    found = [other for other in _forms(form.who, form.page, again.text) if other.place == form.place]
    return answer.status_code, found[0] if found else form


async def _send(client: httpx.AsyncClient, form: Form, field: str, encoded: str) -> httpx.Response:
    return await client.post(
        form.action,
        content=form.body(field, encoded),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )


def _parameters(path: str, html: str) -> set[str]:
    """Return the query parameters a page itself uses: those of its links and of its search forms."""
    page, found = LexborHTMLParser(html), {"q", "after", "before", "sort", "tab"}
    for node in page.css("a[href], [hx-get]"):
        address = urlsplit(node.attributes.get("hx-get") or node.attributes.get("href") or "")
        if address.path in ("", path, f"{path}/rows"):
            found |= {name for name, _ in parse_qsl(address.query, keep_blank_values=True)}
    for form in page.css("form[method=get], form:not([method])"):
        found |= {name for name, _, _ in _values(form)}
    return found


async def test_strange_query_parameters_of_every_page(app: Any, world: World) -> None:
    """Every parameter of a page with a value at once; a page that refuses is asked for each by itself.

    An answer of 200 has read them all; a refusal may have stopped at the first.
    """
    wrong, asked = [], 0
    async with browser(app, world.tokens["administrator"]) as client:
        for path, html in await _pages(app, world, client):
            names = sorted(_parameters(path, html))
            for value in PARAMETERS:
                status = await _ask(client, path, names, value)
                each = names if status not in (200, 500) else []
                statuses = [status, *[await _ask(client, path, [name], value) for name in each]]
                asked += len(statuses)
                wrong += [f"{path} {names} {value[:40]}: {got}" for got in statuses if got >= 500]
    assert wrong == []
    assert asked > 500


async def _ask(client: httpx.AsyncClient, path: str, names: list[str], value: str) -> int:
    answer = await client.get(f"{path}?{'&'.join(f'{quote(name)}={value}' for name in names)}")
    return answer.status_code
