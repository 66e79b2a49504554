"""What an evaluation can be: kinds of subject, states of a run and of a scorecard, what is said and done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

UNDO_SECONDS = 10
"""How long a sign-off can be taken back from the toast."""
ANSWER_DAYS = 30
"""How long the manufacturer has to answer an objection. Source: 개인정보 보호법 37조의2, 시행령 44조의3."""
COMMENT_CHARACTERS = 2000


class SubjectKind(StrEnum):
    """Who is evaluated."""

    DEALER = "dealer"
    REPRESENTATIVE = "representative"


class RunState(StrEnum):
    """Where a month's run stands; each state is reached from the one before only."""

    COMPUTING = "computing"
    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    CLOSED = "closed"
    FAILED = "failed"

    @property
    def is_final_for_dealers(self) -> bool:
        """Whether dealers and representatives may read their sheets and nothing of them changes any more."""
        return self in (RunState.PUBLISHED, RunState.CLOSED)

    @property
    def is_under_review(self) -> bool:
        """Whether scorecards may be commented, signed and returned."""
        return self in (RunState.DRAFT, RunState.REVIEWED)


class CardState(StrEnum):
    """Where a scorecard stands in the review."""

    OPEN = "open"
    SIGNED = "signed"
    RETURNED = "returned"


class CommentKind(StrEnum):
    """What somebody says on a scorecard."""

    COMMENT = "comment"
    """The manager's word, required before signing."""
    SELF_REVIEW = "self_review"
    """The representative about his own month."""
    REPLY = "reply"
    """The subject's answer to a published sheet."""
    RETURN = "return"
    """Why a scorecard goes back to be looked into."""
    OBJECTION = "objection"
    """이의 신청: the subject disputes the result; a person answers within ``ANSWER_DAYS``."""
    ANSWER = "answer"
    """The answer to an objection."""


class ActionKind(StrEnum):
    """What follows from a scorecard. Nothing here ever takes money or supply away (FEATURES L2)."""

    REWARD = "reward"
    COACHING = "coaching"


class Outcome(StrEnum):
    """What came of a reward or coaching plan, said when it is closed."""

    REACHED = "reached"
    PARTLY = "partly"
    MISSED = "missed"


class Tab(StrEnum):
    """The views of the review list."""

    ALL = "all"
    DECIDE = "decide"
    """결정 필요: neither signed nor returned."""
    DROPPED = "dropped"
    """등급 하락."""
    HELD = "held"
    """보류: a missing input leaves the grade to a person."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody to be evaluated in a month.

    Attributes:
        key: Stable key inside snapshots: a dealer's code, or ``user-`` and the id of a representative.
        account_id: The dealer, or None.
        user_id: The representative, or None.
        dealers: Dealer accounts whose figures are summed for the subject.
    """

    key: str
    account_id: int | None
    user_id: int | None
    dealers: tuple[int, ...]


def answer_due_on(objected_on: dt.date) -> dt.date:
    """Return the last day, inclusive, on which an objection is answered in time."""
    return objected_on + dt.timedelta(days=ANSWER_DAYS)
