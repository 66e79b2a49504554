"""How long a plan for 2,000 terminals takes; run ``python -m tests.rules.planning.speed``."""

from __future__ import annotations

import random
import sys
import time

from rules.planning import make_plan
from tests.rules.planning.requests import SEOUL, candidate, representative, request

OUTLETS = 2_000
CLASSES = (("EI", 4), ("EII", 4), ("EIII", 2), ("EIV", 1), ("PI", 2))


def terminals(seed=1):
    """Two thousand retail points in and around Seoul, two thirds of them in clusters; west, middle, east."""
    chance = random.Random(seed)  # noqa: S311  the same points every time
    centres = [(chance.uniform(-120_000, 120_000), chance.uniform(-150_000, 150_000)) for _ in range(60)]
    made = []
    for number in range(OUTLETS):
        north, east = chance.choice(centres)
        spread = 5_000 if number % 3 else 40_000
        north, east = (round(middle + chance.gauss(0, spread)) for middle in (north, east))
        code, visits = CLASSES[number % len(CLASSES)]
        made.append(
            candidate(
                f"t{number:04d}",
                f"r{0 if east < -50_000 else 1 if east < 50_000 else 2}",
                north=north,
                east=east,
                visits=visits,
                visit_minutes=15,
                score=chance.randrange(1_000),
                class_code=code,
                open_weekdays=frozenset(range(7)) - {chance.randrange(7)},
            )
        )
    return made


def plan_request(seed=1):
    """Three representatives and their terminals in October 2026."""
    people = [representative(f"r{number}", SEOUL) for number in range(3)]
    return request(people, terminals(seed))


if __name__ == "__main__":
    asked = plan_request()
    began = time.process_time()
    plan = make_plan(asked)
    seconds = time.process_time() - began
    travel = sum(day.travel_seconds for day in plan.days)
    simple = sum(day.nearest_neighbour_seconds for day in plan.days)
    used = sum(day.travel_seconds + day.visit_seconds for day in plan.days)
    room = sum(day.capacity_seconds for day in plan.days)
    sys.stdout.write(
        f"{OUTLETS:,} terminals, 3 representatives: {seconds:.2f} s of one core; outlets {plan.outlets:,}, "
        f"visits {plan.visits:,}, days {len(plan.days)}, travel {travel / simple:.1%} of nearest neighbour, "
        f"{travel / used:.1%} of the time used, {used / room:.1%} of capacity\n"
    )
