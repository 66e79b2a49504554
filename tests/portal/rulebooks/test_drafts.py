"""Saving drafts: nothing is lost, nobody overwrites another unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.db import fetch_value
from portal.errors import Invalid, NotFound
from portal.rulebooks.queries.proposals import get_proposal, list_proposals
from portal.rulebooks.service.drafts import EditedElsewhere, create_draft, discard_draft, save_draft
from rules.books import shipped_books
from tests.portal.rulebooks.conftest import book_text

if TYPE_CHECKING:
    from tests.portal.rulebooks.conftest import World


async def test_a_page_saves_again_and_again(world: World) -> None:
    author = world.people["author"]
    number = await create_draft(author, book_text())
    for place in range(3):
        await save_draft(author, number, book_text(f"2027.{place}"), 1, "page one")
    found = await get_proposal(number)
    assert (found.version, found.label, found.edited.name) == (4, "2027.2", "기준 작성자")


async def test_another_page_does_not_overwrite(world: World) -> None:
    author, second = world.people["author"], world.people["second"]
    number = await create_draft(author, book_text())
    await save_draft(author, number, book_text("2027.1"), 1, "page one")
    with pytest.raises(EditedElsewhere) as refused:
        await save_draft(second, number, book_text("2027.2"), 1, "page two")
    assert (refused.value.name, (await get_proposal(number)).label) == ("기준 작성자", "2027.1")
    saved = await save_draft(second, number, book_text("2027.2"), 2, "page two")
    assert (saved.version, (await get_proposal(number)).authors) == (3, ("기준 작성자", "둘째 작성자"))


async def test_a_draft_may_be_as_wrong_as_one_likes(world: World) -> None:
    number = await create_draft(world.people["author"], "not: [a book")
    found = await get_proposal(number)
    assert (found.text, found.kind, found.label) == ("not: [a book", "dealer", "")


async def test_too_long_and_unknown(world: World) -> None:
    author = world.people["author"]
    with pytest.raises(Invalid):
        await create_draft(author, "x" * 262_145)
    with pytest.raises(NotFound):
        await create_draft(author, book_text(), "0" * 64)
    with pytest.raises(NotFound):
        await save_draft(author, 999, "x", 1, "page")


async def test_a_draft_remembers_what_it_was_made_from(world: World) -> None:
    book = shipped_books()[0]
    number = await create_draft(world.people["author"], book_text(), book.sha256)
    found = await get_proposal(number)
    assert (found.base_sha256, found.base_label) == (book.sha256, book.version)
    assert await fetch_value("select count(*) from rulebook_version") == 1


async def test_the_list_shows_what_is_under_way(world: World) -> None:
    author = world.people["author"]
    first = await create_draft(author, book_text("1"))
    second = await create_draft(author, book_text("2"))
    await discard_draft(author, first)
    assert [row.id for row in await list_proposals()] == [second]
    assert [row.id for row in await list_proposals(everything=True)] == [second, first]
