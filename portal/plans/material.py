"""What a plan was made from as one canonical text, to be kept and to be planned from again."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from rules.months import Month
from rules.planning import Candidate, Place, PlanRequest, PlanSettings, Representative
from rules.snapshot import canonical_json


def pack_request(request: PlanRequest) -> bytes:
    """Return a request as canonical JSON in UTF-8: the same request gives the same bytes."""
    settings = request.settings
    content = {
        "month": str(request.month),
        "settings": {
            "day_minutes": settings.day_minutes,
            "working_weekdays": sorted(settings.working_weekdays),
            "road_factor_bp": settings.road_factor_bp,
            "metres_per_hour": settings.metres_per_hour,
            "more": settings.more,
        },
        "holidays": {day.isoformat(): name for day, name in request.holidays.items()},
        "representatives": [
            [one.key, *_place(one.start), [day.isoformat() for day in sorted(one.away_on)], one.day_minutes]
            for one in request.representatives
        ],
        "candidates": [_candidate(one) for one in sorted(request.candidates, key=lambda one: one.key)],
    }
    return canonical_json(content).encode()


def unpack_request(content: bytes) -> PlanRequest:
    """Read back what ``pack_request`` wrote."""
    read = json.loads(content)
    settings = read["settings"]
    return PlanRequest(
        Month.parse(read["month"]),
        PlanSettings(
            settings["day_minutes"],
            frozenset(settings["working_weekdays"]),
            settings["road_factor_bp"],
            settings["metres_per_hour"],
            settings["more"],
        ),
        {dt.date.fromisoformat(day): name for day, name in read["holidays"].items()},
        tuple(_representative(one) for one in read["representatives"]),
        tuple(_read_candidate(one) for one in read["candidates"]),
    )


def _place(place: Place | None) -> list[int | None]:
    return [None, None] if place is None else [place.latitude_micro, place.longitude_micro]


def _candidate(one: Candidate) -> list[Any]:
    return [
        *(one.key, one.representative, *_place(one.place), one.visits, one.visit_minutes, one.score),
        *(one.class_code, sorted(one.open_weekdays), [day.isoformat() for day in sorted(one.closed_on)]),
    ]


def _read_candidate(row: list[Any]) -> Candidate:
    key, person, latitude, longitude, visits, minutes, score, class_code, weekdays, closed = row
    return Candidate(
        key=key,
        representative=person,
        place=None if latitude is None else Place(latitude, longitude),
        visits=visits,
        visit_minutes=minutes,
        score=score,
        class_code=class_code,
        open_weekdays=frozenset(weekdays),
        closed_on=frozenset(map(dt.date.fromisoformat, closed)),
    )


def _representative(row: list[Any]) -> Representative:
    key, latitude, longitude, away, minutes = row
    return Representative(
        key, Place(latitude, longitude), frozenset(map(dt.date.fromisoformat, away)), minutes
    )
