"""A portal that can be switched off and on at one address, and a phone in the field in front of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.portal_server import PORTAL, STOP_SECONDS, Portal, environment_of, wait_until_ready
from tests.journeys.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable


PATIENCE_S, LOOK_MS = 20, 50
SHOWN_WITHOUT_NETWORK = ("ERR_", "Failed to fetch", "failed: net")
ITEMS = """async (outbox) => (await (await import(outbox)).allOf(document.body.dataset.user, "field"))
  .map(({ photo, ...item }) => item)"""
PUT = "async ([outbox, item]) => (await import(outbox)).put(item)"
KEEP = """async (outbox) => {
  const { put } = await import(outbox), { user } = document.body.dataset;
  const began = performance.now();
  await put({
    id: crypto.randomUUID(), user, kind: "field", record: "visit", title: "x", at: new Date().toISOString(),
    fields: { account: "1", note: "x".repeat(500) }, photo: new Blob([new Uint8Array(300_000)]),
  });
  return performance.now() - began;
}"""
KIT = """async () => (await (await fetch("/field/kit")).json()).accounts.map((account) => account.id)"""
REMOVE = "async ([outbox, keys]) => { for (const key of keys) await (await import(outbox)).remove(key); }"
LEFT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) {
      if (!request.url.includes("/static/build/")) found.push(request.url);
    }
  }
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => done(request.result);
    });
    for (const store of database.objectStoreNames) {
      const all = await new Promise((done) => {
        const request = database.transaction(store).objectStore(store).getAllKeys();
        request.onsuccess = () => done(request.result);
      });
      found.push(...all.map((key) => `${store} ${key}`));
    }
    database.close();
  }
  return [...found, ...Object.keys(localStorage), ...Object.keys(sessionStorage)];
}"""


@dataclass
class Switched:
    """A portal that can be killed and started again.

    Attributes:
        folder: Its data folder.
        database: Its SQLite file.
    """

    folder: Path
    database: Path
    port: int = 0
    server: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def portal(self) -> Portal:
        """The portal, for questions to its database."""
        return Portal(f"http://127.0.0.1:{self.port}", self.database)

    def on(self) -> None:
        """Start it, at the same address as before."""
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        log = self.folder / "server.log"
        with log.open("ab") as stream:
            self.server = subprocess.Popen(
                [PORTAL, "run", "--port", str(self.port)],
                cwd=self.folder,
                env=environment_of(self.folder, self.database, self.port),
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        wait_until_ready(self.server, self.portal.address, log)

    def off(self) -> None:
        """Kill it with every process it started, without a chance to end anything."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait(STOP_SECONDS)
            self.server = None

    def wait_for(self, query: str, expected: int) -> None:
        """Wait until a count is as expected, and see that it stays so."""
        until = time.monotonic() + PATIENCE_S
        while self.portal.row(query)["n"] < expected and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(0.3)
        assert self.portal.row(query)["n"] == expected


@dataclass
class FieldPhone:
    """Somebody with the field's page open."""

    visitor: Visitor

    def open(self) -> FieldPhone:
        """Open the page and wait until it works without a network."""
        self.visitor.go("/field/")
        self.ready()
        return self

    def ready(self) -> None:
        """Wait until the page has everything it takes along."""
        expect(self.visitor.page.locator("body[data-ready=yes]")).to_be_attached()

    def reload(self) -> None:
        """Load the page again, from the phone when there is no server."""
        self.visitor.page.reload()
        self.visitor.page.locator("body[data-shown]").wait_for()

    def view(self, name: str) -> None:
        """Go to a part of the page."""
        self.visitor.page.evaluate("(hash) => { location.hash = hash; }", name)
        expect(self.visitor.page.locator(f"[data-view={name.partition('/')[0]}]")).to_be_visible()

    def accounts(self) -> list[int]:
        """Return the numbers of accounts taken along."""
        numbers: list[int] = self.visitor.page.evaluate(KIT)
        return numbers

    def log(self, account: object, note: str, photo: Path | None = None) -> None:
        """Log a visit and wait until the phone says that it is kept."""
        page = self.visitor.page
        self.view(f"account/{account}")
        page.locator("#f-note").fill(note)
        if photo is not None:
            page.locator("#f-photo").set_input_files(photo)
        page.locator("[data-form=visit] .btn.pri").click()
        expect(page.locator("[data-view=today]")).to_be_visible()

    def add(self, name: str, dealer: int = 1) -> None:
        """Add a retail point."""
        page = self.visitor.page
        self.view("new")
        page.locator("#f-name").fill(name)
        page.locator("#f-dealer").select_option(index=dealer)
        page.locator("[data-form=account] .btn.pri").click()
        expect(page.locator("[data-view=records]")).to_be_visible()

    @property
    def outbox(self) -> str:
        """Address of the module that keeps the outbox."""
        return str(self.visitor.page.locator("body").get_attribute("data-outbox"))

    def items(self) -> list[dict[str, object]]:
        """Return what waits on this phone, opened."""
        found: list[dict[str, object]] = self.visitor.page.evaluate(ITEMS, self.outbox)
        return found

    def put(self, item: dict[str, object]) -> None:
        """Put a record into the outbox, as a copied phone would have it."""
        self.visitor.page.evaluate(PUT, [self.outbox, item])

    def keep_and_measure(self) -> float:
        """Keep a visit and return how many milliseconds it took until it was written."""
        took: float = self.visitor.page.evaluate(KEEP, self.outbox)
        return took

    def discard(self, keys: list[str]) -> None:
        """Take records out of the outbox."""
        self.visitor.page.evaluate(REMOVE, [self.outbox, keys])
        self.reload()

    def expect_waiting(self, count: int) -> None:
        """Wait until so many records wait on this phone."""
        expect(self.visitor.page.locator("[data-state]")).to_have_attribute("data-count", str(count))

    def wait_until(self, happened: Callable[[], bool]) -> None:
        """Wait until something has happened in the browser, at most 20 seconds."""
        until = time.monotonic() + PATIENCE_S
        while not happened() and time.monotonic() < until:
            self.visitor.page.wait_for_timeout(LOOK_MS)

    def left(self) -> list[str]:
        """Return what the browser keeps besides files of the program."""
        found: list[str] = self.visitor.page.evaluate(LEFT)
        return found

    def forgive(self) -> None:
        """Take problems of a missing network as wanted; others stay."""
        problems = self.visitor.problems
        problems[:] = [one for one in problems if not any(part in one for part in SHOWN_WITHOUT_NETWORK)]
