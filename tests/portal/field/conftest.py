"""The network of the plans' tests with phones: who sends, what is sent, what the server then holds."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from portal.access import Viewer
from portal.db import engine_kind, fetch, insert_rows, unit_of_work
from portal.field.forms import read_batch
from portal.field.handlers import join_handler
from portal.field.kinds import handlers
from portal.field.service.sync import take
from portal.settings import Settings
from tests.portal.plans.conftest import FAR, NEAR, NOW, OWN, World, world

if TYPE_CHECKING:
    from portal.field.model import Answer

SEOUL = ZoneInfo("Asia/Seoul")
POINT, NEAR_POINT = 101, 102  # odd numbers are OWN's
SAT = dt.datetime(2026, 11, 21, 3, 0, tzinfo=dt.UTC)  # noon of a Saturday in Seoul


def key() -> str:
    """Return a key as a phone makes one."""
    return str(uuid.uuid4())


@dataclass
class Phone:
    """A phone of one person.

    Attributes:
        skew: By how much its clock is ahead.
    """

    viewer: Viewer
    skew: dt.timedelta = dt.timedelta(0)
    phone_key: str = field(default_factory=key)

    def visit(self, at: dt.datetime, account: object = POINT, **more: str) -> dict[str, Any]:
        """Return a visit kept at an instant of the server's clock, on that day."""
        day = (at + self.skew).astimezone(SEOUL).date()
        fields = {"account": str(account), "visited_on": str(day), "outcome": "met", **more}
        return self.record("visit", at, fields)

    def account(self, at: dt.datetime, name: str, **more: str) -> dict[str, Any]:
        """Return a new retail point of OWN."""
        fields = {"account_kind": "terminal", "name": name, "dealer": f"D{OWN}", "state": "prospect", **more}
        return self.record("account", at, fields)

    def record(self, kind: str, at: dt.datetime, fields: dict[str, str]) -> dict[str, Any]:
        """Return a record of any kind."""
        return {"id": key(), "kind": kind, "at": (at + self.skew).isoformat(), "fields": fields}

    async def send(self, *items: dict[str, Any], now: dt.datetime = SAT, **more: Any) -> list[Answer]:
        """Send records and return the answers."""
        said = {"phone": self.phone_key, "label": "Android", "now": (now + self.skew).isoformat()}
        body = {**said, "waiting": len(items), "stuck": 0, "items": list(items), **more}
        return await take(self.viewer, read_batch(body, now), now)

    async def statuses(self, *items: dict[str, Any], now: dt.datetime = SAT) -> list[str]:
        """Send records and return what became of each."""
        return [answer.status.value for answer in await self.send(*items, now=now)]


@pytest.fixture(autouse=True)
def joined() -> None:
    """Join the records that phones send, as the application does."""
    for handler in handlers(Settings()):
        join_handler(handler)


@pytest.fixture
def rep(world: World) -> Phone:
    """The phone of OWN's representative."""
    return Phone(world.people["rep"])


async def close(month_on: dt.date) -> None:
    """Close the evaluation of a month."""
    async with unit_of_work():
        await insert_rows(
            "rulebook_version",
            ("sha256", "subject_kind", "label", "effective_from", "content", "stored_at"),
            [("0" * 64, "dealer", "기준", month_on, "{}", NOW)],
        )
        book = (await fetch("select max(id) as id from rulebook_version"))[0]["id"]
        await insert_rows(
            "evaluation_run",
            ("month_on", "subject_kind", "rulebook", "state", "as_of_at", "created_at"),
            [(month_on, "dealer", book, "closed", NOW, NOW)],
        )


async def number_from(first: int) -> None:
    """Let new accounts have numbers above those the network was made with; SQLite does so by itself."""
    if engine_kind() == "postgres":
        await fetch("select setval(pg_get_serial_sequence('account', 'id'), {})", first)


async def grant(user_id: int, role: str, *, region: int | None = None, account: int | None = None) -> None:
    """Give somebody an active role, as stored."""
    async with unit_of_work():
        await insert_rows(
            "role_grant",
            ("user_id", "role", "region_id", "account_id", "state", "origin", "requested_at"),
            [(user_id, role, region, account, "active", "demo", NOW)],
        )


__all__ = ["FAR", "NEAR", "NEAR_POINT", "OWN", "POINT", "SAT", "Phone", "world"]
