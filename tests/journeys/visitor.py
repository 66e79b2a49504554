"""A browser window with somebody in front of it, who notices everything that goes wrong in it."""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import BrowserContext, Page, Request

from portal.demo.people import PASSWORD
from portal.web.i18n import in_locale, translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ConsoleMessage, Response

LAUNCH_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]
DESKTOP, PHONE = (1440, 1000), (390, 844)
FIRST_BAD_STATUS = 400
QUIET_MS, LOOK_MS, PATIENCE_S = 150, 25, 20
SEND = """async (path) => {
  const headers = {"X-CSRF-Token": document.querySelector("meta[name=csrf]").content};
  const answer = await fetch(path, {method: "POST", headers});
  return [answer.status, await answer.text()];
}"""


@dataclass
class Visitor:
    """One browser profile with one page.

    Attributes:
        context: The profile: cookies, language, colours.
        page: The window.
        address: Where the portal is.
        problems: Console errors, refusals by the CSP, failed requests and bad answers, as they came.
    """

    context: BrowserContext
    page: Page
    address: str
    problems: list[str] = field(default_factory=list)
    _expected: set[int] = field(default_factory=set)
    _in_flight: set[Request] = field(default_factory=set)
    _fetched: int = 0

    def watch(self) -> None:
        """Begin to note what goes wrong."""
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("requestfailed", self._on_failed)
        self.page.on("response", self._on_response)
        self.page.on("request", self._on_request)
        self.page.on("requestfinished", self._on_finished)

    def _on_console(self, message: ConsoleMessage) -> None:
        about_status = re.search(r"status of (\d+)", message.text)
        if about_status and int(about_status[1]) in self._expected:
            return
        if message.type in {"error", "warning"}:
            self.problems.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        self._fetched += 1
        self._in_flight.add(request)

    def _on_finished(self, request: Request) -> None:
        self._in_flight.discard(request)

    def _on_failed(self, request: Request) -> None:
        self._on_finished(request)
        # A download, or an answer nobody waits for any more, ends as "aborted".
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"request: {request.url} {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= FIRST_BAD_STATUS and response.status not in self._expected:
            self.problems.append(f"answer: {response.status} {response.url}")

    def forget_offline(self) -> None:
        """Forget what failed for want of a network; to be called once it is back, for it is told of late."""
        words = ("ERR_INTERNET", "Failed to fetch")
        self.problems[:] = [one for one in self.problems if not any(word in one for word in words)]

    @contextlib.contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Take these answers as wanted until the end of the block."""
        self._expected |= set(statuses)
        yield
        self.settle()
        self._expected -= set(statuses)

    def go(self, path: str) -> int:
        """Open a page by its address and return the status of the answer."""
        response = self.page.goto(self.address + path)
        return response.status if response else 0

    def settle(self) -> None:
        """Wait until nothing has been fetched for a moment, by a page or by a script of it.

        The browser's own "network idle" comes once a page: it says nothing of what a key or a click began.

        Raises:
            AssertionError: Something is still being fetched after 20 seconds.
        """
        quiet_ms, until = 0, time.monotonic() + PATIENCE_S
        while quiet_ms < QUIET_MS:
            assert time.monotonic() < until, f"never answered: {[each.url for each in self._in_flight]}"
            fetched = self._fetched
            self.page.wait_for_timeout(LOOK_MS)
            busy = self._in_flight or self._fetched != fetched
            quiet_ms = 0 if busy else quiet_ms + LOOK_MS
        self.page.wait_for_load_state()

    def sign_in(self, login: str, password: str = PASSWORD) -> Visitor:
        """Sign in by the form, as a person does."""
        self.go("/sign-in")
        self.page.locator("input[name=login]").fill(login)
        self.page.locator("input[name=password]").fill(password)
        with self.page.expect_navigation():
            self.page.locator("button[type=submit]").click()
        return self

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def download(self, path: str) -> bytes:
        """Fetch a file with the visitor's cookies.

        Raises:
            AssertionError: The answer is not 200.
        """
        answer = self.context.request.get(self.address + path)
        assert answer.status == 200, (path, answer.status)
        return answer.body()

    def post(self, path: str) -> tuple[int, str]:
        """Send an empty form that no button of the page offers; return status and text of the answer."""
        status, text = self.page.evaluate(SEND, path)
        return status, text

    @property
    def path(self) -> str:
        """Path and query of the page that is open."""
        return self.page.url.removeprefix(self.address)

    @property
    def toast(self) -> str:
        """What the newest toast says."""
        return self.page.locator(".toasts .toast").last.inner_text()


def said(text: str, **params: object) -> str:
    """Return what a Korean page says for an English text of the program."""
    with in_locale("ko"):
        return translate(text, **params)
