"""Overdue amounts and holds feed talks and credit terms; no incentive knows of them (FEATURES A7, L1)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from portal.credit.commands import HoldCommand
from portal.credit.model import Coaching, HoldReason
from portal.credit.queries.entries import read_accounts
from portal.credit.service.holds import place_hold
from portal.credit.service.standings import refresh_all
from portal.credit.words import COACHING
from portal.db import insert_rows, unit_of_work
from portal.rebates.queries.basis import measure
from rules.books import FOLDER
from rules.rebate import Program, calculate
from tests.portal.credit.conftest import NEAR, OWN, RULES, TODAY, World, day

ROOT = Path(__file__).parents[3]
DECIDING = ("rules/rebate", "portal/rebates")
# They print a dealer's limit, terms and service tier beside his incentives, and decide nothing.
PRINTED = {"portal/rebates/support.py", "portal/rebates/switching.py"}
CREDIT = re.compile(r"\bcredit_(terms|hold|standing|payment_purpose|contact)\b|\b(from|join) payment\b")


def sources() -> list[Path]:
    return [path for folder in DECIDING for path in sorted((ROOT / folder).rglob("*.py"))]


def test_no_incentive_reads_credit() -> None:
    wrong = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        imported = {
            node.module or "" for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)
        }
        tiers = imported & {"rules.service", "rules"} and "service_book" in text
        if CREDIT.search(text) or tiers or any(name.startswith("portal.credit") for name in imported):
            wrong.append(str(path.relative_to(ROOT)))
    assert len(sources()) > 20
    assert set(wrong) <= PRINTED


@pytest.mark.parametrize("name", ["volume-quarter", "monthly-flat"])
async def test_who_is_late_and_on_hold_is_paid_the_same(world: World, name: str) -> None:
    text = (FOLDER / "programs" / f"{name}.yaml").read_text(encoding="utf-8")
    program = Program.load(text.replace("2027-", "2026-"))
    columns = "account month_on level side lines documents net_minor returns_minor quantity active".split()
    async with unit_of_work():
        await insert_rows(
            "account_month",
            columns,
            [(dealer, day(f"{month}-01"), 1, 1, 1, 1, 400_000_000, 0, 10, 1)
             for dealer in (OWN, NEAR) for month in ("04", "05", "06")],
        )  # fmt: skip
    for dealer, number in ((OWN, "A"), (NEAR, "B")):
        for month in ("04", "05", "06"):
            on = f"{month}-01"
            await world.document(f"{number}{month}", on, (400_000_000, 40_000_000, 0), due=on, buyer=dealer)
    await world.payment("PB", "06-01", 1_320_000_000, NEAR)
    await place_hold(world.people["finance"], OWN, HoldCommand(HoldReason.OVERDUE, "연체"))
    await refresh_all(RULES, TODAY)
    late = await read_accounts([OWN, NEAR], TODAY, RULES)
    assert [late[dealer].standing.overdue_minor for dealer in (OWN, NEAR)] == [880_000_000, 0]
    values = await measure(program, day("06-30"), (OWN, NEAR))
    amounts = [calculate(program, values[dealer]).total_minor for dealer in (OWN, NEAR)]
    assert amounts[0] == amounts[1]
    assert amounts[0] > 0


def test_what_to_talk_about_names_no_incentive() -> None:
    assert set(COACHING) == set(Coaching)
    words = re.compile(r"incentive|rebate|bonus|discount|penalt|grade|points", re.IGNORECASE)
    assert [text for text in COACHING.values() if words.search(text)] == []
