"""Results: what was answered, by question and by area, as numbers that ``results`` turns into sentences.

Counted is a response, a side's view of one place; refusals are counted apart and hold no answers. Values of a
group with fewer answers than the survey's floor are not returned at all, only their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.surveys.model import Question, QuestionKind, Spread, spread_of
from campaigns.surveys.policies import READ
from portal.db import fetch
from portal.network.scope import ALWAYS, Condition, in_scope

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campaigns.surveys.queries.surveys import SurveyRow
    from portal.access import Viewer
    from portal.db.sql import Row

SIDES = ("dealer", "manufacturer")
TEXTS_MOST = 100


@dataclass(frozen=True, slots=True)
class OptionTally:
    """Answers to a row or for an option.

    Attributes:
        option_id: The option; None for a question without rows.
        n: How many said a number here, or ticked it.
        spread: Of numbers, when there are enough; None otherwise.
    """

    option_id: int | None
    n: int
    spread: Spread | None


@dataclass(frozen=True, slots=True)
class GroupTally:
    """Answers of one area, or of all.

    Attributes:
        area: Its name; empty for all.
        n: Responses that answered this question.
        enough: Whether they reach the floor; without it ``options`` is empty.
        options: In the question's order.
        steps: How often each number of a scale was said, lowest first; empty for other kinds.
        total: Sum of the numbers of a scale.
    """

    area: str
    n: int
    enough: bool
    options: tuple[OptionTally, ...]
    steps: tuple[int, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question's answers: together, and by area in order of name."""

    question: Question
    whole: GroupTally
    areas: tuple[GroupTally, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who answered: responses by area and side, and refusals."""

    area: str
    dealer: int
    manufacturer: int
    declined: int

    @property
    def n(self) -> int:
        """Responses with answers."""
        return self.dealer + self.manufacturer


async def list_coverage(survey_id: int) -> tuple[Coverage, ...]:
    """Return who answered, by area in order of name."""
    rows = await fetch(
        "select area, sum(case when side = 'dealer' and not declined then 1 else 0 end) as dealer,"
        " sum(case when side = 'manufacturer' and not declined then 1 else 0 end) as manufacturer,"
        " sum(case when declined then 1 else 0 end) as declined from survey_response where survey = {}"
        " group by area order by area",
        survey_id,
    )
    return tuple(Coverage(**row) for row in rows)


async def list_results(
    survey: SurveyRow, questions: Sequence[Question], side: str = ""
) -> tuple[QuestionResult, ...]:
    """Return every question's result; ``side`` limits it to one side's answers."""
    where = Condition("p.side = {}", (side,)) if side in SIDES else ALWAYS
    rows = await fetch(
        "select x.question, x.option, x.number, x.text, x.response, p.area from survey_answer x"
        " join survey_response p on p.id = x.response where p.survey = {} and not p.declined"
        f" and {where.sql} order by x.id",
        survey.id,
        *where.args,
    )
    by_question: dict[int, list[Row]] = {}
    for row in rows:
        by_question.setdefault(row["question"], []).append(row)
    return tuple(
        _result(question, by_question.get(question.id, []), survey.least_answers) for question in questions
    )


async def list_texts(viewer: Viewer, survey: SurveyRow, side: str = "") -> dict[int, list[str]]:
    """Return what was written, by question, about places in the viewer's part; the newest hundred of each.

    A text may name people or places, so it is never shown beyond the part of the network it is about.
    """
    where = in_scope(viewer, "a", policy=READ)
    if side in SIDES:
        where = where & Condition("p.side = {}", (side,))
    rows = await fetch(
        "select x.question, x.text from survey_answer x join survey_response p on p.id = x.response"
        f" join account a on a.id = p.account where p.survey = {{}} and x.text <> '' and {where.sql}"
        " order by x.id desc limit 3000",
        survey.id,
        *where.args,
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        texts = found.setdefault(row["question"], [])
        if len(texts) < TEXTS_MOST:
            texts.append(row["text"])
    return found


def _result(question: Question, rows: list[Row], floor: int) -> QuestionResult:
    areas = sorted({row["area"] for row in rows})
    return QuestionResult(
        question,
        _tally(question, "", rows, floor),
        tuple(_tally(question, area, [row for row in rows if row["area"] == area], floor) for area in areas),
    )


def _tally(question: Question, area: str, rows: list[Row], floor: int) -> GroupTally:
    n = len({row["response"] for row in rows})
    if n < floor:
        return GroupTally(area, n, enough=False, options=())
    if question.kind is QuestionKind.SCALE:
        said = [row["number"] for row in rows]
        span = range(question.scale_least, question.scale_most + 1)
        steps = tuple(said.count(step) for step in span)
        return GroupTally(area, n, enough=True, options=(), steps=steps, total=sum(said))
    ids: list[int | None] = [option.id for option in question.options]
    numbers = question.kind is QuestionKind.PERCENT
    options = tuple(_option(option_id, rows, numbers, floor) for option_id in ids or [None])
    return GroupTally(area, n, enough=True, options=options)


def _option(option_id: int | None, rows: list[Row], numbers: bool, floor: int) -> OptionTally:  # noqa: FBT001  a column's kind
    own = [row for row in rows if row["option"] == option_id]
    if not numbers:
        return OptionTally(option_id, len(own), None)
    said = [row["number"] for row in own]
    return OptionTally(option_id, len(said), spread_of(said) if len(said) >= floor else None)
