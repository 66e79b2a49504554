"""Tables of surveys: the form with its questions and choices, who answered about which place, the answers.

Labels of options are copied when the question is written, so that a result stays readable when products or
categories are renamed. Percentages are basis points.
"""

from __future__ import annotations

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db.metadata import Index
from portal.network.tables import Account
from portal.seasons.tables import Season


class Survey(Table, tablename="survey"):
    """A survey of a season; ``least_answers`` is the floor it was opened with, ``due_on`` is inclusive."""

    id = Serial(primary_key=True)
    season = ForeignKey(Season, null=False, index=True, on_delete=OnDelete.restrict)
    title = Varchar(length=120)
    title_en = Varchar(length=120, default="")
    intro = Varchar(length=1000, default="")
    intro_en = Varchar(length=1000, default="")
    state = Varchar(length=10, default="draft")
    due_on = Date(null=True, default=None)
    least_answers = SmallInt()
    version = Integer(default=1)
    created_by_user_id = BigInt()
    created_at = Timestamptz()
    opened_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    published_at = Timestamptz(null=True, default=None)
    published_by_user_id = BigInt(null=True, default=None)
    conclusion = Varchar(length=2000, default="")

    state_known = Check("state in ('draft', 'open', 'closed', 'published')")
    floor_sensible = Check("least_answers >= 2")
    opened_with_end = Check("state = 'draft' or (due_on is not null and opened_at is not null)")


class SurveyQuestion(Table, tablename="survey_question"):
    """One question; ``feeds_target`` marks the one whose figures the target page shows."""

    id = Serial(primary_key=True)
    survey = ForeignKey(Survey, null=False, on_delete=OnDelete.restrict)
    position = SmallInt()
    kind = Varchar(length=10)
    label = Varchar(length=200)
    label_en = Varchar(length=200, default="")
    help = Varchar(length=300, default="")
    help_en = Varchar(length=300, default="")
    is_required = Boolean(default=False)
    feeds_target = Boolean(default=False)
    scale_least = SmallInt(default=1)
    scale_most = SmallInt(default=5)
    low_anchor = Varchar(length=60, default="")
    low_anchor_en = Varchar(length=60, default="")
    high_anchor = Varchar(length=60, default="")
    high_anchor_en = Varchar(length=60, default="")

    kind_known = Check("kind in ('percent', 'one', 'many', 'products', 'scale', 'text')")
    scale_rises = Check("scale_least >= 0 and scale_most <= 10 and scale_least < scale_most")
    fed_by_percent = Check("not feeds_target or kind = 'percent'")
    ix_survey = Index(("survey", "position", "id"))


class SurveyOption(Table, tablename="survey_option"):
    """A choice, a product, or a row a percentage is asked for; ``code`` is the product's or category's."""

    id = Serial(primary_key=True)
    question = ForeignKey(SurveyQuestion, null=False, on_delete=OnDelete.restrict)
    position = SmallInt()
    code = Varchar(length=80, default="")
    label = Varchar(length=160)
    label_en = Varchar(length=160, default="")

    ix_question = Index(("question", "position", "id"))


class SurveyResponse(Table, tablename="survey_response"):
    """One side's answers about one place, sent once: ``client_key`` is the phone's, the hash its content's.

    ``area`` repeats the place's at the time. ``declined`` means that nobody wants to answer here, and holds
    no answers.
    """

    id = BigSerial(primary_key=True)
    client_key = Varchar(length=36, unique=True)
    survey = ForeignKey(Survey, null=False, on_delete=OnDelete.restrict)
    account = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.restrict)
    side = Varchar(length=12)
    area = Varchar(length=80, default="")
    respondent_user_id = BigInt()
    respondent_for_user_id = BigInt(null=True, default=None)
    answered_at = Timestamptz()
    received_at = Timestamptz()
    payload_sha256 = Varchar(length=64)
    declined = Boolean(default=False)

    unique_place = Unique(["survey", "account", "side"])
    side_known = Check("side in ('dealer', 'manufacturer')")
    ix_survey = Index(("survey", "declined", "area"))
    ix_respondent = Index(("respondent_user_id", "survey"))


class SurveyAnswer(Table, tablename="survey_answer"):
    """An answer to a question, or a ticked option, or a number for a row of it."""

    id = BigSerial(primary_key=True)
    response = ForeignKey(SurveyResponse, null=False, on_delete=OnDelete.restrict)
    question = ForeignKey(SurveyQuestion, null=False, on_delete=OnDelete.restrict)
    option = ForeignKey(SurveyOption, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    number = Integer(null=True, default=None)
    text = Varchar(length=1000, default="")

    ix_response = Index(("response",))
    ix_question = Index(("question", "response"))
