"""The agenda of a meeting: concerns that wait and promises to keep, of its region, as the viewer may see."""

from __future__ import annotations

import datetime as dt

from portal.dashboard.agenda import open_promises, waiting_voices
from portal.db import insert_rows, unit_of_work
from portal.plans.agenda import _SOURCES, AgendaNote, agenda_notes, join_agenda
from portal.plans.meeting import MeetingState
from portal.plans.meeting_views import notes_of
from portal.plans.queries.meetings import MeetingView
from tests.portal.plans.conftest import FAR, NOW, OWN, World, plan, world

__all__ = ["plan", "world"]
DAY = dt.date(2026, 11, 20)


async def raised() -> None:
    """Raise a concern in each region and note a promise in each."""
    async with unit_of_work():
        await insert_rows(
            "voice_item",
            "client_key kind dealer text side raised_by_user_id raised_at due_on".split(),
            [
                ("a", "concern", OWN, "반품이 늦습니다", "dealer", 9, NOW, DAY),
                ("b", "complaint", FAR, "먼 곳의 불만", "dealer", 9, NOW, DAY),
            ],
        )
        await insert_rows(
            "promise",
            "client_key account owner side text made_by_user_id made_at due_on".split(),
            [
                (
                    "a",
                    OWN,
                    "manufacturer",
                    "ours",
                    "냉장고를 바꿔 드린다",
                    6,
                    NOW,
                    DAY - dt.timedelta(days=1),
                ),
                ("b", FAR, "manufacturer", "ours", "먼 약속", 8, NOW, DAY),
            ],
        )


async def test_what_waits_in_the_region(world: World) -> None:
    await raised()
    manager = world.people["manager"]
    concern = await waiting_voices(manager, "/KR/CC/", DAY)
    assert [(one.kind, one.text, one.account) for one in concern] == [
        ("Concern", "반품이 늦습니다", "대청상사")
    ]
    promise = await open_promises(manager, "/KR/CC/", DAY)
    assert [(one.kind, one.text, one.due_on) for one in promise] == [
        ("Promise", "냉장고를 바꿔 드린다", DAY - dt.timedelta(days=1))
    ]
    assert await waiting_voices(manager, "/KR/GS/", DAY) == []
    assert await open_promises(manager, "/KR/GS/", DAY) == []
    assert await waiting_voices(world.people["finance"], "/KR/CC/", DAY) == []


async def test_sources_are_asked_once_and_sorted(world: World) -> None:
    kept = list(_SOURCES)
    _SOURCES.clear()
    try:
        await raised()
        for _ in range(2):
            join_agenda(waiting_voices)
            join_agenda(open_promises)
        manager = world.people["manager"]
        found = await agenda_notes(manager, "/KR/CC/", DAY)
        assert [one.kind for one in found] == ["Promise", "Concern"]
        assert isinstance(found[0], AgendaNote)
        open_one = MeetingView(
            1, 2, "충청", "", "/KR/CC/", DAY, MeetingState.OPEN, None, "", "", "", "", None
        )
        closed = MeetingView(
            1, 2, "충청", "", "/KR/CC/", DAY, MeetingState.CLOSED, None, "", "", "", "", None
        )
        assert len(await notes_of(manager, open_one, DAY)) == 2
        assert await notes_of(manager, closed, DAY) == []
    finally:
        _SOURCES[:] = kept
