"""The target list on paper: printed, or refused with the way out before anything is rendered."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pymupdf
import pytest

from portal.db import execute, insert_rows, unit_of_work
from portal.errors import Conflict
from portal.plans.printing_targets import print_targets
from portal.plans.queries.targets import TargetFilter
from portal.settings import Settings
from portal.web.printing.targets import MOST_ROWS
from tests.portal.plans.conftest import NOW, OWN, World
from tests.portal.plans.field_site import make_client

if TYPE_CHECKING:
    from portal.access import Viewer

REFUSED_WITHIN_SECONDS = 5


async def targets(count: int) -> None:
    """Put so many more accounts on the list."""
    rows = range(10_000, 10_000 + count)
    async with unit_of_work():
        await insert_rows(
            "account",
            "id kind code name region dealer owner area state is_stub version created_at updated_at".split(),
            [
                (number, "terminal", f"T{number}", f"가게 {number}", 2, OWN, "manufacturer", "", "existing",
                 False, 1, NOW, NOW)
                for number in rows
            ],
        )  # fmt: skip
        await insert_rows(
            "target_account",
            "account competitor score score_parts reason added_by_user_id added_at".split(),
            [(number, "경쟁사", 90, '{"target": 90}', "진열이 큼", 1, NOW) for number in rows],
        )


def text_of(pdf: bytes) -> str:
    with pymupdf.open(stream=pdf) as document:
        return " ".join("".join(page.get_text() for page in document).replace("\u2060", "").split())


async def test_a_list_is_printed_with_its_reasons(world: World) -> None:
    await targets(30)
    manager: Viewer = world.people["manager"]
    korean = text_of(await print_targets(manager, TargetFilter(), Settings(), "ko"))
    assert "가게 10029" in korean
    assert "진열이 큼" in korean
    async with unit_of_work():
        await execute("update target_account set share_source = 'observed', competitor_share_bp = 6000")
    english = text_of(await print_targets(manager, TargetFilter("", "/KR/CC/", "target"), Settings(), "en"))
    assert "Chungcheong · On the list" in english
    assert "60" in english


async def test_a_list_longer_than_paper_is_refused_at_once(world: World) -> None:
    await targets(MOST_ROWS + 1)
    started = time.perf_counter()
    with pytest.raises(Conflict) as refused:
        await print_targets(world.people["manager"], TargetFilter(), Settings(), "ko")
    assert time.perf_counter() - started < REFUSED_WITHIN_SECONDS
    assert refused.value.message.params == {"count": "502", "most": MOST_ROWS}
    async with make_client(world.people) as client:
        page = await client.post("/target-list/print", data={"stage": ""}, headers={"x-viewer": "manager"})
        assert page.status_code == 409
        assert "502 rows are too many for paper" in page.text
        assert (
            await client.post("/target-list/print", data={"stage": ""}, headers={"x-viewer": "owner"})
        ).status_code == 403
