"""Which version decides a month: at the month's edge, with seasons, beside what the product ships."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.errors import Invalid, NotFound
from portal.rulebooks.queries.versions import book_for, find_version_for, get_book, list_versions
from portal.rulebooks.service import steps
from rules.lifecycle import State
from rules.months import Month
from tests.portal.rulebooks.conftest import TODAY, book_text, scheduled, submitted

if TYPE_CHECKING:
    from tests.portal.rulebooks.conftest import World


async def deciding(month: str) -> str:
    return (await book_for("dealer", Month.parse(month))).version


async def test_the_month_edge(world: World) -> None:
    await scheduled(world)
    assert [await deciding(month) for month in ("2026-10", "2026-11", "2026-12", "2027-01")] == [
        "2019.1",
        "2019.1",
        "2026.12",
        "2026.12",
    ]


async def test_a_season_gives_way(world: World) -> None:
    await scheduled(world, book_text("season", ends="2027-02-28"))
    assert [await deciding(month) for month in ("2026-11", "2026-12", "2027-02", "2027-03")] == [
        "2019.1",
        "season",
        "season",
        "2019.1",
    ]


async def test_states_follow_the_calendar(world: World) -> None:
    await scheduled(world)

    async def states(day: str) -> dict[str, State]:
        found = await list_versions("dealer", dt.date.fromisoformat(day))
        return {version.label: version.state for version in found}

    assert await states("2026-11-30") == {
        "2026.12": State.SCHEDULED,
        "2025.2": State.SUPERSEDED,
        "2019.1": State.ACTIVE,
    }
    assert await states("2026-12-01") == {
        "2026.12": State.ACTIVE,
        "2025.2": State.SUPERSEDED,
        "2019.1": State.SUPERSEDED,
    }


async def test_what_is_not_scheduled_decides_nothing(world: World) -> None:
    await submitted(world)
    cancelled = await scheduled(world)
    await steps.cancel(world.people["author"], cancelled, "철회", TODAY)
    assert await deciding("2026-12") == "2019.1"


async def test_a_later_shipped_version_changes_no_criteria(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scheduled(world)
    from portal.rulebooks.queries import versions  # noqa: PLC0415  to offer another product release
    from rules.rulebook import Rulebook  # noqa: PLC0415  as above

    shipped = versions.shipped_books()
    later = Rulebook.load(book_text("shipped later", "2027-01-01"))
    monkeypatch.setattr(versions, "shipped_books", lambda: (*shipped, later))
    assert await deciding("2027-02") == "2026.12"


async def test_kinds_do_not_mix(world: World) -> None:
    await scheduled(world)
    found = await find_version_for("representative", Month.parse("2026-12"))
    assert found is not None
    assert (found.label, found.proposal_id) == ("2019.1", None)


async def test_no_version_before_the_first(world: World) -> None:
    assert await find_version_for("dealer", Month.parse("2018-12")) is None
    with pytest.raises(Invalid):
        await book_for("dealer", Month.parse("2018-12"))
    with pytest.raises(NotFound):
        await get_book("0" * 64)


async def test_a_stored_version_is_read_back_by_its_hash(world: World) -> None:
    await scheduled(world)
    version = await find_version_for("dealer", Month.parse("2026-12"))
    assert version is not None
    assert (await get_book(version.sha256)).sha256 == version.sha256
