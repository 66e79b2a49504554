"""Training of the security tests: a course with materials and a test, and a session for each dealer's region.

Courses, lecturers and venues are everybody's at the manufacturer; a session belongs to a region, and what a
participant wrote to his dealer.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal import db
from portal.files.service import store

if TYPE_CHECKING:
    from tests.security.world import World

NOW = dt.datetime.now(dt.UTC)
DEALERS = ("own", "neighbour", "remote")
SOON, OVER = NOW + dt.timedelta(days=20), NOW + dt.timedelta(days=20, hours=3)


async def _insert(table: str, key: str = "id", **values: Any) -> Any:
    names, marks = ", ".join(values), ", ".join(["{}"] * len(values))
    return await db.fetch_value(
        f"insert into {table} ({names}) values ({marks}) returning {key}", *values.values()
    )


def certificate_code(position: str) -> str:
    """Return the code on the certificate of a dealer's person."""
    return "-".join([f"{DEALERS.index(position):05}"] * 4)


async def build_training(world: World, words: dict[str, str]) -> None:
    """Write what is taught once, and for each position a session of its region with a seat of its dealer."""
    made = {"created_by_user_id": 1, "created_at": NOW}
    curriculum = await _insert("curriculum", title="path", title_en="path", aims="aims", **made)
    course = await _insert(
        "course", curriculum=curriculum, title="course", title_en="course", aims="aims", **made
    )
    module = await _insert(
        "course_module", course=course, position=1, title="m", title_en="m", aims="aims", minutes=60
    )
    await _insert(
        "course_pass_mark",
        course=course,
        from_on=NOW.date(),
        pass_bp=5000,
        reason="why",
        by_user_id=1,
        at=NOW,
    )
    material = await _insert(
        "course_material", module=module, file=await store(b"text", "text/plain"), name="file.txt",
        size_bytes=4, media_type="text/plain", for_dealers=True, by_user_id=1, at=NOW,
    )  # fmt: skip
    question = await _insert("course_question", course=course, position=1, text="asked", text_en="asked")
    choice = await _insert(
        "course_choice", question=question, position=1, text="yes", text_en="yes", is_right=True
    )
    lecturer = await _insert(
        "lecturer", kind="professor", name="n", name_en="n", organisation="o", title="t", cv="cv", email="e",
        phone="p", **made,
    )  # fmt: skip
    away = await _insert(
        "lecturer_away", lecturer=lecturer, from_on=NOW.date(), to_on=NOW.date(), reason="why"
    )
    venue = await _insert("venue", name="v", name_en="v", address="a", contact="c", note="n", **made)
    room = await _insert("venue_room", venue=venue, name="r", capacity=50)
    shared = {
        "curriculum": curriculum, "course": course, "course_module": module, "course_material": material,
        "course_question": question, "lecturer": lecturer, "lecturer_away": away, "venue": venue,
        "venue_room": room,
    }  # fmt: skip
    for position, word in words.items():
        for kind, number in shared.items():
            world.keep(kind, position, number)
        place = (course, module, lecturer, room, question, choice)
        await _session(world, position, word, place)


async def _session(world: World, position: str, word: str, place: tuple[int, ...]) -> None:
    course, module, lecturer, room, question, choice = place
    dealer, owner = world.ids["dealer"][position], world.ids["owner"][position]
    occasion = await _insert(
        "occasion", kind="training", state="open", title=f"{word} training", title_en=f"{word} training",
        place=f"{word} hall", starts_at=SOON, ends_at=OVER, sign_up_until=SOON, seats=10, seats_taken=1,
        region=world.ids["region"][position], organiser_user_id=1, created_by_user_id=1, created_at=NOW,
        opened_at=NOW, cancel_reason=f"{word} why",
    )  # fmt: skip
    await _insert(
        "occasion_invitation", occasion=occasion, dealer=dealer, source="hand", reason=f"{word} invited",
        reason_en=f"{word} invited",
        outcome=f"{word} rule", decline_reason=f"{word} declined", invited_by_user_id=1, invited_at=NOW,
    )  # fmt: skip
    seat = await _insert(
        "enrollment", client_key=f"seat {position}", occasion=occasion, dealer=dealer, user_id=owner,
        number=1, state="confirmed", door_code=f"door {position}", requested_at=NOW,
        requested_by_user_id=owner,
        confirmed_at=NOW, note=f"{word} note", cancel_reason=f"{word} cancelled",
    )  # fmt: skip
    await _insert(
        "guest", enrollment=seat, name=f"{word} name", name_en=f"{word} name", phone=f"{word} phone",
        relation=f"{word} rel", diet=f"{word} diet",
    )  # fmt: skip
    session = await _insert(
        "training_session", occasion=occasion, course=course, room=room, note=f"{word} note",
        feedback_until_on=OVER.date(), key_shown_at=NOW,
    )  # fmt: skip
    await _insert(
        "session_block", session=session, module=module, lecturer=lecturer, starts_at=SOON, ends_at=OVER
    )
    await _insert(
        "session_clash", session=session, kind="holiday", key="2026-01-01", word=f"{word} said", by_user_id=1,
        at=NOW,
    )  # fmt: skip
    await _insert("session_cost", session=session, kind="other", budget_minor=7, note=f"{word} cost")
    attempt = await _insert(
        "test_attempt", client_key=f"test {position}", session=session, enrollment=seat, kind="post",
        user_id=owner, sent_at=NOW, questions=1, right_answers=1, score_bp=10_000, pass_bp=5000, passed=True,
    )  # fmt: skip
    await _insert("test_answer", attempt=attempt, question=question, choice=choice, is_right=True)
    for number in range(5):
        await _insert(
            "session_feedback", id=f"{position} {number}"[:32], session=session, content=4, lecturers=4,
            place=4, usefulness=4, text=f"{word} thinks {number}",
        )  # fmt: skip
    paper = await _insert(
        "certificate", session=session, enrollment=seat, code=certificate_code(position), issued_at=NOW,
        issued_by_user_id=1, revoked_at=NOW, revoked_by_user_id=1, revoke_reason=f"{word} revoked",
    )  # fmt: skip
    for kind, number in (("training_session", session), ("certificate", paper)):
        world.keep(kind, position, number)
