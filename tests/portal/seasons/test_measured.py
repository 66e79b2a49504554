"""What came of growth points is measured from sales; steps of a season say how far they are, on paper too."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, insert_rows, unit_of_work
from portal.errors import Invalid, message
from portal.seasons import steps
from portal.seasons.commands import GrowthCommand
from portal.seasons.model import GrowthKind, Step
from portal.seasons.printing import document_of
from portal.seasons.queries.measured import is_known, measure_growth
from portal.seasons.queries.papers import season_paper
from portal.seasons.queries.seasons import get_season, list_steps
from portal.seasons.queries.targets import list_growth
from portal.seasons.service import growth
from portal.seasons.step_printing import step_document
from portal.seasons.steps import StepStanding, paper_of, words_of
from portal.settings import Settings
from portal.web.i18n import in_locale
from rules.months import Month
from tests.portal.seasons.conftest import COLA, NEAR, NOW, OWN, World, offered
from tests.portal.seasons.site import Site, site

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["site"]
OUTLET, SCHOOL, BAR = 61, 62, 63
OCTOBER = Month.parse("2026-10")
TOTALS = "account month_on level side lines documents net_minor returns_minor quantity active".split()


async def _write_october() -> None:
    """October, the season's first month, is imported: an outlet, a school canteen and a bar buy from OWN."""
    accounts = [(OUTLET, "outlet", "O61"), (SCHOOL, "terminal", "T62"), (BAR, "terminal", "T63")]
    columns = "id kind code name region dealer owner area state is_stub version created_at updated_at".split()
    await insert_rows(
        "account",
        columns,
        [
            (number, kind, code, code, 2, OWN, "manufacturer", "", "existing", False, 1, NOW, NOW)
            for number, kind, code in accounts
        ],
    )
    await insert_rows(
        "terminal",
        ("account", "channel", "trade_type", "address", "phone"),
        [(SCHOOL, "school", "", "", ""), (BAR, "on_trade", "", "", "")],
    )
    nets = {OUTLET: (70, 50), SCHOOL: (300, 0), BAR: (90, 100)}
    rows = [
        (account, month.first_on, 2, 1, 1, 1, net, 0, 1, 1)
        for account, pair in nets.items()
        for month, net in zip((OCTOBER, OCTOBER.shift(-12)), pair, strict=True)
        if net
    ]
    rows += [
        (OWN, OCTOBER.first_on, 2, 2, 1, 1, 460, 0, 1, 3),
        (OWN, OCTOBER.first_on, 1, 1, 1, 1, 5, 0, 1, 1),
    ]
    await insert_rows("account_month", TOTALS, rows)
    await insert_rows(
        "document",
        ("id", "source", "level", "kind", "number", "buyer", "business_on", "batch"),
        [(7, 1, 1, 1, "A7", OWN, dt.date(2026, 10, 5), 1), (8, 1, 1, 1, "A8", OWN, dt.date(2025, 10, 5), 1)],
    )
    await insert_rows(
        "document_line",
        ("source", "kind", "number", "line_no", "document", "level", "line_kind", "buyer", "business_on",
         "product", "quantity", "amount_minor", "batch", "source_row"),
        [(1, 1, f"A{number}", 1, number, 1, 1, OWN, dt.date(year, 10, 5), COLA, 1, amount, 1, number)
         for number, year, amount in ((7, 2026, 900), (8, 2025, 650))],
    )  # fmt: skip


async def _name(world: World, kind: GrowthKind, about: str, who: str = "manager") -> int:
    command = GrowthCommand(kind, f"{kind.value} {about}", 100, 6, None, about)
    return await growth.add_point(world.people[who], world.season, OWN, command)


@pytest.fixture
async def october(world: World) -> World:
    async with unit_of_work():
        await _write_october()
    return world


async def _measured(world: World, who: str = "manager") -> dict[str, tuple[int, int, int, int]]:
    viewer = world.people[who]
    points = await list_growth(world.season, [OWN])
    found = await measure_growth(viewer, await get_season(viewer, world.season), OWN, points)
    return {
        point.about: (one.this_minor, one.last_minor, one.growth_minor, one.months)
        for point in points
        if (one := found.get(point.id))
    }


async def test_points_are_measured_against_the_year_before(october: World) -> None:
    for kind, about in (("outlet", "O61"), ("terminal", "T62"), ("channel", "on_trade"), ("product", "P1")):
        await _name(october, GrowthKind(kind), about)
    await _name(october, GrowthKind.CHANNEL, "")
    expected = {
        "O61": (70, 50, 20, 1),
        "T62": (300, 0, 300, 1),
        "on_trade": (90, 100, -10, 1),
        "P1": (900, 650, 250, 1),
    }
    assert await _measured(october) == expected
    assert await _measured(october, "owner") == expected


async def test_before_the_season_sells_nothing_is_measured(world: World) -> None:
    await _name(world, GrowthKind.PRODUCT, "P1")
    assert await _measured(world) == {}


async def test_what_the_dealer_does_not_share_is_left_out(october: World) -> None:
    await _name(october, GrowthKind.TERMINAL, "T62")
    await _name(october, GrowthKind.PRODUCT, "P1")
    async with unit_of_work():
        await execute("update dealer set sell_through_owner = 'dealer' where account = {}", OWN)
    assert await _measured(october) == {"P1": (900, 650, 250, 1)}
    assert set(await _measured(october, "owner")) == {"T62", "P1"}


@pytest.mark.parametrize(
    ("kind", "about", "known"),
    [
        ("outlet", "O61", True), ("terminal", "O61", False), ("terminal", "T62", True),
        ("channel", "school", True), ("channel", "moon", False), ("product", "P1", True),
        ("product", "X1", False),
    ],
)  # fmt: skip
async def test_a_point_is_about_something_the_dealer_has(
    october: World, kind: str, about: str, known: bool
) -> None:
    assert await is_known(october.people["manager"], OWN, GrowthKind(kind), about) is known
    assert await is_known(october.people["manager"], NEAR, GrowthKind(kind), about) is (about == "P1")
    if not known:
        with pytest.raises(Invalid):
            await _name(october, GrowthKind(kind), about)


async def test_screens_and_paper_show_what_was_measured(site: Site, october: World) -> None:
    await offered(october)
    place = f"/seasons/{october.season}/targets/{OWN}"
    point = {
        "do": "add",
        "kind": "terminal",
        "label": "학교 매점",
        "size": "500",
        "owner": "6",
        "about": "T62",
    }
    assert (await site.post("manager", f"{place}/growth", **point)).status_code == 303
    assert (await site.post("manager", f"{place}/growth", **{**point, "about": "T99"})).status_code == 422
    shown = (await site.get("manager", place)).text
    assert ("300" in shown, "measured to" in shown) == (True, True)
    assert "measured to" in (await site.get("owner", f"/my/targets/{october.season}")).text
    paper = await season_paper(october.people["manager"], october.season)
    with in_locale("en"):
        line = document_of(paper, Settings()).growth[-1]
    assert "300" in line.result
    number = str((await list_growth(october.season, [OWN]))[-1].id)
    await site.post("manager", f"{place}/growth", do="result", point=number, result="280", result_note="")
    paper = await season_paper(october.people["manager"], october.season)
    with in_locale("en"):
        line = document_of(paper, Settings()).growth[-1]
    assert ("280" in line.result, "300" in line.result) == (True, False)


@pytest.fixture
def no_providers() -> Iterator[None]:
    known = dict(steps._PROVIDERS)
    steps._PROVIDERS.clear()
    yield
    steps._PROVIDERS.clear()
    steps._PROVIDERS.update(known)


async def test_a_step_nobody_shows_says_so(site: Site, world: World, no_providers: None) -> None:
    async def nothing(viewer, season):
        return None

    steps.register(Step.SURVEY, nothing)
    page = (await site.get("manager", f"/seasons/{world.season}")).text
    assert page.count("Nothing here yet.") == 1
    assert page.count("The portal has no pages for this step yet.") == 6
    for step in Step:
        assert f"/seasons/{world.season}/steps/{step.value}/print" in page


def test_a_step_prints_its_own_paper_where_there_is_one() -> None:
    own = StepStanding(1, 2, message("Saved."), "/x", "/x/print")
    assert paper_of(3, Step.SURVEY, own) == "/x/print"
    assert paper_of(3, Step.TRIP, None) == "/seasons/3/steps/trip/print"
    assert words_of(Step.SURVEY, own) == message("Saved.")


async def test_the_sheet_of_a_step(site: Site, world: World) -> None:
    await site.post(
        "manager",
        f"/seasons/{world.season}/steps",
        step="trip",
        owner="6",
        due_on="2026-12-18",
        note="강릉",
        done="on",
    )
    manager = world.people["manager"]
    season, rows = await get_season(manager, world.season), await list_steps(world.season)
    standing = StepStanding(3, 12, message("Saved."), "/x")
    with in_locale("ko"):
        document = step_document(season, Step.TRIP, rows, standing, Settings(), NOW)
    assert (document.count, document.note, document.at, document.steps[4].owner) == (
        "3 / 12",
        "강릉",
        4,
        "rep",
    )
    path = f"/seasons/{world.season}/steps"
    printed = await site.get("rep", f"{path}/trip/print")
    assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
    assert (await site.get("manager", f"{path}/party/print")).status_code == 404
    assert (await site.get("manager2", f"{path}/trip/print")).status_code == 404
    assert (await site.get("owner", f"{path}/trip/print")).status_code == 404
