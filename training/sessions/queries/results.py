"""What came out of a session: scores before and after, by person and by question, feedback; and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_one
from portal.occasions.model import SeatState
from portal.occasions.queries.roster import list_part
from training.courses.model import share_bp

if TYPE_CHECKING:
    from portal.access import Viewer
    from training.sessions.queries.sessions import SessionRow


@dataclass(frozen=True, slots=True)
class PersonResult:
    """A seat holder's result; scores are basis points, None = not taken.

    Attributes:
        came: Whether the door noted him.
        certificate_id: His certificate, or None.
        revoked: Whether it was revoked.
    """

    enrollment_id: int
    dealer_id: int
    dealer_code: str
    dealer_name: str
    name: str
    came: bool
    pre_bp: int | None
    post_bp: int | None
    passed: bool | None
    certificate_id: int | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many took, passed, said and hold what."""

    pre: int
    post: int
    passed: int
    feedback: int
    certificates: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Both scores of those who took both tests, in basis points, half up; None of nobody."""

    n: int
    pre_bp: int | None
    post_bp: int | None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """Shares of right answers to a question before and after, with how many answered."""

    question_id: int
    text: str
    text_en: str
    pre_n: int
    pre_bp: int | None
    post_n: int
    post_bp: int | None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was said about a session, without who.

    Attributes:
        n: How many.
        tenths: Mean mark in tenths by what was asked, half up; empty under the floor.
        texts: What was written, in no order of time; empty under the floor.
    """

    n: int
    tenths: dict[str, int]
    texts: tuple[str, ...]


async def list_results(viewer: Viewer, session: SessionRow, policy: str) -> list[PersonResult]:
    """Return the results of confirmed seats of dealers in the viewer's part, in order of sign-up.

    Args:
        viewer: Who asks.
        session: A session the viewer may see.
        policy: Only grants that hold it count.
    """
    attempts = await fetch(
        "select enrollment, kind, score_bp, passed from test_attempt where session = {}", session.id
    )
    papers = {
        row["enrollment"]: row
        for row in await fetch(
            "select id, enrollment, revoked_at from certificate where session = {}", session.id
        )
    }
    pre = {row["enrollment"]: row for row in attempts if row["kind"] == "pre"}
    post = {row["enrollment"]: row for row in attempts if row["kind"] == "post"}
    found = []
    for person in await list_part(viewer, session.occasion_id, policy, (SeatState.CONFIRMED,)):
        key = person.enrollment_id
        paper = papers.get(key)
        found.append(
            PersonResult(
                enrollment_id=key,
                dealer_id=person.dealer_id,
                dealer_code=person.dealer_code,
                dealer_name=person.dealer_name,
                name=person.name,
                came=person.came_in_at is not None,
                pre_bp=pre[key]["score_bp"] if key in pre else None,
                post_bp=post[key]["score_bp"] if key in post else None,
                passed=bool(post[key]["passed"]) if key in post else None,
                certificate_id=paper["id"] if paper else None,
                revoked=bool(paper and paper["revoked_at"]),
            )
        )
    return found


def compare(results: list[PersonResult]) -> Compared:
    """Return the mean scores of those who took both tests."""
    both = [
        (row.pre_bp, row.post_bp) for row in results if row.pre_bp is not None and row.post_bp is not None
    ]
    if not both:
        return Compared(0, None, None)
    n = len(both)
    means = [(2 * sum(column) + n) // (2 * n) for column in zip(*both, strict=True)]
    return Compared(n, means[0], means[1])


async def count_results(session: SessionRow) -> Counts:
    """Return a session's counts; the caller has checked who asks."""
    row = await fetch_one(
        "select (select count(*) from test_attempt where session = {} and kind = 'pre') as pre,"
        " (select count(*) from test_attempt where session = {} and kind = 'post') as post,"
        " (select count(*) from test_attempt where session = {} and passed) as passed,"
        " (select count(*) from session_feedback where session = {}) as feedback,"
        " (select count(*) from certificate where session = {} and revoked_at is null) as certificates",
        *[session.id] * 5,
    )
    return Counts(**(row or {}))


async def list_question_results(session: SessionRow) -> list[QuestionResult]:
    """Return the shares of right answers by question, in order; the caller has checked who asks."""
    rows = await fetch(
        "select q.id as question_id, q.text, q.text_en, a.kind, count(*) as n,"
        " sum(case when x.is_right then 1 else 0 end) as right_n from test_answer x"
        " join test_attempt a on a.id = x.attempt join course_question q on q.id = x.question"
        " where a.session = {} group by q.id, q.position, q.text, q.text_en, a.kind"
        " order by q.position, q.id",
        session.id,
    )
    by_question: dict[int, dict[str, tuple[int, int]]] = {}
    texts = {}
    for row in rows:
        texts[row["question_id"]] = (row["text"], row["text_en"])
        by_question.setdefault(row["question_id"], {})[row["kind"]] = (row["n"], int(row["right_n"]))
    return [
        QuestionResult(
            question_id, *texts[question_id], *_share(kinds.get("pre")), *_share(kinds.get("post"))
        )
        for question_id, kinds in by_question.items()
    ]


def _share(counted: tuple[int, int] | None) -> tuple[int, int | None]:
    return (0, None) if counted is None else (counted[0], share_bp(counted[1], counted[0]))


MARKS = ("content", "lecturers", "place", "usefulness")


async def read_feedback(session: SessionRow, least: int) -> Feedback:
    """Return what was said about a session; under so many voices only how many there are.

    Args:
        session: The session; the caller has checked who asks.
        least: Floor under which nothing is said.
    """
    rows = await fetch(
        f"select {', '.join(MARKS)}, text from session_feedback where session = {{}} order by id",  # noqa: S608  from code
        session.id,
    )
    if len(rows) < least:
        return Feedback(len(rows), {}, ())
    n = len(rows)
    tenths = {name: (20 * sum(row[name] for row in rows) + n) // (2 * n) for name in MARKS}
    return Feedback(n, tenths, tuple(row["text"] for row in rows if row["text"]))
