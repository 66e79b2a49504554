"""Stored texts stay text: on every page, in every export and in letters, whatever somebody typed.

The real application is rendered twice over the same network: with a harmless word in every text column and
with a hostile one. Both must have the same elements with the same attributes, and lead to the same places.
SQLite only: what is shown does not depend on the database.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from piccolo.table import TABLE_REGISTRY
from selectolax.lexbor import LexborHTMLParser

from portal import db
from portal.access import Signature
from portal.app import create_app
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import engine
from portal.db.schema import create_schema
from portal.errors import Invalid
from portal.evaluations.model import SubjectKind
from portal.evaluations.service.runs import start_run
from portal.identity.letters import reset_letter
from portal.jobs.worker import work_once
from portal.mail.model import Letter, as_message
from portal.rulebooks.service.drafts import create_draft
from portal.sales.imports import pipeline
from portal.sales.imports.model import ImportKind
from portal.settings import Settings
from portal.web.headers import CONTENT_SECURITY_POLICY
from rules.books import shipped_books
from rules.canonical import book_content
from tests.portal.sales.imports.conftest import Importer
from tests.security.hostile_texts import EVALUATED, FORMULAS, HEADERS, XSS
from tests.security.stored_texts import MARK, fill, forget_readings, put
from tests.security.test_authorization_matrix import routes
from tests.security.training import certificate_code
from tests.security.world import MONTH, NOBODY_ID, NOW, OWN, World, browser, build, insert

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

ROLES = ("administrator", "regional_manager", "owner@own", "finance", "rule_author")
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "poster", "data", "srcset")
# Pages with something else to show than HTML, or that need a state no row can be in.
NO_PAGE = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/static",
    "/schema",
    "/print",
    "/export",
    "/file",
    "/evidence",
    "/errors",
    "/templates",
    "/token",
    "/worker",
    "/field/kit",
    "/field/find",
    "/field/similar",
    "/app.webmanifest",
    "/calendar.ics",
    "/badges.pdf",
    "/door-list",
    "/receipt",
)
# Drafts in which a control character is a finding of its own: their list of findings grows, rightly.
TELLS_CONTROL_CHARACTERS = ("/rebates/programs/",)
NEVER_OPEN = {
    "/sign-in": "leads somebody signed in away",
    "/totp": "only between password and code",
    "/rebates": "leads to the programmes",
    "/reset/{token}": "needs an open reset",
    "/join/{code}": "needs an invitation's code, which is not stored",
    "/plans/{plan_id}/progress": "needs a plan being made",
    "/my/plans/{plan_id}/progress": "needs a plan being made",
    "/imports/{batch_id}/progress": "needs a file being read",
    "/calendar/{feed_name}": "needs a secret that is not stored",
}

PUBLISHED = MONTH.shift(-1)
LETTER_HEADERS = sorted(
    "From To Subject Auto-Submitted Content-Type Content-Transfer-Encoding MIME-Version".split()
)


@dataclass
class Site:
    """The application over a network of marked texts.

    Attributes:
        staged: An import that waits for confirmation.
        refused: An import whose file could not be read.
        own: A dealer's own import whose codes wait to be explained.
        table: Draft of a decision table.
        empty: Text columns that no row fills.
    """

    app: Any
    world: World
    staged: int
    refused: int
    own: int
    table: int
    empty: list[str] = field(default_factory=list)


def _file_rows() -> list[dict[str, Any]]:
    good = {
        "kind": "order", "number": f"{MARK}1", "line": "1", "day": "2026-10-05", "seller": f"{MARK}2",
        "buyer": f"{MARK}3", "product": f"{MARK}4", "quantity": "1", "amount": "1000", MARK: MARK,
    }  # fmt: skip
    wrong = {
        "number": "=1+7191",
        "day": f"@{MARK}",
        "seller": "+1",
        "buyer": "-1",
        "product": "@x",
        MARK: "=1",
    }
    return [good, good | {"line": "2", "buyer": f"{MARK}5"}, good | wrong | {MARK: "=1"}]


async def _more_rows(world: World, folder: Path) -> tuple[int, int]:
    """Add what the network of the matrix lacks; return a staged import and a refused one."""
    admin, owner = world.viewers["administrator"].user_id, world.ids["owner"][OWN]
    dealer, card = world.ids["dealer"][OWN], world.ids["scorecard"][OWN]
    text = json.dumps({"kind": "orders", "columns": {MARK: "day"}})
    view = {"list_name": "dealers", "name": "x", "query": f"q={MARK}", "created_at": NOW}
    said = {"kind": "comment", "author_user_id": admin, "text": "x", "at": NOW}
    day = dt.date(2026, 1, 1)
    rows: list[tuple[str, dict[str, Any]]] = [
        ("product", {"code": "P1", "name": "x", "updated_at": NOW}),
        ("saved_view", view | {"user_id": admin}),
        ("deputy", {"user_id": admin, "deputy_id": owner, "from_on": day, "to_on": dt.date(2099, 1, 1),
                    "reason": "x", "created_by_user_id": admin, "created_at": NOW}),
        *(("scorecard_comment", said | {"scorecard": number}) for number in (card, await _published(world))),
        ("import_map", {"kind": "orders", "name": "x", "text": text, "saved_at": NOW}),
    ]  # fmt: skip
    staged = await _stage(Importer(folder), Signature(admin))
    async with db.unit_of_work():
        for table, values in rows:
            await insert(table, **values)
        await record(None, "account.changed", Subject("account", str(dealer)), {"name": ("x", "y")}, note="x")
        await db.execute(
            "update rulebook_proposal set text = {} where id = {}",
            _wrong_book(),
            world.ids["proposal"][OWN],
        )
        refused = await insert(
            "import_batch", kind="orders", mode="add", state="refused", file_name="x", report="{}",
            column_map="", actor_user_id=admin, created_at=NOW,
        )  # fmt: skip
    return staged, refused


def _wrong_table() -> str:
    """Return a decision table with the mark wherever an author can write, wrong as ``_wrong_book`` is."""
    long = MARK + "x" * 2000
    said = {"ko": long, "en": long}
    number = {"type": "numeric", "scale": 0, "range": ["0", "500"], "unit": long}
    inputs = {
        "achieved": {**number, "missing": "no_match", "label": said},
        "channel": {"type": "select", "options": [long, "other"], "missing": "no_match", "label": said},
    }
    row = {"id": f"{MARK} x", "when": [f"{MARK} x", "other"], "then": [long]}
    return json.dumps(
        {
            "decision": "marked",
            "version": long,
            "label": said,
            "subject": "dealer",
            "hit_policy": "first",
            "effective_from": "2030-01-01",
            "change": {"kind": "new", "areas": ["x"], "announced_on": "2029-11-01", "note": said},
            "inputs": inputs,
            "table": {"inputs": list(inputs), "outputs": ["ask_review"], "rows": [row]},
            "else": {"then": [long]},
        }
    )


def _wrong_book() -> str:
    """Return a draft with the mark in cells and messages, equally wrong whatever the mark becomes."""
    content = book_content(shipped_books()[0])
    line = content["lines"][0]
    line["label"] = {"ko": MARK + "x" * 400, "en": MARK + "x" * 400}
    line["bands"][0]["when"]["all"][0]["value"] = f"{MARK}x"
    content["grades"]["bands"][0]["from"] = f"{MARK}x"
    return json.dumps(content)


async def _published(world: World) -> int:
    """Evaluate and publish the month before, which its dealers may read; return the own dealer's card."""
    run = await start_run(world.viewers["administrator"], PUBLISHED, SubjectKind.DEALER, MONTH.first_on)
    while await work_once("test"):
        pass
    async with db.unit_of_work():
        await db.execute("update scorecard set state = 'signed' where run = {}", run)
        await db.execute(
            "update evaluation_run set state = 'published', published_at = {} where id = {}", NOW, run
        )
    return int(
        await db.fetch_value(
            "select id from scorecard where run = {} and account_id = {}", run, world.ids["dealer"][OWN]
        )
    )


async def _stage(importer: Importer, actor: Signature, **whose: Any) -> int:
    """Stage a file with a column nobody asked for, named by the mark like everything in it."""
    new = importer.new(ImportKind.ORDERS, _file_rows(), level=2, actor=actor, **whose)
    known = json.loads(new.map_text)
    del known["columns"][MARK]
    async with db.unit_of_work():
        batch_id = await pipeline.open_batch(replace(new, map_text=json.dumps(known)))
    await pipeline.stage_file(batch_id, new.path, importer.settings)
    return batch_id


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """The application on a database of its own; the session's database is bound again afterwards."""
    folder = tmp_path_factory.mktemp("xss")
    url, before = f"sqlite:///{folder / 'texts.db'}", engine._Bound.engine
    create_schema(url)
    db.bind(url)
    await db.open_pool()
    settings = Settings(database_url=url, secret_key="s" * 40, demo=False, data_dir=folder / "data")
    app = create_app(settings)
    world = await build(World())
    staged, refused = await _more_rows(world, folder)
    theirs = {"dealer_id": world.ids["dealer"][OWN], "source_code": "dealer-own"}
    own = await _stage(Importer(folder), Signature(world.ids["owner"][OWN]), **theirs)
    table = await create_draft(world.viewers["rule_author"], _wrong_table())
    made = Site(app, world, staged, refused, own, table)
    made.empty = await fill()
    yield made
    await db.close_pool()
    engine._Bound.engine = before
    for table in TABLE_REGISTRY:
        table._meta.db = before


def _pages(site: Site) -> list[tuple[str, str]]:
    """Return route and address of every page, one more for each state of an import."""
    found = []
    for route in routes(site.app):
        if route.method != "GET" or any(part in route.path for part in NO_PAGE):
            continue
        batches = (site.staged, site.refused, site.own)
        for batch in batches if "batch_id" in route.parameters else (site.staged,):
            path = route.fill(site.world, OWN).replace(str(NOBODY_ID), str(batch))
            if path.startswith("/my/"):
                path = path.replace(str(MONTH), str(PUBLISHED))
            found.append((route.path, path))
    table = f"/rulebooks/{site.table}"
    found += [(path, path) for path in (table, f"{table}/edit", f"{table}/edit/text")]
    found.append(("/certificates/{code}", f"/certificates/{certificate_code(OWN)}"))
    return [*found, ("/search", f"/search?q={MARK}"), ("/search/hits", f"/search/hits?q={MARK}")]


def _is_page(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")


def _shape(html: str) -> Counter[tuple[str, ...]]:
    """Count elements by name, attributes and where they lead; places of the portal itself are one."""
    found: Counter[tuple[str, ...]] = Counter()
    for node in LexborHTMLParser(html).root.traverse():  # type: ignore[union-attr]
        attributes = node.attributes
        leads = [_place(attributes[name] or "") for name in ADDRESSES if name in attributes]
        found[(node.tag or "", *sorted(attributes), *leads)] += 1
    return found


def _place(address: str) -> str:
    """Return scheme and host as a browser reads them: signs it skips are skipped, backslashes are slashes."""
    read = re.sub(r"[\t\r\n]", "", address.strip("".join(map(chr, range(33))))).replace("\\", "/")
    parts = urlsplit(read) if not re.match(r"[^/?#]*%", read) else urlsplit(f"./{read}")
    return f"{parts.scheme}://{parts.netloc}"


async def _open(site: Site, who: str, path: str) -> httpx.Response:
    await forget_readings()
    async with browser(site.app, site.world.tokens[who]) as client:
        return await client.get(path)


@pytest.fixture(scope="module")
async def harmless(site: Site) -> dict[tuple[str, str], tuple[str, Counter[tuple[str, ...]]]]:
    """Who opens which page, and its shape with harmless words; every page opens for somebody."""
    found, unopened = {}, set()
    for route, path in _pages(site):
        for who in ROLES:
            answer = await _open(site, who, path)
            if _is_page(answer):
                found[route, path] = (who, _shape(answer.text))
                break
        else:
            unopened.add(route)
    assert unopened - {route for route, _ in found} == set(NEVER_OPEN)
    return found


def test_every_text_column_is_filled_or_named(site: Site) -> None:
    assert site.empty == []


async def test_marked_texts_are_on_the_pages(site: Site, harmless: dict[Any, Any]) -> None:
    """Otherwise the comparison below would compare nothing."""
    shown = [path for (_, path), (who, _) in harmless.items() if MARK in (await _open(site, who, path)).text]
    assert len(shown) > len(harmless) // 2


@pytest.mark.parametrize("hostile", XSS, ids=range(len(XSS)))
async def test_pages_keep_their_shape(site: Site, harmless: dict[Any, Any], hostile: str) -> None:
    await put(hostile)
    wrong: list[str] = []
    for (_, path), (who, expected) in harmless.items():
        answer = await _open(site, who, path)
        if answer.status_code != 200:
            wrong.append(f"{path}: {answer.status_code}")
            continue
        told = not hostile.isprintable() and path.startswith(TELLS_CONTROL_CHARACTERS)
        if (added := _shape(answer.text) - expected) and not told:
            wrong.append(f"{path}: {dict(added)}")
        if answer.headers.get("content-security-policy") != CONTENT_SECURITY_POLICY:
            wrong.append(f"{path}: no policy")
        if EVALUATED in answer.text:
            wrong.append(f"{path}: a text was evaluated")
    assert wrong == []


def _cells(answer: httpx.Response) -> list[str]:
    """Return the cells of a CSV or XLSX file; a formula in XLSX shows as such."""
    if answer.content[:2] != b"PK":
        return [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/" in name]
    return ["=formula in the sheet" for sheet in sheets if "<f>" in sheet or "<hyperlink" in sheet]


async def _exports(site: Site) -> list[tuple[str, httpx.Response]]:
    """Return every export as CSV and XLSX, those made by a job too."""
    found = []
    tokens = site.world.tokens
    async with db.unit_of_work():
        await db.execute(
            "update rebate_payout set state = 'approved', approved_by_user_id = {}, approved_at = {}"
            " where state = 'proposed'",
            *(NOBODY_ID, NOW),
        )
    async with (
        browser(site.app, tokens["administrator"]) as all_seeing,
        browser(site.app, tokens["finance"]) as finance,
        browser(site.app, tokens["owner@own"]) as owner,
    ):
        for route in routes(site.app):
            path = route.fill(site.world, OWN)
            client = owner if path.startswith(("/my/", "/field/late/")) else all_seeing
            client = finance if path.startswith("/rebates/payouts/") else client
            for kind in ("csv", "xlsx"):
                if route.is_export:
                    data = {"format": kind, "purpose": "check", "reason": "check"}
                    answer = await client.post(path, data=data, headers={"HX-Request": "true"})
                    found.append((f"{path} {kind}", await _file(client, answer)))
                elif route.method == "GET" and route.path.endswith("/export"):
                    found.append((f"{path} {kind}", await client.get(f"{path}?format={kind}")))
        found.append(("/errors", await all_seeing.get(f"/imports/{site.staged}/errors")))
    return found


async def _file(client: httpx.AsyncClient, answer: httpx.Response) -> httpx.Response:
    """Let the job of an export make its file, where the answer is not the file itself."""
    place = re.search(
        r"/exports/\d+", answer.headers.get("hx-redirect", "") + str(answer.headers.get("location"))
    )
    if place is None:
        return answer
    while await work_once("test"):
        pass
    return await client.get(f"{place[0]}/file")


async def test_exports_hold_no_formulas(site: Site) -> None:
    wrong: list[str] = []
    for hostile in FORMULAS:
        await put(hostile)
        exports = await _exports(site)
        assert len(exports) >= 11
        for place, answer in exports:
            kind = answer.headers["content-type"]
            if answer.status_code != 200 or "html" in kind:
                wrong.append(f"{place}: {answer.status_code} {kind}")
                continue
            bad = [cell for cell in _cells(answer) if re.match(r"[=+@\t\r＝＋－＠]|-\D|-\d+[^\d.,]", cell)]
            wrong += [f"{place}: {cell!r}" for cell in bad]
    assert wrong == []


@pytest.mark.parametrize("hostile", HEADERS)
def test_letters_take_no_foreign_header(hostile: str) -> None:
    subject, text = reset_letter("ko", f"http://portal.test/{hostile}", 15)
    letter = as_message(Letter("a@portal.test", subject, text + hostile), "portal@portal.test")
    assert sorted(letter.keys()) == sorted(
        [
            "From",
            "To",
            "Subject",
            "Auto-Submitted",
            "Content-Type",
            "Content-Transfer-Encoding",
            "MIME-Version",
        ]
    )
    for address, line in (("a@portal.test", f"s{hostile}"), (f"a@portal.test{hostile}", "s")):
        with pytest.raises(Invalid):
            as_message(Letter(address, line, text), "portal@portal.test")
