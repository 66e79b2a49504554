"""Incentives in the network of canaries: one programme, and for each dealer a settled line and an appeal."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal import db
from portal.jobs.worker import work_once
from portal.rebates.model import SettlementKind
from portal.rebates.service.appeals import raise_appeal
from portal.rebates.service.settlements import accrue, open_settlement, post_settlement
from portal.rebates.service.versions import install_version
from rules.months import Month

if TYPE_CHECKING:
    from tests.security.world import World

TEXT = """
program: canary
version: "2026-01"
label: {ko: 장려금, en: Incentive}
currency: KRW
beneficiary: dealer
amounts: supply
effective_from: 2026-01-01
effective_until: 2026-12-31
period: year
rounding: {mode: down, quantum_minor: 1}
stacking: sum
components:
  - id: volume
    label: {ko: 누적 매입, en: Volume}
    basis: {measure: net, level: sell_in, window: period}
    mode: retroactive
    boundary: inclusive
    tiers:
      - {from: 100, rate_bp: 500}
      - {from: 90000, rate_bp: 600}
calendar:
  - {kind: partial, after_month: 1}
  - {kind: final, after_month: 12}
clawback: {window_months: 12, carry_forward: true}
clause: {ko: "제12조", en: "article 12"}
tax_document: payment_record
"""
JANUARY = Month.parse("2026-01")
TODAY = dt.date(2026, 2, 10)


async def build_rebates(world: World, words: dict[str, str]) -> None:
    """Settle January for every dealer, and let each of them object.

    Args:
        world: Network with people; keeps what is made under ``rebate_…``.
        words: Position of a dealer → what he writes.
    """
    author, approver, finance = (world.viewers[who] for who in ("rule_author", "rule_approver", "finance"))
    signatures = author.signature("rebates.author"), approver.signature("rebates.approve")
    version = await install_version(TEXT, dt.date(2025, 12, 1), *signatures)
    async with db.unit_of_work():
        await db.insert_rows(
            "account_month",
            ("account", "month_on", "level", "side", "lines", "documents", "net_minor", "returns_minor",
             "quantity", "active"),
            [(world.ids["dealer"][position], JANUARY.first_on, 1, 1, 1, 1, 1000, 0, 1, 1)
             for position in words],
        )  # fmt: skip
    settlement = await open_settlement(finance, version, SettlementKind.PARTIAL, JANUARY, TODAY)
    await _work()
    await post_settlement(finance, settlement, JANUARY.shift(1))
    await _work()
    await accrue(None, version, TODAY)
    await _work()
    for position, text in words.items():
        line = await db.fetch_value(
            "select id from rebate_settlement_line where settlement = {} and account = {}",
            settlement,
            world.ids["dealer"][position],
        )
        world.keep("rebate_line", position, line)
        evidence = (f"{text}.png", "image/png", b"\x89PNG\r\n\x1a\n" + text.encode())
        appeal = await raise_appeal(world.viewers[f"owner@{position}"], line, text, TODAY, evidence)
        world.keep("rebate_appeal", position, appeal)
        world.keep("rebate_document", position, await _document(world.ids["dealer"][position], text))
    world.keep("rebate_version", "own", version)
    world.keep("rebate_settlement", "own", settlement)


async def _document(dealer: int, word: str) -> int:
    """Write a document of January, for the pages behind a line."""
    values = (1, 1, f"{word} J", 1, dealer, JANUARY.last_on)
    async with db.unit_of_work():
        document: int = await db.fetch_value(
            "insert into document (source, kind, number, level, buyer, business_on, batch)"
            " values ({}, {}, {}, {}, {}, {}, 1) returning id",
            *values,
        )
        await db.execute(
            "insert into document_line (source, kind, number, level, buyer, business_on, line_no, document,"
            " product, quantity, amount_minor, line_kind, vat_minor, deposit_minor, batch, source_row)"
            " values ({}, {}, {}, {}, {}, {}, 1, {}, 1, 1, 900, 1, 0, 0, 1, 1)",
            *values,
            document,
        )
    return document


async def _work() -> None:
    while await work_once("test"):
        pass
