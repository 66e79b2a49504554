"""Records of the off-season for the network of canaries: what was raised, quiet dealers, surveys."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal import db
from portal.files.service import store
from portal.voice.queries.reverse import book_on
from portal.voice.reverse import packed

if TYPE_CHECKING:
    from tests.security.world import World

NOW = dt.datetime.now(dt.UTC)
STATES = ("draft", "open", "published")


async def _insert(table: str, **values: Any) -> int:
    names, marks = ", ".join(values), ", ".join(["{}"] * len(values))
    return int(
        await db.fetch_value(f"insert into {table} ({names}) values ({marks}) returning id", *values.values())
    )


async def build_voice(world: World, position: str, word: str, dealer: int) -> None:
    """Raise an approach that was answered, with a photo, a note of ours, a step and a rest for the dealer."""
    photo = await store(position.encode(), "image/jpeg")
    item = await _insert(
        "voice_item", client_key=f"voice {position}", kind="approach", topic="competition", dealer=dealer,
        text=f"{word} raised", side="dealer", dealer_reads=True, raised_by_user_id=1, raised_at=NOW,
        photo=photo, competitor=f"{word} rival", offer=f"{word} offer", evidence="told", due_on=NOW.date(),
        state="answered", cause="market", answer=f"{word} answer", answered_by_user_id=1, answered_at=NOW,
        owner_user_id=1,
    )  # fmt: skip
    world.keep("voice", position, item)
    for internal in (True, False):
        await _insert(
            "voice_event", item=item, kind="noted" if internal else "answered", text=f"{word} said",
            is_internal=internal, actor_user_id=1, at=NOW,
        )  # fmt: skip
    await _insert(
        "quiet_step", dealer=dealer, step=f"{word} step", owner_user_id=1, due_on=NOW.date(),
        created_by_user_id=1, created_at=NOW, result=f"{word} result", done_at=NOW,
    )  # fmt: skip
    await _insert(
        "quiet_snooze", dealer=dealer, until_on=NOW.date() + dt.timedelta(days=9), reason=f"{word} rest",
        actor_user_id=1, at=NOW,
    )  # fmt: skip
    await _build_opinions(world, position, word, dealer, photo)


async def _build_opinions(world: World, position: str, word: str, dealer: int, photo: int) -> None:
    """Give an answered opinion with a name, with its story, and mark the manufacturer in this quarter."""
    number = 1_000 + dealer
    await _insert(
        "opinion", id=number, once_key=f"opinion {position}", source_kind="own", dealer=dealer,
        topic="other", text=f"{word} suggested", side="dealer", given_by_user_id=1, given_on=NOW.date(),
        given_at=NOW, photo=photo, owner_user_id=1, due_on=NOW.date(), state="answered",
        answer=f"{word} replied", answered_by_user_id=1, answered_on=NOW.date(), answered_at=NOW,
        solution=f"{word} solved", solved_on=NOW.date(), solved_by_user_id=1,
    )  # fmt: skip
    world.keep("opinion", position, number)
    for place, kind in enumerate(("given", "answered", "noted"), start=1):
        await _insert(
            "opinion_event", id=number * 10 + place, opinion=number, position=place, kind=kind,
            text=f"{word} told", is_internal=kind == "noted", actor_user_id=1, happened_on=NOW.date(), at=NOW,
        )  # fmt: skip
    running = book_on(NOW.date()).period(NOW.date())
    over = book_on(NOW.date()).period(running.from_on - dt.timedelta(days=1))
    card = {"book_sha256": "0" * 64, "marks": packed({"delivery": 4})}
    await _insert(
        "reverse_card", id=number, period_on=running.from_on, until_on=running.until_on, dealer=dealer,
        comment=f"{word} wished", **card,
    )  # fmt: skip
    for holder in (dealer, world.ids["terminal"][position]):  # enough of them that comments are shown
        await _insert(
            "reverse_card", id=number * 1_000 + holder, period_on=over.from_on, until_on=over.until_on,
            dealer=holder, comment=f"{word} wished once", **card,
        )  # fmt: skip
    await _insert("reverse_comment", id=number, period_on=over.from_on, text=f"{word} wished before")


async def build_surveys(world: World, words: dict[str, str]) -> None:
    """Write a draft, an open and a published survey, all answered by everybody's owner."""
    season = await _insert(
        "season", code="OFF-S", label="off", label_en="off", kind="off", from_on=dt.date(2026, 1, 1),
        until_on=dt.date(2026, 4, 1), state="open", owner_user_id=1, created_by_user_id=1, created_at=NOW,
        text="words", found="found",
    )  # fmt: skip
    for state in STATES:
        opened = None if state == "draft" else NOW
        survey = await _insert(
            "survey", season=season, title=state, title_en=state, intro="intro", intro_en="intro",
            state=state, due_on=NOW.date(), least_answers=2, created_by_user_id=1, created_at=NOW,
            opened_at=opened, closed_at=NOW if state == "published" else None,
            published_at=NOW if state == "published" else None, conclusion="words",
        )  # fmt: skip
        question = await _questions(survey)
        for position, word in words.items():
            world.keep(f"survey_{state}", position, survey)
            world.keep("survey_question", position, question) if state == "draft" else None
            if state != "draft":
                await _respond(survey, question, position, word, world.ids["terminal"][position], state)


async def _questions(survey: int) -> int:
    common = {"survey": survey, "label": "asked", "label_en": "asked", "help": "help", "help_en": "help"}
    anchors = dict.fromkeys(("low_anchor", "low_anchor_en", "high_anchor", "high_anchor_en"), "end")
    for place, kind in enumerate(("percent", "one", "many", "scale"), start=2):
        number = await _insert("survey_question", position=place, kind=kind, **common, **anchors)
        if kind != "scale":
            await _insert("survey_option", question=number, position=1, code="", label="o", label_en="o")
    return await _insert("survey_question", position=1, kind="text", **common, **anchors)


async def _respond(survey: int, question: int, position: str, word: str, account: int, state: str) -> None:
    response = await _insert(
        "survey_response", client_key=f"{state} {position}", survey=survey, account=account, side="dealer",
        area="area", respondent_user_id=1, answered_at=NOW, received_at=NOW, payload_sha256="0" * 64,
    )  # fmt: skip
    await _insert("survey_answer", response=response, question=question, text=f"{word} wrote")
