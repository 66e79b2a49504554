"""A network with a secret word in every record, people of every role, and the real application.

Positions are seen from the dealer called *own*: *neighbour* is another dealer of the same region, *remote*
one of another region, *unknown* none at all. Every text of a dealer's records carries the dealer's canary;
an answer to somebody who may not see that dealer must not contain it, wherever it comes from.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx

from portal import db
from portal.access import Grant, Role, Viewer
from portal.app import create_app
from portal.db.schema import metadata
from portal.evaluations.model import SubjectKind
from portal.evaluations.service.runs import start_run
from portal.identity.model import Client, IdentityRules
from portal.identity.queries import load_viewer
from portal.identity.service.sessions import start
from portal.jobs.worker import work_once
from portal.rulebooks.queries.proposals import get_proposal
from portal.rulebooks.service import steps
from portal.rulebooks.service.drafts import create_draft
from portal.settings import Settings
from portal.web.csrf import sign
from rules.books import shipped_books
from rules.canonical import book_content
from rules.months import Month
from rules.segments import shipped_segment_books
from tests.security.duplicates import build_duplicates
from tests.security.field import build_meetings, build_visits
from tests.security.occasions import build_occasion
from tests.security.offseason import build_surveys, build_voice
from tests.security.phones import build_phones
from tests.security.plans import build_plans
from tests.security.rebates import build_rebates
from tests.security.rebates_office import build_office
from tests.security.seasons import build_seasons
from tests.security.training import build_training
from tests.security.trips import build_trip

if TYPE_CHECKING:
    from litestar import Litestar

NOW = dt.datetime.now(dt.UTC)
MONTH = Month.parse("2026-01")
OWN, NEIGHBOUR, REMOTE, UNKNOWN = "own", "neighbour", "remote", "unknown"
DEALERS = (OWN, NEIGHBOUR, REMOTE)
POSITIONS = (*DEALERS, UNKNOWN)
NOBODY_ID = 987_654_321
RULES = IdentityRules()
# Tables that change by looking: when a session was used, that personal data was read, how often was tried.
_RESTLESS = frozenset({"web_session", "audit_event", "audit_head", "login_failure"})


@dataclass
class World:
    """Ids of everything, by position.

    Attributes:
        ids: Kind of record → position → id.
        tokens: Who → session token.
        viewers: Who → viewer as a request sees him.
    """

    ids: dict[str, dict[str, int]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def keep(self, kind: str, position: str, number: int) -> int:
        """Remember the id of a record."""
        self.ids.setdefault(kind, {UNKNOWN: NOBODY_ID})[position] = number
        return number


def canary(position: str, owner: str = "maker") -> str:
    """Return the secret word in a dealer's records; ``private`` marks what the dealer has not shared."""
    return f"CANARY{owner.upper()}{position.upper()}"


def own_name(position: str) -> str:
    """Return a word in the names of a dealer's people."""
    return f"PERSON{position.upper()}"


@cache
def application(database_url: str) -> Any:
    """Build the real application, layers included."""
    return create_app(Settings(database_url=database_url, secret_key="s" * 40, demo=False))


def litestar_of(app: Any) -> Litestar:
    """Return the framework's application inside the layers."""
    while not hasattr(app, "routes"):
        app = app.app
    return app


def browser(app: Any, token: str | None) -> httpx.AsyncClient:
    """Return a client with somebody's session and CSRF token, or with none."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    opened = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
    if token:
        opened.cookies.set("session", token)
        digest = hashlib.sha256(token.encode()).hexdigest()
        opened.headers["X-CSRF-Token"] = sign(b"s" * 40, "csrf", digest)
    return opened


async def insert(table: str, **values: Any) -> int:
    """Insert a row and return its id."""
    names, marks = ", ".join(values), ", ".join(["{}"] * len(values))
    return await db.fetch_value(
        f"insert into {table} ({names}) values ({marks}) returning id", *values.values()
    )


async def account(kind: str, position: str, owner: str, region: int, dealer: int | None) -> int:
    """Insert an account of a dealer, with the canary of its owner in the name."""
    label = "private" if owner == "dealer" else "maker"
    number = await insert(
        "account",
        kind=kind,
        code=f"{kind}-{position}-{label}",
        name=f"{canary(position, label)} {kind}",
        region=region,
        dealer=dealer,
        owner=owner,
        area=canary(position, label),
        created_at=NOW,
        updated_at=NOW,
    )
    if dealer is None:
        await db.execute("update account set dealer = id where id = {}", number)
    await db.execute(f"insert into {kind} (account) values ({{}})", number)
    return number


async def build_dealer(world: World, position: str, region: int) -> None:
    """Insert a dealer with outlets, terminals, contacts, notes, states, links and sales."""
    dealer = world.keep("dealer", position, await account("dealer", position, "manufacturer", region, None))
    for owner, suffix in (("manufacturer", ""), ("dealer", "_private")):
        word = canary(position, "private" if owner == "dealer" else "maker")
        outlet = await account("outlet", position, owner, region, dealer)
        terminal = await account("terminal", position, owner, region, dealer)
        world.keep("outlet" + suffix, position, outlet)
        world.keep("terminal" + suffix, position, terminal)
        person = await insert("person", name=f"{word} person", mobile="010-0000-0000")
        contact = await insert(
            "contact", account=dealer, person=person, title=word, owner=owner, work_phone=""
        )
        world.keep("contact" + suffix, position, contact)
        link = await insert("supply_link", supplier=dealer, buyer=terminal, from_on=dt.date(2025, 1, 1))
        world.keep("supply_link" + suffix, position, link)
    await insert("account_note", account=dealer, author_user_id=1, text=f"{canary(position)} note", at=NOW)
    await insert(
        "account_state", account=dealer, state="existing", from_on=dt.date(2025, 1, 1), at=NOW,
        reason=f"{canary(position)} reason",
    )  # fmt: skip
    await build_credit(world, position, dealer)
    await build_class(position, dealer)
    for back in range(13):
        month = MONTH.shift(-back)
        await db.insert_rows(
            "account_month",
            ("account", "month_on", "level", "side", "lines", "documents", "net_minor", "returns_minor",
             "quantity", "active"),
            [(dealer, month.first_on, 2, 2, 5, 5, 1000 + back, 0, 5, 10)],
        )  # fmt: skip


async def build_class(position: str, dealer: int) -> None:
    """Insert a dealer's class in the newest month, and once the run and a book that somebody adopted."""
    await insert(
        "account_class", account=dealer, month_on=MONTH.first_on, level="dealer", code="EI", observed="EI",
        before="EII", net_minor=1000, months=12, contribution_bp=0, stability_bp=100, limit_bp=3000,
        contribution_margin=7999, stability_margin=2900, edge_minor=1000,
    )  # fmt: skip
    if position == OWN:
        book = shipped_segment_books()[0]
        await insert(
            "segment_run", month_on=MONTH.first_on, level="dealer", book_version=book.version,
            book_sha256=book.sha256, accounts=3, e1=3, e2=0, e3=0, e4=0, unclassed=0, moved=3,
            computed_at=NOW,
        )  # fmt: skip
        await insert(
            "segment_book", code=book.code, version=book.version, sha256=book.sha256,
            content=book.canonical_json, effective_from=book.effective_from, adopted_by_user_id=1,
            adopted_at=NOW, reason=f"{canary(position)} limits",
        )  # fmt: skip


async def build_credit(world: World, position: str, dealer: int) -> None:
    """Insert an invoice, a payment, agreed terms, a hold whose release somebody asked for, and a talk."""
    word, day = canary(position), dt.date(2025, 6, 1)
    same = {"source": 1, "kind": 1, "number": f"{word} I", "business_on": day, "buyer": dealer, "level": 1}
    document = await insert("document", id=dealer + 7000, due_on=dt.date(2025, 7, 1), batch=1, **same)
    await insert(
        "document_line", id=document, line_no=1, document=document, product=1, quantity=1, amount_minor=900,
        batch=1, source_row=1, **same,
    )  # fmt: skip
    await db.execute("insert into import_source (id, code) values (900, 'erp') on conflict (id) do nothing")
    await insert(
        "payment", source=900, number=f"{word} P", account=dealer, paid_on=NOW.date(), amount_minor=100,
    )  # fmt: skip
    await insert(
        "credit_terms", account=dealer, from_on=day, limit_minor=1000, terms_days=30, signed_on=day,
        contract_number=f"{word} C", reason=f"{word} terms", actor_user_id=1, at=NOW,
    )  # fmt: skip
    await insert(
        "credit_hold", account=dealer, reason_code="overdue", reason=f"{word} hold", placed_by_user_id=1,
        placed_at=NOW, release_reason=f"{word} release", requested_by_user_id=NOBODY_ID, requested_at=NOW,
        declined_reason=f"{word} declined",
    )  # fmt: skip
    contact = await insert(
        "credit_contact", account=dealer, held_on=day, channel="phone", text=f"{word} talk",
        promised_minor=100, promised_on=day, owner_user_id=1, due_on=day, actor_user_id=1, at=NOW,
    )  # fmt: skip
    world.keep("credit_contact", position, contact)


async def build_person(world: World, who: str, *grants: Grant) -> int:
    """Insert a person with grants in force and open a session for him."""
    position = who.rpartition("@")[2] if "@" in who else ""
    name = f"{own_name(position)} {who}" if position else who
    user_id = await insert("login_user", login=who.replace("@", "-"), name=name, created_at=NOW)
    for grant in grants:
        region = await db.fetch_value("select id from region where path = {}", grant.region_path or "")
        await insert(
            "role_grant", user_id=user_id, role=grant.role.value, region_id=region,
            account_id=grant.account_id, state="active", origin="demo", requested_at=NOW,
        )  # fmt: skip
    world.tokens[who] = await start(user_id, Client("127.0.0.1", f"browser of {name}"), RULES)
    return user_id


async def build_people(world: World) -> None:
    """Insert one person of each role, seen from the own dealer, and the other dealers' people."""
    for role in (
        Role.ADMINISTRATOR, Role.RULE_AUTHOR, Role.RULE_APPROVER, Role.MARKETING, Role.FINANCE, Role.AUDITOR,
    ):  # fmt: skip
        await build_person(world, role.value, Grant(role))
    await build_person(world, "regional_manager", Grant(Role.REGIONAL_MANAGER, "/KR/A/"))
    representative = await build_person(world, "sales_representative", Grant(Role.SALES_REPRESENTATIVE))
    await insert(
        "representative_assignment", user_id=representative, dealer=world.ids["dealer"][OWN],
        from_on=dt.date(2025, 1, 1),
    )  # fmt: skip
    for position in DEALERS:
        dealer = world.ids["dealer"][position]
        owner = await build_person(world, f"owner@{position}", Grant(Role.DEALER_OWNER, account_id=dealer))
        staff = await build_person(world, f"staff@{position}", Grant(Role.DEALER_STAFF, account_id=dealer))
        world.keep("owner", position, owner)
        world.keep("staff", position, staff)
        invitation = await insert(
            "invitation", code_hash=f"{position:0<64}", name=f"{own_name(position)} invited",
            role="dealer_staff", account_id=dealer, created_by_user_id=owner, created_at=NOW,
            expires_at=NOW + dt.timedelta(days=14),
        )  # fmt: skip
        world.keep("invitation", position, invitation)


async def build_useless_sessions(world: World) -> None:
    """Open an administrator's sessions that are over, or not open yet."""
    long_ago = NOW - dt.timedelta(days=2)
    ended = {
        "expired": ("expires_at = {}", long_ago),
        "idle": ("seen_at = {}", long_ago),
        "awaits code": ("awaits_totp = {}", True),
    }
    for who, (change, value) in ended.items():
        user_id = await build_person(world, who, Grant(Role.ADMINISTRATOR))
        await db.execute(f"update web_session set {change} where user_id = {{}}", value, user_id)
    user_id = await build_person(world, "switched off", Grant(Role.ADMINISTRATOR))
    await db.execute("update login_user set active = {} where id = {}", False, user_id)


async def build(world: World) -> World:
    """Fill an empty database and evaluate a month."""
    async with db.unit_of_work():
        korea = await insert("region", code="KR", name="전국", path="/KR/")
        first = await insert("region", code="A", name="첫째", parent=korea, path="/KR/A/")
        second = await insert("region", code="B", name="둘째", parent=korea, path="/KR/B/")
        for position in DEALERS:
            region = second if position == REMOTE else first
            await build_dealer(world, position, region)
            world.keep("region", position, region)
            await build_visits(world, position, canary(position), canary(position, "private"))
            await build_voice(world, position, canary(position), world.ids["dealer"][position])
            await build_occasion(world, position, canary(position), world.ids["dealer"][position], region)
            await build_trip(world, position, canary(position))
            await build_duplicates(world, position, (canary(position), canary(position, "private")), region)
        await build_surveys(world, {position: canary(position) for position in DEALERS})
        await build_people(world)
        people = tuple(world.tokens)
        await build_useless_sessions(world)
    for who in people:
        world.viewers[who] = await load_viewer(who.replace("@", "-"), RULES.zone)
    await build_rulebooks(world)
    async with db.unit_of_work():
        await build_training(world, {position: canary(position) for position in DEALERS})
    await build_rebates(world, {position: f"{canary(position)} appeal" for position in DEALERS})
    await build_office(world, {position: f"{canary(position)} adjustment" for position in DEALERS})
    await build_seasons(world, {position: canary(position) for position in DEALERS})
    await build_meetings(world, {position: canary(position) for position in DEALERS})
    private = {position: canary(position, "private") for position in DEALERS}
    await build_phones(world, {position: canary(position) for position in DEALERS}, private)
    await build_plans(world, {position: canary(position) for position in DEALERS}, "sales_representative")
    await start_run(world.viewers["administrator"], MONTH, SubjectKind.DEALER, dt.date(2026, 2, 3))
    while await work_once("test"):
        pass
    for position in DEALERS:
        card = await db.fetch_value(
            "select id from scorecard where account_id = {}", world.ids["dealer"][position]
        )
        world.keep("scorecard", position, card)
        async with db.unit_of_work():
            action = await insert(
                "scorecard_action", scorecard=card, kind="coaching", text=f"{canary(position)} plan",
                goal=f"{canary(position)} goal", result=f"{canary(position)} seen",
                owner_user_id=world.viewers["administrator"].user_id, due_on=dt.date(2026, 3, 1),
                created_by_user_id=1, created_at=NOW,
            )  # fmt: skip
            world.keep("scorecard_action", position, action)
            word = canary(position)
            await insert(
                "prospect_card", account=world.ids["dealer"][position], ratings="{}", intent=3,
                adjustment=10, adjustment_reason=f"{word} adjusted", strategic_reason=f"{word} flag",
                strategic_until_on=dt.date(2099, 1, 1), obstacle=f"{word} obstacle",
                next_step=f"{word} next", book_version="1", book_sha256="0", by_user_id=1, at=NOW,
            )  # fmt: skip
    return world


async def build_rulebooks(world: World) -> None:
    """Leave a draft of the criteria, and a version that dealers were told of today."""
    author, approver, today = world.viewers["rule_author"], world.viewers["rule_approver"], NOW.date()
    content = book_content(shipped_books()[0])
    draft = await create_draft(author, json.dumps(content), shipped_books()[0].sha256)
    for position in DEALERS:
        world.keep("proposal", position, draft)
    content |= {"version": "told", "effective_from": f"{today.year + 1}-03-01"}
    content["change"] |= {"announced_on": today.isoformat()}
    told = await create_draft(author, json.dumps(content))
    await steps.validate(author, told)
    await steps.rehearse(author, told)
    await steps.submit(author, told, 0, today)
    await steps.approve(approver, told, (await get_proposal(told)).sha256, 0, today)
    await steps.schedule(approver, told, 0, today)


async def checksum() -> str:
    """Return a hash over every row of every table, except what changes by looking."""
    digest = hashlib.sha256()
    for table in metadata().sorted_tables:
        if table.name in _RESTLESS:
            continue
        rows = await db.fetch(f"select * from {table.name}")
        digest.update(f"{table.name} {sorted(map(str, rows))}".encode())
    return digest.hexdigest()
