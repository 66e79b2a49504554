"""A month is decided by the manufacturer's own version from its first day on, and the run names its hash."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.access import Grant, Role
from portal.db import unit_of_work
from portal.evaluations.model import SubjectKind
from portal.evaluations.queries.months import list_checks
from portal.evaluations.replay import replay
from portal.rulebooks.queries.proposals import get_proposal
from portal.rulebooks.service import steps
from portal.rulebooks.service.drafts import create_draft
from tests.portal.evaluations.conftest import MONTH, NEXT, TODAY, evaluate, new_person
from tests.portal.rulebooks.conftest import book_text

if TYPE_CHECKING:
    from tests.portal.evaluations.conftest import World

BEFORE = dt.date(2026, 1, 5)


async def own_version(world: World) -> str:
    """Publish a version that begins on 2026-02-01 and return its hash."""
    async with unit_of_work():
        approver = await new_person("approver", "기준 승인자", Grant(Role.RULE_APPROVER))
    author = world.people["author"]
    text = book_text("2026.2", "2026-02-01", "2026-01-10").replace('from: "90"', 'from: "91"')
    number = await create_draft(author, text)
    await steps.validate(author, number)
    await steps.rehearse(author, number)
    await steps.submit(author, number, 14, BEFORE)
    sha256 = (await get_proposal(number)).sha256
    await steps.approve(approver, number, sha256, 14, BEFORE)
    await steps.schedule(approver, number, 14, BEFORE)
    return sha256


async def test_the_month_edge_decides_which_version(world: World) -> None:
    sha256 = await own_version(world)
    last, first = await evaluate(world, MONTH), await evaluate(world, NEXT)
    assert (last.rulebook_label, last.is_reference_only) == ("2025.2", False)
    assert (first.rulebook_label, first.rulebook_sha256, first.is_reference_only) == ("2026.2", sha256, True)
    assert (await replay(first)).equal
    checks = await list_checks(NEXT, SubjectKind.DEALER, TODAY)
    assert "Criteria in force: 2026.2." in [str(check.message) for check in checks]
