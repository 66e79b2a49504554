"""A small application around a dealer's own pages, in which a header says who asks; a year's programme."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from portal.access import Grant, Role, Viewer
from portal.db import execute, fetch_value, insert_rows, unit_of_work
from portal.rebates.controllers.own import HANDLERS
from portal.rebates.model import SettlementKind
from portal.rebates.service.settlements import (
    accrue,
    open_correction,
    open_settlement,
    post_settlement,
    start_preview,
)
from portal.rebates.service.versions import install_version
from portal.settings import Settings
from rules.months import Month
from tests.portal.rebates.world import NOW, World, make_world, new_person, work
from tests.portal.served import serve

if TYPE_CHECKING:
    from pathlib import Path

YEAR = dt.datetime.now(dt.UTC).date().year
LATER = dt.date(YEAR + 1, 1, 20)
"""A day on which every month of the year may be settled."""
TEXT = f"""
program: own
version: "{YEAR}-01"
label: {{ko: 연간 장려금, en: Yearly incentive}}
currency: KRW
beneficiary: dealer
amounts: supply
effective_from: {YEAR}-01-01
effective_until: {YEAR}-12-31
period: year
rounding: {{mode: down, quantum_minor: 10}}
stacking: sum
components:
  - id: volume
    label: {{ko: 누적 매입, en: Volume}}
    basis: {{measure: net, level: sell_in, window: period}}
    mode: retroactive
    boundary: inclusive
    tiers:
      - {{from: 5000, rate_bp: 200}}
      - {{from: 20000, rate_bp: 400}}
  - id: bonus
    label: {{ko: 연말 가산, en: Year-end bonus}}
    basis: {{measure: net, level: sell_in, window: period, categories: [coffee]}}
    mode: marginal
    boundary: exclusive
    paid_at: final
    tiers:
      - {{from: 1000, rate_bp: 1000}}
calendar:
  - {{kind: partial, after_month: 3}}
  - {{kind: final, after_month: 12}}
clawback: {{window_months: 12, carry_forward: true}}
clause: {{ko: "대리점 계약서 제12조", en: "Dealer contract, article 12"}}
tax_document: tax_invoice
"""
AHEAD = (
    TEXT.replace("program: own", "program: next")
    .replace(f"{YEAR}-01-01", f"{YEAR + 1}-01-01")
    .replace(f"{YEAR}-12-31", f"{YEAR + 1}-12-31")
    .replace("연간 장려금", "내년 장려금")
)
MARCH = Month.parse(f"{YEAR}-03")


def make_client(people: dict[str, Viewer], data_dir: Path) -> httpx.AsyncClient:
    settings = Settings(data_dir=data_dir, rebate_evidence_max_bytes=2**20)
    return serve(HANDLERS, people, settings=settings)


@dataclass
class Site:
    """Pages as somebody opens them and forms as somebody sends them.

    Attributes:
        products: Category → product.
        ahead: A version of next year.
    """

    client: httpx.AsyncClient
    world: World
    products: dict[str, int] = field(default_factory=dict)
    ahead: int = 0

    async def get(self, who: str, path: str, locale: str = "en") -> httpx.Response:
        return await self.client.get(path, headers={"x-viewer": who, "x-locale": locale})

    async def post(self, who: str, path: str, fields: dict[str, Any], **more: Any) -> httpx.Response:
        return await self.client.post(path, data=fields, headers={"x-viewer": who, "x-locale": "en"}, **more)

    @property
    def dealer(self) -> int:
        return self.world.dealers["D-1"]


async def build_site(data_dir: Path) -> Site:
    """Two dealers, the first with staff and purchases; a version of this year and one of the next."""
    world = await make_world(text=TEXT, announced_on=dt.date(YEAR - 1, 12, 1))
    people = world.people
    async with unit_of_work():
        people["staff1"] = await new_person(
            "staff1", Grant(Role.DEALER_STAFF, account_id=world.dealers["D-1"])
        )
        await execute("insert into import_source (id, code) values (1, 'erp') on conflict (id) do nothing")
        products = {}
        for code, category in (("P-1", "coffee"), ("P-2", "tea")):
            products[category] = await fetch_value(
                "insert into product (code, name, category, updated_at) values ({}, {}, {}, {}) returning id",
                code,
                f"{category} 상자",
                category,
                NOW,
            )
    ahead = await install_version(
        AHEAD,
        dt.date(YEAR, 1, 1),
        people["author"].signature("rebates.author"),
        people["approver"].signature("rebates.approve"),
        by_contract=False,
    )
    site = Site(make_client(people, data_dir), world, products, ahead)
    await order(site, "I-1", f"{YEAR}-01-10", {"coffee": 4_000, "tea": 1_000})
    await order(site, "I-2", f"{YEAR}-02-10", {"tea": 5_000})
    return site


async def order(site: Site, number: str, day: str, goods: dict[str, int], kind: int = 1) -> int:
    """Write a document with a line for each category and a deposit, and add it to the months' totals."""
    on, dealer = dt.date.fromisoformat(day), site.dealer
    async with unit_of_work():
        document: int = await fetch_value(
            "insert into document (source, level, kind, number, buyer, business_on, due_on, batch)"
            " values (1, 1, {}, {}, {}, {}, {}, 1) returning id",
            kind,
            number,
            dealer,
            on,
            on,
        )
        lines = [(site.products[category], net, 1) for category, net in goods.items()]
        lines.append((site.products["tea"], 300, 2))
        await insert_rows(
            "document_line",
            ("source", "kind", "number", "line_no", "document", "level", "line_kind", "buyer", "business_on",
             "product", "quantity", "amount_minor", "vat_minor", "deposit_minor", "batch", "source_row"),
            [(1, kind, number, place, document, 1, line_kind, dealer, on, product, 2, net, net // 10, 0, 1, 1)
             for place, (product, net, line_kind) in enumerate(lines, start=1)],
        )  # fmt: skip
        await _add(site, on, goods)
    return document


async def _add(site: Site, on: dt.date, goods: dict[str, int]) -> None:
    month = on.replace(day=1)
    await execute(
        "insert into account_month (account, month_on, level, side, lines, documents, net_minor,"
        " returns_minor, quantity, active) values ({}, {}, 1, 1, 1, 1, {}, 0, 2, 1)"
        " on conflict (account, month_on, level, side) do update set"
        " net_minor = account_month.net_minor + excluded.net_minor",
        site.dealer,
        month,
        sum(goods.values()),
    )
    for category, net in goods.items():
        await execute(
            "insert into account_category_month (account, category, month_on, level, side, net_minor,"
            " quantity) values ({}, {}, {}, 1, 1, {}, 2)"
            " on conflict (account, month_on, level, side, category)"
            " do update set net_minor = account_category_month.net_minor + excluded.net_minor",
            site.dealer,
            category,
            month,
            net,
        )


async def settled(site: Site, kind: SettlementKind = SettlementKind.PARTIAL, through: Month = MARCH) -> int:
    """Settle and post."""
    finance = site.world.people["finance"]
    settlement = await open_settlement(finance, site.world.version, kind, through, LATER)
    await work(settlement)
    await post_settlement(finance, settlement, Month.of(LATER))
    await work(settlement)
    return settlement


async def previewed(site: Site, until: dt.date) -> int:
    """Settle the first quarter and show it to dealers."""
    finance = site.world.people["finance"]
    settlement = await open_settlement(finance, site.world.version, SettlementKind.PARTIAL, MARCH, LATER)
    await work(settlement)
    await start_preview(finance, settlement, until, until)
    return settlement


async def corrected(site: Site) -> int:
    """Calculate everything again and post the difference."""
    finance = site.world.people["finance"]
    settlement = await open_correction(finance, site.world.version, dt.date(YEAR, 1, 1), "늦은 주문")
    await work(settlement)
    await post_settlement(finance, settlement, Month.of(LATER))
    await work(settlement)
    return settlement


async def accrued(site: Site) -> None:
    """Bring expectations up to date through March."""
    await work(await accrue(None, site.world.version, MARCH.last_on))


async def line_of(settlement: int, account: int, component: str = "volume") -> int:
    line: int = await fetch_value(
        "select id from rebate_settlement_line where settlement = {} and account = {} and component = {}",
        settlement,
        account,
        component,
    )
    return line
