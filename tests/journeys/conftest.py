"""Journeys: headless Chromium in front of the portal as ``./dev run`` serves it, on the demo network.

Every file of journeys has its own server on its own copy of the demo, which is built once a run.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.journeys.portal_server import Portal, built_demo, served
from tests.journeys.visitor import DESKTOP, LAUNCH_FLAGS, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PATIENCE_MS = 20_000
HERE = Path(__file__).parent
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("journey")


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo network, shared by all workers of a run; copy it before changing it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return built_demo(shared)


@pytest.fixture(scope="module")
def portal(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal on a fresh copy of the demo network."""
    folder = tmp_path_factory.mktemp("portal")
    database = folder / "demo.db"
    shutil.copyfile(demo_file, database)
    with served(folder, database) as portal:
        yield portal


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, closed after each file: its event loop must not stand in the way of asynchronous tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, portal: Portal) -> Iterator[Callable[..., Visitor]]:
    """Open a window: ``visit()`` or ``visit(login)``; the test fails when anything went wrong in one."""
    visitors: list[Visitor] = []

    def open_window(login: str = "", size: tuple[int, int] = DESKTOP, theme: str = "light") -> Visitor:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,
            reduced_motion="reduce",  # colours on their way from light to dark have no contrast to speak of
            locale="ko-KR",
            timezone_id="Asia/Seoul",
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(context, context.new_page(), portal.address)
        visitor.watch()
        visitors.append(visitor)
        return visitor.sign_in(login) if login else visitor

    yield open_window
    problems = [problem for visitor in visitors for problem in visitor.problems]
    for visitor in visitors:
        visitor.context.close()
    assert problems == []
