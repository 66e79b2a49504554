"""Modules passed of those assigned, training as support, tasks, and the step of the season page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from portal.occasions.model import OccasionMove
from portal.occasions.service.occasions import move_occasion
from portal.seasons.queries.seasons import get_season
from rules.months import Month
from tests.training.conftest import DAY, FAR, NEAR, OWN, ZONE
from training.courses.model import TestKind
from training.sessions.facts import CODE, TrainingFacts
from training.sessions.kind_pages import TrainingPages
from training.sessions.season_step import training_standing
from training.sessions.support import TrainingSupport
from training.sessions.tasks import list_tasks

if TYPE_CHECKING:
    from tests.training.conftest import School

BOOKS = Path(__file__).parents[2] / "rules" / "books"
TODAY = dt.datetime.now(ZONE).date()


def test_no_shipped_book_scores_training() -> None:
    books = [path for path in BOOKS.rglob("*.yaml") if path.name != "kpis.yaml"]
    assert len(books) > 10
    assert [path.name for path in books if CODE in path.read_text(encoding="utf-8")] == []


async def test_passed_counts_and_coming_does_not(school: School) -> None:
    session_id = await school.plan(season=1)
    occasion = await school.invite(session_id, OWN, NEAR)
    seat = await school.seat(occasion, "owner", OWN)
    staff = await school.seat(occasion, "staff", OWN, came=True)
    held_on = TODAY - dt.timedelta(days=1)
    await school.move_to(session_id, held_on)
    kinds = [task.kind for task in await list_tasks(school.viewer("staff"), TODAY)]
    assert kinds == ["training.post", "training.feedback"]
    assert [task.kind for task in await list_tasks(school.viewer("marketing"), TODAY)] == ["training.hold"]
    await school.test("owner", session_id, seat, TestKind.POST, 3)
    await school.test("staff", session_id, staff, TestKind.POST, 1)
    month, groups = Month.of(held_on), [[OWN], [NEAR], [FAR], [OWN, NEAR]]

    async def measured() -> list[tuple[int, int, bool]]:
        column = (await TrainingFacts(ZONE).measures(month, groups))[CODE]
        return list(zip(column.numerator, column.denominator, column.missing, strict=True))  # type: ignore[arg-type]

    assert [missing for *_, missing in await measured()] == [True] * 4
    await move_occasion(school.viewer("marketing"), occasion, OccasionMove.HOLD)
    # The owner passed and did not come, his staff came and did not pass.
    assert await measured() == [(0, 2, False), (0, 2, False), (0, 0, True), (0, 4, False)]
    await school.came(seat)
    assert await measured() == [(2, 2, False), (0, 2, False), (0, 0, True), (2, 4, False)]
    found = await TrainingSupport(ZONE).list_support(OWN, held_on, held_on)
    assert [str(one.figure) for one in found] == ["2 days"]
    assert await TrainingSupport(ZONE).list_support(NEAR, held_on, held_on) == []
    assert await TrainingSupport(ZONE).list_support(OWN, TODAY, TODAY) == []


async def test_what_other_pages_say_of_training(school: School) -> None:
    viewer = school.viewer("marketing")
    season = await get_season(viewer, 1)
    assert await training_standing(viewer, season) is None
    session_id = await school.plan(DAY, season=1)
    standing = await training_standing(viewer, season)
    assert standing is not None
    assert (standing.done, standing.of, standing.print_href) == (0, 1, "/training/seasons/1/print")
    assert await training_standing(school.viewer("owner"), season) is None
    pages = TrainingPages()
    assert await pages.href(1) == f"/training/sessions/{session_id}"
    assert (await pages.own_href(1), await pages.href(99), await pages.lines(99)) == (
        f"/my/training/{session_id}", "", ()
    )  # fmt: skip
    assert [(line.title, line.who) for line in await pages.lines(1)] == [
        ("딜러의 미래", "김교수 교수"), ("협력", "김교수 교수")
    ]  # fmt: skip
