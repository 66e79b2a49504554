"""Histories of phones and a bad network, made from a seed, played against the server, and judged at the end.

Drafts are kept on phones with wrong clocks; batches arrive in other orders, several times, weeks later, with
their answers lost; some drafts are on two phones, some of these with other content. September is closed.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portal.db import fetch, fetch_value
from tests.portal.field.conftest import POINT, SEOUL, Phone

if TYPE_CHECKING:
    from portal.access import Viewer

SKEW_MOST = dt.timedelta(hours=26)
SPAN = dt.timedelta(days=30)
CLOSED_ON = dt.date(2026, 9, 1)
GONE = frozenset({"created", "duplicate", "late"})
TIMES_MOST, DRAINS_MOST = 5, 20
Row = dict[str, Any]


@dataclass
class Draft:
    """One record somebody meant to make.

    Attributes:
        kept_at: When, by a right clock.
        variants: What phones say it is; more than one is a conflict.
        is_copied: It is on two phones, whose clocks may differ.
    """

    key: str
    kind: str
    kept_at: dt.datetime
    variants: list[dict[str, Any]]
    is_copied: bool = False
    told: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Device:
    """A phone with what is in its outbox: place of the variant and the record as sent."""

    phone: Phone
    outbox: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Shelf:
    """What the server holds at the end, by the key of the record; new accounts by their name."""

    visits: dict[str, list[Row]]
    promises: dict[str, list[Row]]
    accounts: dict[str, list[Row]]
    late: dict[str, list[Row]]

    @classmethod
    async def read(cls) -> Shelf:
        """Return everything that was kept."""
        return cls(
            _by("client_key", await fetch("select client_key, note, visited_on from visit")),
            _by("client_key", await fetch("select client_key, text from promise")),
            _by("name", await fetch("select id, name from account")),
            _by("client_key", await fetch("select client_key, payload from late_record")),
        )

    def kept_of(self, draft: Draft) -> list[Row]:
        """Return the rows a draft has become."""
        if draft.kind == "account":
            return self.accounts.get(draft.variants[0]["fields"]["name"], [])
        return (self.visits if draft.kind == "visit" else self.promises).get(draft.key, [])


def _by(name: str, rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


class History:
    """A history of one person.

    Args:
        viewer: Who logs.
        seed: Decides everything.
    """

    def __init__(self, viewer: Viewer, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  histories, not secrets
        self.begins_at = dt.datetime(2026, 9, 20, tzinfo=dt.UTC) + SPAN * self.random.random()
        self.now = self.begins_at
        self.devices = [Device(Phone(viewer, self._skew())) for _ in range(self.random.choice([1, 2]))]
        self.drafts: dict[str, Draft] = {}
        self.on_the_way: list[tuple[Device, list[tuple[int, dict[str, Any]]]]] = []

    def _skew(self) -> dt.timedelta:
        return self.random.choice([0.0, self.random.uniform(-1, 1)]) * SKEW_MOST

    async def play(self) -> None:
        """Keep, send, lose, repeat; then let everything through."""
        for _ in range(self.random.randint(2, 6)):
            self.now += SPAN / 8 * self.random.random()
            for _ in range(self.random.randint(0, 2)):
                self._keep()
            if self.random.random() < 2 / 3:
                await self._send(self.random.choice(self.devices), is_lost=self.random.random() < 1 / 2)
            await self._repeat()
        for _ in range(DRAINS_MOST):
            for device in self.devices:
                await self._send(device, is_lost=False)
        await self._repeat()

    def _keep(self) -> None:
        device = self.random.choice(self.devices)
        made = self.random.random()
        if made < 1 / 5:
            item = device.phone.account(self.now, "")
            item["fields"]["name"] = f"가게 {item['id']}"
            self._put(device, item)
            self._put(device, device.phone.visit(self.now, item["id"]))
        elif made < 2 / 5:
            fields = {"account": str(POINT), "text": "약속", "side": "ours", "due_on": "2026-12-01"}
            self._put(device, device.phone.record("promise", self.now, fields))
        else:
            self._put(device, device.phone.visit(self.now))

    def _put(self, device: Device, item: dict[str, Any]) -> None:
        draft = Draft(item["id"], item["kind"], self.now, [item])
        self.drafts[item["id"]] = draft
        device.outbox[item["id"]] = (0, item)
        if len(self.devices) > 1 and self.random.random() < 1 / 4:
            other = self.devices[1 - self.devices.index(device)]
            draft.is_copied = True
            copy = item
            if self.random.random() < 1 / 2 and item["kind"] != "account":
                copy = {**item, "fields": {**item["fields"], "note": "다른 내용", "text": "다른 약속"}}
                draft.variants.append(copy)
            other.outbox[item["id"]] = (len(draft.variants) - 1, copy)

    async def _send(self, device: Device, *, is_lost: bool) -> None:
        """Send what waits, in any order, some of it several times; a lost answer changes nothing here."""
        batch = list(device.outbox.values())
        self.random.shuffle(batch)
        if not batch:
            return
        if self.random.random() < 1 / 2:
            self.on_the_way.append((device, batch[: self.random.randint(1, len(batch))]))
        sent = [entry for entry in batch for _ in range(self.random.choice([1, 1, 1, 2]))]
        for (variant, item), status in zip(sent, await self._arrive(device, sent), strict=True):
            if is_lost:
                continue
            if status != "waits":
                self.drafts[item["id"]].told.append((variant, status))
            if status in GONE or status == "conflict":
                device.outbox.pop(item["id"], None)

    async def _repeat(self) -> None:
        """Deliver a batch of the past again, up to five times: nobody reads these answers."""
        if self.on_the_way and self.random.random() < 1 / 2:
            device, batch = self.on_the_way.pop(self.random.randrange(len(self.on_the_way)))
            for _ in range(self.random.randint(1, TIMES_MOST)):
                await self._arrive(device, batch)

    async def _arrive(self, device: Device, batch: list[tuple[int, dict[str, Any]]]) -> list[str]:
        return await device.phone.statuses(*(item for _, item in batch), now=self.now)

    # --- what must be true at the end --------------------------------------------------------------------

    def faults(self, shelf: Shelf) -> list[str]:
        """Return what is lost, doubled, changed, on a wrong day, or was not told; nothing is right."""
        found = [f"{key} waits" for device in self.devices for key in device.outbox]
        for draft in self.drafts.values():
            found += [f"{draft.kind} {draft.key}: {fault}" for fault in self._faults(draft, shelf)]
        return found

    def _faults(self, draft: Draft, shelf: Shelf) -> list[str]:
        kept, late = shelf.kept_of(draft), shelf.late.get(draft.key, [])
        if len(kept) + len(late) != 1:
            return [f"kept {len(kept)} times and late {len(late)} times"]
        found = []
        notes = [variant["fields"].get("note", "") for variant in draft.variants]
        texts = [variant["fields"].get("text", "") for variant in draft.variants]
        winner = 0
        if draft.kind == "visit" and kept:
            winner = notes.index(kept[0]["note"])
        elif draft.kind == "promise":
            winner = texts.index(kept[0]["text"])
        elif late:
            winner = notes.index("다른 내용") if "다른 내용" in late[0]["payload"] else 0
        for variant, status in draft.told:
            if (variant == winner) == (status == "conflict") or status in {"rejected", "refused"}:
                found.append(f"variant {variant} was told {status}, variant {winner} stands")
        if {variant for variant, _ in draft.told} < set(range(len(draft.variants))):
            found.append("somebody was never told")
        if draft.kind == "visit" and not draft.is_copied:
            found += self._wrong_day(draft, kept, late)
        return found

    def _wrong_day(self, draft: Draft, kept: list[Row], late: list[Row]) -> list[str]:
        day = draft.kept_at.astimezone(SEOUL).date()
        is_closed = day.replace(day=1) == CLOSED_ON
        if is_closed != bool(late):
            return [f"of {day} and {'not ' if is_closed else ''}late"]
        return [f"of {day} kept as of {row['visited_on']}" for row in kept if row["visited_on"] != day]


async def count_kept() -> int:
    """Return how many visits, new accounts, promises and late records there are."""
    tables = ("visit", "account_find", "promise", "late_record")
    return sum([int(await fetch_value(f"select count(*) from {table}")) for table in tables])
