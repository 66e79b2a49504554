"""Three dealers in two regions, people of every kind, and a way to write documents and payments."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest

import portal.credit.policies
from portal.access import DeputyFor, Grant, Role, Viewer
from portal.credit.model import CreditRules
from portal.db import engine_kind, execute, fetch_value, insert_rows, unit_of_work

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
TODAY = dt.date(2026, 6, 1)
RULES = CreditRules()
ERP, BANK, OTHER = 1, 2, 3
ORDER, RETURN, CORRECTION = 1, 2, 3
GOODS, DEPOSIT = 1, 2
OWN, NEAR, FAR = 10, 20, 30


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


@dataclass
class World:
    """The people, and numbers of lines written so far."""

    people: dict[str, Viewer] = field(default_factory=dict)
    lines: int = 0

    async def document(
        self,
        number: str,
        on: str,
        *lines: tuple[int, int, int] | tuple[int, int, int, int],
        due: str | None = None,
        buyer: int = OWN,
        kind: int = ORDER,
        level: int = 1,
        source: int = ERP,
    ) -> None:
        """Write a document with lines (supply value, VAT, deposit, line kind)."""
        async with unit_of_work():
            document = await fetch_value(
                "insert into document (source, level, kind, number, buyer, business_on, due_on, batch)"
                " values ({}, {}, {}, {}, {}, {}, {}, 1) returning id",
                *(source, level, kind, number, buyer, day(on), day(due) if due else None),
            )
            rows = []
            for line_no, (amount, vat, deposit, *line_kind) in enumerate(lines, start=1):
                self.lines += 1
                rows.append(
                    (source, kind, number, line_no, document, level, *(line_kind or [GOODS]), buyer, day(on),
                     1, 1, amount, vat, deposit, 1, self.lines)
                )  # fmt: skip
            columns = (
                "source kind number line_no document level line_kind buyer business_on product quantity"
                " amount_minor vat_minor deposit_minor batch source_row"
            )
            await insert_rows("document_line", columns.split(), rows)

    async def payment(
        self, number: str, on: str, amount: int, account: int = OWN, *, names: str = ""
    ) -> None:
        """Write a payment, and the invoice its file says it is for."""
        async with unit_of_work():
            await execute(
                "insert into payment (source, number, account, paid_on, amount_minor, document_number)"
                " values ({}, {}, {}, {}, {}, {})",
                *(BANK, number, account, day(on), amount, names),
            )


def _people() -> dict[str, Viewer]:
    def person(user_id: int, login: str, *grants: Grant) -> Viewer:
        return Viewer(user_id, login, login, grants=grants)

    finance = person(2, "finance", Grant(Role.FINANCE))
    until = dt.date(2099, 1, 1)
    return {
        "finance": finance,
        "finance2": person(3, "finance2", Grant(Role.FINANCE)),
        "deputy": Viewer(
            12, "deputy", "deputy", grants=(Grant(Role.FINANCE),),
            deputy_for=(DeputyFor(2, "finance", finance.grants, TODAY, until),),
        ),
        "admin": person(1, "admin", Grant(Role.ADMINISTRATOR)),
        "auditor": person(4, "auditor", Grant(Role.AUDITOR)),
        "manager": person(5, "manager", Grant(Role.REGIONAL_MANAGER, region_path="/KR/CC/")),
        "rep": person(6, "rep", Grant(Role.SALES_REPRESENTATIVE)),
        "marketing": person(7, "marketing", Grant(Role.MARKETING)),
        "owner": person(8, "owner", Grant(Role.DEALER_OWNER, account_id=OWN)),
        "staff": person(9, "staff", Grant(Role.DEALER_STAFF, account_id=OWN)),
        "far": person(10, "far", Grant(Role.DEALER_OWNER, account_id=FAR)),
    }  # fmt: skip


@pytest.fixture
async def world(database: str) -> World:
    """The network and the people; nothing sold and nothing paid."""
    assert portal.credit.policies.READ
    made = World(_people())
    async with unit_of_work():
        if engine_kind() == "sqlite":
            await execute("delete from search_fts")
        await insert_rows(
            "region",
            ("id", "code", "name", "name_en", "parent", "path"),
            [(1, "KR", "전국", "Korea", None, "/KR/"), (2, "CC", "충청", "Chungcheong", 1, "/KR/CC/"),
             (3, "GS", "경상", "Gyeongsang", 1, "/KR/GS/")],
        )  # fmt: skip
        await insert_rows(
            "account",
            ("id", "kind", "code", "name", "region", "dealer", "owner", "area", "state", "is_stub",
             "version", "created_at", "updated_at"),
            [(number, "dealer", f"D{number}", name, region, number, "manufacturer", "", "existing", False, 1,
              NOW, NOW) for number, name, region in ((OWN, "대청상사", 2), (NEAR, "한빛유통", 2),
                                                     (FAR, "영남물산", 3))],
        )  # fmt: skip
        await insert_rows(
            "dealer",
            ("account", "address", "phone", "sell_through_owner", "payment_terms_days"),
            [(OWN, "", "", "manufacturer", 45), (NEAR, "", "", "manufacturer", None),
             (FAR, "", "", "manufacturer", None)],
        )  # fmt: skip
        await insert_rows("import_source", ("id", "code"), [(ERP, "erp"), (BANK, "bank"), (OTHER, "other")])
        await insert_rows(
            "login_user",
            ("id", "login", "name", "created_at"),
            [(one.user_id, one.login, one.name, NOW) for one in made.people.values()],
        )
        await insert_rows(
            "role_grant",
            "user_id role region_id account_id state origin requested_at".split(),
            [(2, "finance", None, None, "active", "demo", NOW),
             (3, "finance", None, None, "revoked", "demo", NOW),
             (5, "regional_manager", 2, None, "active", "demo", NOW),
             (6, "sales_representative", None, None, "active", "demo", NOW)],
        )  # fmt: skip
        await insert_rows(
            "representative_assignment", ("user_id", "dealer", "from_on"), [(6, OWN, dt.date(2025, 1, 1))]
        )
    return made


async def value(sql: str, *args: Any) -> Any:
    return await fetch_value(sql, *args)
