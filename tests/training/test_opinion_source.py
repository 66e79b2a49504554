"""Trainings as a source of opinions: who may name one, who was there, what an unnamed one keeps."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import portal.voice.opinions
from portal.db import fetch
from portal.voice.forms import new_key
from portal.voice.opinion_sources import join_source
from portal.voice.opinions import OpinionCommand, OpinionRules, OpinionTopic, SourceKind
from portal.voice.queries.opinions import figures_of
from portal.voice.service.opinions import give
from tests.training.conftest import FAR, NEAR, OWN, School
from training.sessions.opinion_source import TrainingSources

if TYPE_CHECKING:
    from tests.training.conftest import World

HELD = dt.date(2026, 6, 2)


async def test_who_may_name_a_training_and_what_an_unnamed_opinion_keeps(
    school: School, world: World
) -> None:
    assert portal.voice.opinions.READ
    sources = TrainingSources()
    session = await school.plan()
    occasion = await school.invite(session, OWN, NEAR, FAR)
    own = await school.seat(occasion, "owner", OWN)
    far = await school.seat(occasion, "far", FAR)
    owner, marketing = world.people["owner"], world.people["marketing"]
    assert await sources.choices(owner) == []
    await school.move_to(session, HELD)
    ((number, name),) = await sources.choices(owner)
    assert (number, name.label, name.on, name.own_href) == (
        session, "12월 교육", HELD, f"/my/training/{session}"
    )  # fmt: skip
    assert list(await sources.names(marketing, [session, 999])) == [session]
    assert await sources.names(world.people["finance"], [session]) == {}
    assert await sources.dealers(session) == {OWN, FAR}
    await school.came(own)
    assert await sources.dealers(session) == {OWN}
    join_source(SourceKind.TRAINING, sources)
    kept = []
    for _ in range(2):
        command = OpinionCommand(
            new_key(), OpinionTopic.TRAINING, "더 자주", None, SourceKind.TRAINING, session, "/KR/CC/"
        )
        given = await give(owner, command, OpinionRules(14, 30, 2))
        kept += await fetch("select source_id, region from opinion where id = {}", given.id)
        await school.came(far)
    assert kept == [{"source_id": None, "region": None}, {"source_id": session, "region": 1}]
    assert (await figures_of(SourceKind.TRAINING, session, dt.date(2099, 1, 1))).given == 1
