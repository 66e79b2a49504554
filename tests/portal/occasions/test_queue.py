"""Any history of sign-ups, cancellations and added seats ends as pencil and paper say."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from portal.db import fetch, fetch_value
from portal.occasions.model import OccasionMove
from portal.occasions.queries.occasions import get_occasion
from portal.occasions.queue import InQueue, over_entitlement, waiting_order, who_fits
from portal.occasions.service.occasions import change_occasion, move_occasion
from portal.occasions.service.seats import cancel
from tests.portal.occasions.conftest import FAR, OWN, PLAN, invite, open_occasion, person
from tests.portal.occasions.pencil import Paper

if TYPE_CHECKING:
    from tests.portal.occasions.conftest import Site, World

HISTORIES, STEPS = 5, 24
DEALERS = {OWN: 2, FAR: 3}

# Mostly sign-ups: a queue of one shows nothing.
_COME = st.tuples(st.just("come"), st.sampled_from([1, 2, 3]), st.integers(1, 4))
_STEP = st.one_of(
    _COME,
    _COME,
    _COME,
    st.tuples(st.just("leave"), st.integers(0, 30), st.just(0)),
    st.tuples(st.just("seats"), st.integers(0, 4), st.just(0)),
    st.tuples(st.just("close"), st.just(0), st.just(0)),
)


class Rows:
    """The rule of the product on a list of rows."""

    def __init__(self, seats: int, entitled: dict[int, int]) -> None:
        self.seats, self.entitled = seats, entitled
        self.rows: list[InQueue] = []
        self.is_over = False

    def fill(self) -> None:
        free = self.seats - sum(row.heads for row in self.rows if row.is_confirmed)
        got = {one.id for one in who_fits(self.rows, self.entitled, free, with_over=self.is_over)}
        self.rows = [replace(row, is_confirmed=row.is_confirmed or row.id in got) for row in self.rows]


@given(st.integers(1, 6), st.tuples(*[st.integers(0, 3)] * 3), st.lists(_STEP, min_size=6, max_size=30))
def test_the_rule_is_what_the_pencil_does(
    seats: int, may: tuple[int, int, int], steps: list[tuple[str, int, int]]
) -> None:
    entitled = dict(enumerate(may, start=1))
    paper, rows = Paper(seats, entitled), Rows(seats, entitled)
    for what, first, second in steps:
        if what == "come":
            paper.come(first, second)
            number = paper.handed_out
            rows.rows.append(InQueue(number, number, first, second, is_confirmed=False))
        elif what == "leave" and paper.lines:
            number = paper.lines[first % len(paper.lines)].number
            paper.leave(number)
            rows.rows = [row for row in rows.rows if row.number != number]
        elif what == "seats":
            paper.seats, rows.seats = paper.seats + first, rows.seats + first
            paper.move_up()
        elif what == "close":
            paper.close()
            rows.is_over = True
        rows.fill()
        got = [(row.number, "confirmed" if row.is_confirmed else "waiting") for row in rows.rows]
        assert got == paper.states()
        assert sum(row.heads for row in rows.rows if row.is_confirmed) <= rows.seats


def test_of_a_dealers_people_those_with_seats_count_first() -> None:
    standing = [
        InQueue(1, 1, OWN, 3, is_confirmed=False),
        InQueue(2, 2, OWN, 1, is_confirmed=True),
        InQueue(3, 3, FAR, 1, is_confirmed=False),
    ]
    entitled = {OWN: 1, FAR: 1}
    assert over_entitlement(standing, entitled) == {1}
    assert [one.id for one in waiting_order(standing, entitled)] == [3, 1]
    assert [one.id for one in who_fits(standing, entitled, 3, with_over=True)] == [3]


async def test_histories_in_the_database_end_as_on_paper(people: World) -> None:
    for seed in range(HISTORIES):
        await _play(people, random.Random(seed))  # noqa: S311  a history, not a secret


async def _play(people: World, dice: random.Random) -> None:
    marketing = people.people["marketing"]
    shape = {"seats": 4, "companions_max": 3, "companions_take_seats": True}
    site = await open_occasion(people, **shape)
    await _entitle(site)
    paper = Paper(4, DEALERS)
    for _ in range(STEPS):
        what = dice.choice(("come", "come", "come", "leave", "seats", "close"))
        if what == "come":
            dealer, companions = dice.choice((OWN, FAR)), dice.choice((0, 0, 1, 2))
            await site.come("marketing", dealer, *(person(f"동반 {n}") for n in range(companions)))
            paper.come(dealer, 1 + companions)
        elif what == "leave" and paper.lines:
            number = dice.choice(paper.lines).number
            found = await fetch_value(
                "select id from enrollment where occasion = {} and number = {}", site.occasion_id, number
            )
            await cancel(marketing, site.occasion_id, found, "")
            paper.leave(number)
        elif what == "seats" and dice.random() < 0.5:
            now = await get_occasion(marketing, site.occasion_id, "occasions.plan")
            plan = replace(PLAN, **{**shape, "seats": now.seats + 1})
            await change_occasion(marketing, site.occasion_id, plan, now.version)
            paper.seats += 1
            paper.move_up()
        elif what == "close" and not paper.is_over and dice.random() < 0.3:
            await move_occasion(marketing, site.occasion_id, OccasionMove.CLOSE)
            paper.close()
        standing = [(number, state) for number, state in await site.states() if state != "cancelled"]
        assert standing == paper.states()
    taken = await fetch(
        "select o.seats_taken, coalesce(sum(e.heads), 0) as heads from occasion o left join enrollment e"
        " on e.occasion = o.id and e.state = 'confirmed' where o.id = {} group by o.seats_taken",
        site.occasion_id,
    )
    assert taken[0]["seats_taken"] == taken[0]["heads"]


async def _entitle(site: Site) -> None:
    for dealer, seats in DEALERS.items():
        await invite(site.occasion_id, dealer, seats=seats)
