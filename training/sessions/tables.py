"""Tables of training sessions: blocks, words said about clashes, costs, tests, feedback, certificates.

What happens when and who comes stands in the occasion. No name of a participant is kept here: it is the
guest's of the sign-up, so that erasing a person leaves scores and counts as they were.
"""

from __future__ import annotations

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db.metadata import Index
from portal.occasions.tables import Enrollment, Occasion
from training.courses.tables import Course, CourseChoice, CourseModule, CourseQuestion, Lecturer, VenueRoom


class TrainingSession(Table, tablename="training_session"):
    """A course on days of the calendar; its occasion says when, where and for how many.

    ``key_shown_at`` opens the right answers to those who took the test, ``feedback_until_on`` is inclusive.
    """

    id = BigSerial(primary_key=True)
    occasion = ForeignKey(Occasion, unique=True, null=False, on_delete=OnDelete.restrict)
    course = ForeignKey(Course, null=False, index=True, on_delete=OnDelete.restrict)
    room = ForeignKey(VenueRoom, null=False, index=True, on_delete=OnDelete.restrict)
    note = Varchar(length=1000, default="")
    feedback_until_on = Date()
    key_shown_at = Timestamptz(null=True, default=None)
    version = Integer(default=1)


class SessionBlock(Table, tablename="session_block"):
    """A module taught at a time; ``ends_at`` is exclusive, a null room is the session's."""

    id = BigSerial(primary_key=True)
    session = ForeignKey(TrainingSession, null=False, on_delete=OnDelete.cascade)
    module = ForeignKey(CourseModule, null=False, on_delete=OnDelete.restrict)
    lecturer = ForeignKey(Lecturer, null=True, default=None, on_delete=OnDelete.restrict)
    room = ForeignKey(VenueRoom, null=True, default=None, on_delete=OnDelete.restrict)
    starts_at = Timestamptz()
    ends_at = Timestamptz()

    ends_after_start = Check("ends_at > starts_at")
    ix_session = Index(("session", "starts_at"))
    ix_lecturer = Index(("lecturer", "starts_at"))
    ix_time = Index(("starts_at", "id"))


class SessionClash(Table, tablename="session_clash"):
    """A soft clash that a planner accepted with a word; ``key`` names what clashes."""

    id = BigSerial(primary_key=True)
    session = ForeignKey(TrainingSession, null=False, on_delete=OnDelete.cascade)
    kind = Varchar(length=20)
    key = Varchar(length=80)
    word = Varchar(length=400)
    by_user_id = BigInt()
    at = Timestamptz()

    unique_clash = Unique(["session", "kind", "key"])


class SessionCost(Table, tablename="session_cost"):
    """What a session costs by kind: the budget, and what it came to once that is known."""

    id = BigSerial(primary_key=True)
    session = ForeignKey(TrainingSession, null=False, on_delete=OnDelete.cascade)
    kind = Varchar(length=10)
    budget_minor = BigInt(default=0)
    actual_minor = BigInt(null=True, default=None)
    note = Varchar(length=200, default="")

    kind_known = Check("kind in ('lecturers', 'venue', 'meals', 'materials', 'other')")
    amounts_positive = Check("budget_minor >= 0 and (actual_minor is null or actual_minor >= 0)")
    unique_kind = Unique(["session", "kind"])


class TestAttempt(Table, tablename="test_attempt"):
    """A test taken once by a seat holder; score and pass mark are frozen with it.

    ``score_bp`` is right answers ÷ questions, half up.
    """

    __test__ = False

    id = BigSerial(primary_key=True)
    client_key = Varchar(length=36, unique=True)
    session = ForeignKey(TrainingSession, null=False, on_delete=OnDelete.restrict)
    enrollment = ForeignKey(Enrollment, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=4)
    user_id = BigInt()
    sent_at = Timestamptz()
    questions = SmallInt()
    right_answers = SmallInt()
    score_bp = Integer()
    pass_bp = Integer(null=True, default=None)
    passed = Boolean(null=True, default=None)

    kind_known = Check("kind in ('pre', 'post')")
    counts_sensible = Check("questions >= 1 and right_answers between 0 and questions")
    only_post_passes = Check("(kind = 'post') = (passed is not null and pass_bp is not null)")
    unique_kind = Unique(["enrollment", "kind"])
    ix_session = Index(("session", "kind"))


class TestAnswer(Table, tablename="test_answer"):
    """What was chosen for a question; null = nothing."""

    __test__ = False

    id = BigSerial(primary_key=True)
    attempt = ForeignKey(TestAttempt, null=False, on_delete=OnDelete.restrict)
    question = ForeignKey(CourseQuestion, null=False, index=True, on_delete=OnDelete.restrict)
    choice = ForeignKey(CourseChoice, null=True, default=None, on_delete=OnDelete.restrict)
    is_right = Boolean(default=False)

    ix_attempt = Index(("attempt",))


class FeedbackGiven(Table, tablename="feedback_given"):
    """That a seat holder gave feedback, so that nobody gives it twice; what was said is kept apart."""

    enrollment = ForeignKey(Enrollment, primary_key=True, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(TrainingSession, null=False, index=True, on_delete=OnDelete.restrict)


class SessionFeedback(Table, tablename="session_feedback"):
    """What somebody said about a session, without who and without when: the id is random."""

    id = Varchar(length=32, primary_key=True)
    session = ForeignKey(TrainingSession, null=False, index=True, on_delete=OnDelete.restrict)
    content = SmallInt()
    lecturers = SmallInt()
    place = SmallInt()
    usefulness = SmallInt()
    text = Varchar(length=1000, default="")

    marks_bounded = Check(
        "content between 1 and 5 and lecturers between 1 and 5 and place between 1 and 5"
        " and usefulness between 1 and 5"
    )


class Certificate(Table, tablename="certificate"):
    """A certificate of a seat holder who came and passed; ``code`` is random and printed on it."""

    id = BigSerial(primary_key=True)
    session = ForeignKey(TrainingSession, null=False, index=True, on_delete=OnDelete.restrict)
    enrollment = ForeignKey(Enrollment, unique=True, null=False, on_delete=OnDelete.restrict)
    code = Varchar(length=24, unique=True)
    issued_at = Timestamptz()
    issued_by_user_id = BigInt()
    revoked_at = Timestamptz(null=True, default=None)
    revoked_by_user_id = BigInt(null=True, default=None)
    revoke_reason = Varchar(length=400, default="")

    revoked_with_reason = Check("(revoked_at is null) = (revoke_reason = '')")
