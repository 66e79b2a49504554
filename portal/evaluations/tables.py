"""Tables of the monthly evaluation: runs, scorecards and what people say about them."""

from __future__ import annotations

from typing import Any

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db import extras
from portal.db.metadata import Index
from portal.evaluations.frozen import PUBLISHED_RESULTS
from portal.files.tables import StoredFile
from portal.rulebooks.tables import RulebookVersion


class EvaluationRun(Table, tablename="evaluation_run"):
    """One evaluation of a month for dealers or representatives, frozen as of a moment.

    ``ix_one_original`` lets one original run per month and subject kind exist; corrections supersede it.
    ``snapshot`` holds the facts and ``contexts`` what subjects bring from earlier months, both as bytes under
    their SHA-256: with the rulebook they are all that a replay needs.
    """

    id = BigSerial(primary_key=True)
    month_on = Date()
    subject_kind = Varchar(length=16)
    kind = Varchar(length=12, default="original")
    supersedes: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    state = Varchar(length=12, default="computing")
    as_of_at = Timestamptz()
    rulebook = ForeignKey(RulebookVersion, null=False, on_delete=OnDelete.restrict)
    is_reference_only = Boolean(default=False)
    subjects = Integer(default=0)
    snapshot = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.restrict)
    snapshot_sha256 = Varchar(length=64, default="")
    contexts = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.restrict)
    contexts_sha256 = Varchar(length=64, default="")
    results_sha256 = Varchar(length=64, default="")
    code_version = Varchar(length=40, default="")
    job_id = BigInt(null=True, default=None)
    needs_correction = Boolean(default=False)
    created_by_user_id = BigInt(null=True, default=None)
    created_at = Timestamptz()
    reviewed_at = Timestamptz(null=True, default=None)
    published_by_user_id = BigInt(null=True, default=None)
    published_for_user_id = BigInt(null=True, default=None)
    published_at = Timestamptz(null=True, default=None)
    close_requested_by_user_id = BigInt(null=True, default=None)
    close_requested_for_user_id = BigInt(null=True, default=None)
    close_requested_at = Timestamptz(null=True, default=None)
    closed_by_user_id = BigInt(null=True, default=None)
    closed_for_user_id = BigInt(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)

    subject_kind_known = Check("subject_kind in ('dealer', 'representative')")
    kind_known = Check("kind in ('original', 'correction')")
    state_known = Check(
        "state in ('computing', 'draft', 'reviewed', 'published', 'closed', 'failed')",
    )
    two_people = Check(
        "closed_by_user_id is null or (closed_by_user_id <> close_requested_by_user_id"
        " and closed_by_user_id <> coalesce(close_requested_for_user_id, -1)"
        " and coalesce(closed_for_user_id, -2) <> close_requested_by_user_id"
        " and coalesce(closed_for_user_id, -2) <> coalesce(close_requested_for_user_id, -1))"
    )
    ix_one_original = Index(
        ("month_on", "subject_kind"), unique=True, where="kind = 'original' and state <> 'failed'"
    )


class Scorecard(Table, tablename="scorecard"):
    """The result of one subject in a run. Points are thousandths; ``condition_bits`` re-derive every line.

    ``grade`` is empty when the subject is held. ``previous_grade`` and ``months_below_before`` are what the
    subject brought along, ``months_below`` is what it takes on. ``sales_minor`` to ``active_last`` repeat the
    snapshot's growth and terminal figures for lists and sums; null where they are unknown.
    """

    id = BigSerial(primary_key=True)
    run = ForeignKey(EvaluationRun, null=False, on_delete=OnDelete.restrict)
    subject_kind = Varchar(length=16)
    account_id = BigInt(null=True, default=None, index=True)
    user_id = BigInt(null=True, default=None, index=True)
    subject_key = Varchar(length=80)
    points_milli = Integer(null=True, default=None)
    grade = Varchar(length=2, default="")
    previous_grade = Varchar(length=2, default="")
    grade_fell = Boolean(default=False)
    months_below_before = SmallInt(default=0)
    months_below = SmallInt(default=0)
    held_reason = Varchar(length=20, default="")
    sales_minor = BigInt(null=True, default=None)
    sales_last_minor = BigInt(null=True, default=None)
    active = BigInt(null=True, default=None)
    active_last = BigInt(null=True, default=None)
    is_disputed = Boolean(default=False)
    condition_bits = Bytea()
    state = Varchar(length=12, default="open")
    version = Integer(default=1)
    signed_by_user_id = BigInt(null=True, default=None)
    signed_for_user_id = BigInt(null=True, default=None)
    signed_at = Timestamptz(null=True, default=None)
    read_at = Timestamptz(null=True, default=None)

    state_known = Check("state in ('open', 'signed', 'returned')")
    one_subject = Check("(account_id is null) <> (user_id is null)")
    unique_subject = Unique(["run", "subject_key"])
    ix_run_state = Index(("run", "state"))


class ScorecardComment(Table, tablename="scorecard_comment"):
    """Something said on a scorecard: the manager's comment, a self-review, the dealer's reply."""

    id = BigSerial(primary_key=True)
    scorecard = ForeignKey(Scorecard, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=12)
    author_user_id = BigInt()
    on_behalf_of_user_id = BigInt(null=True, default=None)
    text = Text()
    at = Timestamptz()
    withdrawn_at = Timestamptz(null=True, default=None)

    kind_known = Check("kind in ('comment', 'self_review', 'reply', 'return', 'objection', 'answer')")
    text_bounded = Check("length(text) between 1 and 2000")


class ScorecardAction(Table, tablename="scorecard_action"):
    """What follows from a scorecard: a reward or a coaching plan, with owner, date and what came of it.

    ``line`` is the criterion it is about, empty for the whole month; ``goal`` says how one sees that it
    worked. An open one stands on the subject's next months, too; ``moved`` counts the new days it was given.
    """

    id = BigSerial(primary_key=True)
    scorecard = ForeignKey(Scorecard, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=12)
    line = Varchar(length=40, default="")
    text = Varchar(length=400)
    goal = Varchar(length=200, default="")
    owner_user_id = BigInt()
    due_on = Date()
    moved = SmallInt(default=0)
    outcome = Varchar(length=8, default="")
    result = Varchar(length=400, default="")
    done_at = Timestamptz(null=True, default=None)
    done_by_user_id = BigInt(null=True, default=None)
    created_by_user_id = BigInt()
    created_at = Timestamptz()
    changed_at = Timestamptz(null=True, default=None)

    kind_known = Check("kind in ('reward', 'coaching')")
    outcome_known = Check("outcome in ('', 'reached', 'partly', 'missed')")


extras.register(PUBLISHED_RESULTS)
