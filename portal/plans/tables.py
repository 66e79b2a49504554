"""Tables of plans: people and starts, plans with lines, days and stops, visits, the target list, meetings.

Times of a plan are whole seconds, places micro-degrees (WGS 84), months their first day. A frozen plan does
not change; what happened is in ``visit``.
"""

from __future__ import annotations

from typing import Any

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
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
from portal.files.tables import StoredFile
from portal.network.tables import Account, Region
from portal.plans.frozen import AGREED_PLANS
from portal.seasons.tables import Season


class Holiday(Table, tablename="holiday"):
    """A day on which nobody works, with its name; shipped ones are written when the schema is made."""

    id = Serial(primary_key=True)
    day_on = Date(unique=True)
    name = Varchar(length=60)
    name_en = Varchar(length=60, default="")


class VisitBase(Table, tablename="visit_base"):
    """Where a person's days begin and end, and how long they are; null minutes = as in the settings."""

    id = Serial(primary_key=True)
    user_id = BigInt(unique=True)
    latitude_micro = Integer()
    longitude_micro = Integer()
    day_minutes = SmallInt(null=True, default=None)

    minutes_bounded = Check("day_minutes is null or day_minutes between 0 and 960")


class DayAway(Table, tablename="day_away"):
    """A day on which a person makes no visits."""

    id = BigSerial(primary_key=True)
    user_id = BigInt()
    day_on = Date()
    reason = Varchar(length=120, default="")

    unique_day = Unique(["user_id", "day_on"])


class OpeningDays(Table, tablename="opening_days"):
    """Weekdays on which an account is open, as a sum of 1 for Monday to 64 for Sunday; no row = every day."""

    account = ForeignKey(Account, primary_key=True, null=False, on_delete=OnDelete.restrict)
    weekdays = SmallInt()
    updated_at = Timestamptz()

    weekdays_known = Check("weekdays between 0 and 127")


class TargetAccount(Table, tablename="target_account"):
    """An account on the target list: a competitor's good outlet or retail point, and why (FEATURES S58).

    ``competitor_share_bp`` is what is known of the competitors' share, null when nobody said; ``score`` and
    ``score_parts`` (JSON of part → points) are computed and shown. The account's dealer sees an entry from
    ``shared_at`` on, never share or score.
    """

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    season = ForeignKey(Season, null=True, default=None, on_delete=OnDelete.restrict)
    competitor = Varchar(length=80, default="")
    competitor_share_bp = Integer(null=True, default=None)
    share_source = Varchar(length=10, default="")
    score = Integer(default=0)
    score_parts = Text()
    reason = Varchar(length=400, default="")
    added_by_user_id = BigInt()
    added_at = Timestamptz()
    stage = Varchar(length=10, default="target")
    staged_at = Timestamptz(null=True, default=None)
    shared_at = Timestamptz(null=True, default=None)
    removed_at = Timestamptz(null=True, default=None)

    stage_known = Check("stage in ('target', 'visited', 'trial', 'opened', 'repeat')")
    source_known = Check("share_source in ('', 'observed', 'told', 'estimated', 'declined')")
    ix_open = Index(("account",), unique=True, where="removed_at is null")
    ix_season = Index(("season", "score", "id"))


class DevelopmentPlan(Table, tablename="development_plan"):
    """A month's plan for a region's own representatives, a proposal to a dealer for his staff, or his own.

    A proposal (``is_proposal``) stands as it was sent; the dealer accepts or declines it, or copies it
    (``source``) into a plan of his own, which the manufacturer sees from ``shared_at`` on. ``inputs`` is what
    a plan was generated from, with its hash; ``more_*`` the cost of those that come next.
    """

    id = BigSerial(primary_key=True)
    month_on = Date()
    owner = Varchar(length=12)
    is_proposal = Boolean(default=False)
    region = ForeignKey(Region, null=True, default=None, on_delete=OnDelete.restrict)
    dealer = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.restrict)
    source: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    season = ForeignKey(Season, null=True, default=None, on_delete=OnDelete.restrict)
    label = Varchar(length=120, default="")
    state = Varchar(length=10, default="draft")
    version = Integer(default=1)
    settings = Text()
    inputs = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.restrict)
    inputs_sha256 = Varchar(length=64, default="")
    outlets = Integer(default=0)
    visits = Integer(default=0)
    more_accounts = Integer(default=0)
    more_visits = Integer(default=0)
    more_seconds = Integer(default=0)
    is_edited = Boolean(default=False)
    job_id = BigInt(null=True, default=None)
    created_by_user_id = BigInt()
    created_at = Timestamptz()
    offered_at = Timestamptz(null=True, default=None)
    answered_by_user_id = BigInt(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    shared_at = Timestamptz(null=True, default=None)
    approved_by_user_id = BigInt(null=True, default=None)
    approved_for_user_id = BigInt(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    frozen_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=400, default="")

    owner_known = Check("owner in ('manufacturer', 'dealer')")
    whose = Check("(owner = 'dealer') = (dealer is not null)")
    proposal_to_dealer = Check("owner = 'dealer' or (not is_proposal and shared_at is null)")
    state_known = Check(
        "state in ('making', 'draft', 'offered', 'approved', 'frozen', 'declined', 'replaced', 'failed')"
    )
    approved_by_someone = Check("state not in ('approved', 'frozen') or approved_by_user_id is not null")
    ix_month = Index(("month_on", "id"))
    ix_dealer = Index(("dealer", "month_on"))


class PlanPerson(Table, tablename="plan_person"):
    """A person of a plan with the start, the days away (JSON) and the working days it was made with."""

    id = BigSerial(primary_key=True)
    plan = ForeignKey(DevelopmentPlan, null=False, on_delete=OnDelete.cascade)
    user_id = BigInt()
    latitude_micro = Integer()
    longitude_micro = Integer()
    day_minutes = SmallInt()
    working_days = SmallInt(default=0)
    away = Text()

    unique_person = Unique(["plan", "user_id"])


class PlanLine(Table, tablename="plan_line"):
    """A candidate of a plan with the decision on it; ``reason`` is a word of ``rules.planning``.

    ``indicator`` says what the line is measured by and ``evidence`` what counts as proof, both fixed when the
    plan is frozen; ``goal`` is the quantity agreed, null for none.
    """

    id = BigSerial(primary_key=True)
    plan = ForeignKey(DevelopmentPlan, null=False, on_delete=OnDelete.cascade)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    user_id = BigInt(null=True, default=None)
    class_code = Varchar(length=4, default="")
    score = Integer(default=0)
    score_parts = Text()
    is_target = Boolean(default=False)
    asked = SmallInt(default=0)
    planned = SmallInt(default=0)
    visit_minutes = SmallInt(default=0)
    open_days = SmallInt(default=0)
    reason = Varchar(length=16)
    short_seconds = Integer(default=0)
    indicator = Varchar(length=12, default="visits")
    evidence = Varchar(length=12, default="visit")
    goal = Integer(null=True, default=None)

    indicator_known = Check("indicator in ('visits', 'opening', 'repeat', 'display')")
    evidence_known = Check("evidence in ('visit', 'photo', 'paid_order')")
    unique_account = Unique(["plan", "account"])
    ix_reason = Index(("plan", "reason", "score", "id"))


class PlanDay(Table, tablename="plan_day"):
    """One day of one person in a plan, with the lengths that its route is judged by."""

    id = BigSerial(primary_key=True)
    plan = ForeignKey(DevelopmentPlan, null=False, on_delete=OnDelete.cascade)
    user_id = BigInt()
    day_on = Date()
    travel_seconds = Integer()
    visit_seconds = Integer()
    nearest_seconds = Integer()
    capacity_seconds = Integer()

    unique_day = Unique(["plan", "user_id", "day_on"])


class PlanStop(Table, tablename="plan_stop"):
    """A planned visit: whom, on which day, at which place of the route (from 0)."""

    id = BigSerial(primary_key=True)
    plan = ForeignKey(DevelopmentPlan, null=False, on_delete=OnDelete.cascade)
    user_id = BigInt()
    day_on = Date()
    place = SmallInt()
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)

    unique_visit = Unique(["plan", "account", "day_on"])
    ix_route = Index(("user_id", "day_on", "place"))
    ix_plan = Index(("plan", "user_id", "day_on", "place"))


class Visit(Table, tablename="visit"):
    """A visit that was made, logged on a phone or at a desk.

    ``client_key`` makes logging it again harmless; ``visited_at`` is the server's reading of when it was,
    ``device_at`` what the phone said. ``owner`` says whose record it is; a visit of a dealer's staff is his.
    """

    id = BigSerial(primary_key=True)
    client_key = Varchar(length=60, unique=True)
    content_sha256 = Varchar(length=64, default="")
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    stop = ForeignKey(PlanStop, null=True, default=None, index=True, on_delete=OnDelete.set_null)
    season = ForeignKey(Season, null=True, default=None, on_delete=OnDelete.restrict)
    owner = Varchar(length=12, default="manufacturer")
    rank = Varchar(length=14, default="representative")
    visitor_user_id = BigInt()
    visited_on = Date()
    visited_at = Timestamptz()
    device_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=10)
    cases = Integer(null=True, default=None)
    minutes = SmallInt(null=True, default=None)
    note = Text()
    photo = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.restrict)
    created_at = Timestamptz()
    cancelled_at = Timestamptz(null=True, default=None)
    cancelled_by_user_id = BigInt(null=True, default=None)
    cancelled_reason = Varchar(length=400, default="")

    owner_known = Check("owner in ('manufacturer', 'dealer')")
    rank_known = Check("rank in ('representative', 'manager', 'head_office', 'dealer_staff')")
    outcome_known = Check("outcome in ('met', 'absent', 'closed', 'refused', 'trial', 'order')")
    note_bounded = Check("length(note) <= 2000")
    ix_account = Index(("account", "visited_on", "id"))
    ix_visitor = Index(("visitor_user_id", "visited_on", "id"))
    ix_day = Index(("visited_on", "account"))


class WeeklyMeeting(Table, tablename="weekly_meeting"):
    """A region's weekly meeting: an agenda made from plan against actual, and minutes with owners."""

    id = BigSerial(primary_key=True)
    region = ForeignKey(Region, null=False, on_delete=OnDelete.restrict)
    week_on = Date()
    season = ForeignKey(Season, null=True, default=None, on_delete=OnDelete.restrict)
    state = Varchar(length=8, default="open")
    held_on = Date(null=True, default=None)
    attendees = Varchar(length=800, default="")
    figures = Text()
    minutes = Text()
    created_by_user_id = BigInt()
    created_at = Timestamptz()
    closed_by_user_id = BigInt(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)

    state_known = Check("state in ('open', 'held', 'closed')")
    minutes_bounded = Check("length(minutes) <= 20000")
    unique_week = Unique(["region", "week_on"])


class MeetingItem(Table, tablename="meeting_item"):
    """A point of a meeting: a gap in the figures, a problem sent beforehand, a decision, a carry-over."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(WeeklyMeeting, null=False, index=True, on_delete=OnDelete.restrict)
    place = SmallInt(default=0)
    kind = Varchar(length=10)
    text = Varchar(length=1000)
    account = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.restrict)
    owner_user_id = BigInt(null=True, default=None)
    due_on = Date(null=True, default=None)
    state = Varchar(length=8, default="open")
    result = Varchar(length=1000, default="")
    carried_from: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    raised_by_user_id = BigInt(null=True, default=None)
    raised_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)

    kind_known = Check("kind in ('gap', 'problem', 'topic', 'decision', 'carry')")
    state_known = Check("state in ('open', 'done', 'carried', 'dropped')")
    ix_owner = Index(("owner_user_id", "state", "due_on"))


extras.register(AGREED_PLANS)
