"""A training everybody may name in tests, and commands in few words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal.voice.forms import new_key
from portal.voice.opinion_sources import SourceName
from portal.voice.opinions import OpinionCommand, OpinionRules, OpinionTopic, SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.access import Viewer

RULES = OpinionRules(answer_days=14, figure_days=30, region_dealers=2)
TRAINING, LONELY = 7, 8


@dataclass
class Trainings:
    """Two trainings: one with several dealers, one with a single dealer; ``there`` says who was where."""

    there: dict[int, frozenset[int]] = field(default_factory=dict)

    async def names(self, viewer: Viewer, ids: Sequence[int]) -> Mapping[int, SourceName]:
        """Return their names."""
        assert viewer
        on = dt.date(2026, 6, 1)
        return {number: SourceName(f"교육 {number}", on) for number in ids if number in self.there}

    async def dealers(self, source_id: int) -> frozenset[int]:
        """Return who was there."""
        return self.there.get(source_id, frozenset())

    async def choices(self, viewer: Viewer) -> Sequence[tuple[int, SourceName]]:
        """Return all of them."""
        return list((await self.names(viewer, list(self.there))).items())


def opinion(text: str = "교육을 오전에만 하면 좋겠습니다.", **more: object) -> OpinionCommand:
    values: dict[str, object] = {
        "client_key": new_key(), "topic": OpinionTopic.TRAINING, "text": text, "dealer_id": None,
        "source_kind": SourceKind.TRAINING, "source_id": TRAINING, **more,
    }  # fmt: skip
    return OpinionCommand(**values)  # type: ignore[arg-type]  # as above


@dataclass
class Letters:
    """Keeps letters instead of sending them."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)

    async def queue(self, to_address: str, subject: str, text: str, *, secret: bool = False) -> None:
        """Keep a letter."""
        assert not secret
        self.sent.append((to_address, subject, text))
