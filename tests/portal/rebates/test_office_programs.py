"""Programmes on screen: drafted from a usual scheme, approved by somebody else, accepted, superseded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal.rebates.office_site import Site, make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.portal.rebates.world import World


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    async with make_client(world.people) as client:
        yield Site(client)


async def test_the_list_shows_programmes_and_usual_schemes(site: Site) -> None:
    answer = await site.get("author", "/rebates/programs")
    assert answer.status_code == 200, answer.text
    assert "example" in answer.text
    assert 'value="volume_quarter"' in answer.text
    assert 'value="volume_quarter"' not in (await site.get("finance", "/rebates/programs")).text


async def test_a_version_in_words(site: Site, world: World) -> None:
    answer = await site.get("finance", f"/rebates/programs/{world.version}")
    assert answer.status_code == 200, answer.text
    assert "5,000" in answer.text
    assert (await site.get("finance", "/rebates/programs/987654")).status_code == 404
    answer = await site.get("finance", f"/rebates/programs/{world.version}/acceptances")
    assert answer.status_code == 200, answer.text


async def test_from_scheme_to_approval_by_somebody_else(site: Site, world: World) -> None:
    made = await site.post("author", "/rebates/programs", scheme="volume_quarter")
    assert made.status_code == 303, made.text
    place = made.headers["location"].removesuffix("/edit")
    assert f'action="{place}/submit"' in (await site.get("author", place)).text
    assert (await site.post("author", f"{place}/submit", announced_on="2020-01-01")).status_code == 422
