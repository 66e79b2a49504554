"""What speaks against a session: hard reasons refuse it, soft ones ask for a word (FEATURES S68).

Pure: everything that could clash is handed in. The rules in words: docs/algorithms/training-clashes.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.errors import Message, message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from training.sessions.model import Block

_WHOLE_PERCENT = 100


class ClashKind(StrEnum):
    """Why a session does not fit where it is put."""

    LECTURER_TWICE = "lecturer_twice"
    LECTURER_AWAY = "lecturer_away"
    ROOM_TWICE = "room_twice"
    ROOM_SMALL = "room_small"
    PEAK = "peak"
    HOLIDAY = "holiday"
    DELIVERIES = "deliveries"
    SAME_DEALERS = "same_dealers"

    @property
    def is_hard(self) -> bool:
        """Whether it refuses the session; the others warn and ask for a word."""
        return self in _HARD


_HARD = (
    ClashKind.LECTURER_TWICE,
    ClashKind.LECTURER_AWAY,
    ClashKind.ROOM_TWICE,
    ClashKind.ROOM_SMALL,
)


@dataclass(frozen=True, slots=True)
class Clash:
    """One reason.

    Attributes:
        kind: What clashes.
        key: What exactly, so that a word once said stands for it and nothing else.
        says: The reason in words.
    """

    kind: ClashKind
    key: str
    says: Message


@dataclass(frozen=True, slots=True)
class Taken:
    """A time at which a lecturer teaches or a room is used by another session."""

    who: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything a session could clash with.

    Attributes:
        lecturers, rooms: Names by id.
        capacities: Heads that fit, by room.
        lecturer_blocks, room_blocks: What other sessions take.
        away: Lecturer, first and last day (inclusive), reason.
        peaks: Code, name, first and last day (inclusive) of peak seasons of the region.
        holidays: Name by day.
        delivery_shares: Percent of the invited dealers who usually order, by weekday (0 = Monday).
        delivery_percent: From how many percent on a weekday counts as a delivery day.
        others: Occasions at the same time with dealers invited to both: id, title, how many dealers.
    """

    lecturers: Mapping[int, str] = field(default_factory=dict)
    rooms: Mapping[int, str] = field(default_factory=dict)
    capacities: Mapping[int, int] = field(default_factory=dict)
    lecturer_blocks: tuple[Taken, ...] = ()
    room_blocks: tuple[Taken, ...] = ()
    away: tuple[tuple[int, dt.date, dt.date, str], ...] = ()
    peaks: tuple[tuple[str, str, dt.date, dt.date], ...] = ()
    holidays: Mapping[dt.date, str] = field(default_factory=dict)
    delivery_shares: Mapping[int, int] = field(default_factory=dict)
    delivery_percent: int = _WHOLE_PERCENT
    others: tuple[tuple[int, str, int], ...] = ()


def find_clashes(
    blocks: Iterable[Block], seats: int, around: Surroundings, zone: dt.tzinfo
) -> tuple[Clash, ...]:
    """Return every reason, hard ones first, each once.

    Args:
        blocks: What is planned.
        seats: Heads that must fit into each room.
        around: What could clash.
        zone: Business zone, in which a day begins.
    """
    planned = sorted(blocks, key=lambda block: (block.starts_at, block.ends_at))
    days = sorted({block.starts_at.astimezone(zone).date() for block in planned})
    found = [
        *_own_overlaps(planned, around),
        *_taken(planned, around),
        *_away(planned, around, zone),
        *_small(planned, seats, around),
        *_calendar(days, around),
        *_dealers(days, around),
    ]
    unique = {(clash.kind, clash.key): clash for clash in found}
    return tuple(sorted(unique.values(), key=lambda clash: not clash.kind.is_hard))


def _own_overlaps(planned: list[Block], around: Surroundings) -> Iterator[Clash]:
    for place, one in enumerate(planned):
        for other in planned[place + 1 :]:
            if not one.overlaps(other):
                continue
            if one.lecturer_id is not None and one.lecturer_id == other.lecturer_id:
                name = around.lecturers.get(one.lecturer_id, "")
                yield Clash(
                    ClashKind.LECTURER_TWICE,
                    f"own {one.lecturer_id} {one.starts_at.isoformat()}",
                    message("%(name)s teaches two modules of this session at once.", name=name),
                )
            if one.room_id == other.room_id:
                name = around.rooms.get(one.room_id, "")
                yield Clash(
                    ClashKind.ROOM_TWICE,
                    f"own {one.room_id} {one.starts_at.isoformat()}",
                    message("Two modules of this session are in %(name)s at once.", name=name),
                )


def _taken(planned: list[Block], around: Surroundings) -> Iterator[Clash]:
    for block in planned:
        for taken in around.lecturer_blocks:
            if taken.who == block.lecturer_id and _meet(block, taken):
                name = around.lecturers.get(taken.who, "")
                yield Clash(
                    ClashKind.LECTURER_TWICE,
                    f"{taken.who} {taken.starts_at.isoformat()}",
                    message("%(name)s teaches at the same time: %(title)s.", name=name, title=taken.title),
                )
        for taken in around.room_blocks:
            if taken.who == block.room_id and _meet(block, taken):
                name = around.rooms.get(taken.who, "")
                yield Clash(
                    ClashKind.ROOM_TWICE,
                    f"{taken.who} {taken.starts_at.isoformat()}",
                    message("%(name)s is taken at the same time: %(title)s.", name=name, title=taken.title),
                )


def _meet(block: Block, taken: Taken) -> bool:
    return block.starts_at < taken.ends_at and taken.starts_at < block.ends_at


def _away(planned: list[Block], around: Surroundings, zone: dt.tzinfo) -> Iterator[Clash]:
    for block in planned:
        first = block.starts_at.astimezone(zone).date()
        last = (block.ends_at - dt.timedelta(microseconds=1)).astimezone(zone).date()
        for lecturer, from_on, to_on, reason in around.away:
            if lecturer == block.lecturer_id and from_on <= last and first <= to_on:
                says = message(
                    "%(name)s is away from %(first)s to %(last)s: %(reason)s",
                    name=around.lecturers.get(lecturer, ""),
                    first=from_on.isoformat(),
                    last=to_on.isoformat(),
                    reason=reason or "–",
                )
                yield Clash(ClashKind.LECTURER_AWAY, f"{lecturer} {from_on}", says)


def _small(planned: list[Block], seats: int, around: Surroundings) -> Iterator[Clash]:
    for room in sorted({block.room_id for block in planned}):
        capacity = around.capacities.get(room, 0)
        if capacity < seats:
            says = message(
                "%(name)s holds %(capacity)s heads, and %(seats)s seats are planned.",
                name=around.rooms.get(room, ""),
                capacity=capacity,
                seats=seats,
            )
            yield Clash(ClashKind.ROOM_SMALL, str(room), says)


def _calendar(days: list[dt.date], around: Surroundings) -> Iterator[Clash]:
    for code, name, first, last in around.peaks:
        if any(first <= day <= last for day in days):
            says = message("It lies in the peak season %(name)s: dealers sell then.", name=name)
            yield Clash(ClashKind.PEAK, code, says)
    for day in days:
        if day in around.holidays:
            says = message(
                "%(day)s is a public holiday: %(name)s.", day=day.isoformat(), name=around.holidays[day]
            )
            yield Clash(ClashKind.HOLIDAY, day.isoformat(), says)


def _dealers(days: list[dt.date], around: Surroundings) -> Iterator[Clash]:
    for weekday in sorted({day.weekday() for day in days}):
        share = around.delivery_shares.get(weekday, 0)
        if share >= around.delivery_percent:
            hit = ", ".join(day.isoformat() for day in days if day.weekday() == weekday)
            says = message(
                "%(percent)s of 100 invited dealers usually get deliveries on this weekday: %(days)s.",
                percent=share,
                days=hit,
            )
            yield Clash(ClashKind.DELIVERIES, str(weekday), says)
    for occasion, title, dealers in around.others:
        says = message(
            "%(count)s of the invited dealers are invited elsewhere at that time: %(title)s.",
            count=dealers,
            title=title,
        )
        yield Clash(ClashKind.SAME_DEALERS, str(occasion), says)
