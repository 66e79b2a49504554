"""Tables of seasons: calendar, steps, peak need, natural sales chosen, targets by version, growth points.

Every amount is a supply value in minor units. A target's versions, their shares and everything said about
them stay for good; ``frozen.py`` has the database refuse changes once a version was offered.
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
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db import extras
from portal.db.metadata import Index
from portal.network.tables import Account, Region
from portal.sales.tables import Product
from portal.seasons.frozen import NEGOTIATION


class Season(Table, tablename="season"):
    """A season of a region (null: all) and a category (empty: all), from a month until before another."""

    id = Serial(primary_key=True)
    code = Varchar(length=20, unique=True)
    label = Varchar(length=80)
    label_en = Varchar(length=80)
    kind = Varchar(length=4)
    region = ForeignKey(Region, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    category = Varchar(length=80, default="")
    from_on = Date()
    until_on = Date()
    peak: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    state = Varchar(length=8, default="draft")
    owner_user_id = BigInt()
    text = Varchar(length=2000, default="")
    found = Varchar(length=400, default="")
    version = Integer(default=1)
    created_by_user_id = BigInt()
    created_at = Timestamptz()
    opened_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)

    kind_known = Check("kind in ('off', 'peak')")
    state_known = Check("state in ('draft', 'open', 'closed')")
    dates_ordered = Check("until_on > from_on")
    peak_of_off = Check("peak is null or kind = 'off'")
    ix_dates = Index(("from_on", "until_on"))


class SeasonStep(Table, tablename="season_step"):
    """Who takes care of a step of a season, until when, and when it was called done."""

    id = BigSerial(primary_key=True)
    season = ForeignKey(Season, null=False, on_delete=OnDelete.cascade)
    step = Varchar(length=10)
    owner_user_id = BigInt(null=True, default=None)
    due_on = Date(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    note = Varchar(length=400, default="")

    step_known = Check("step in ('survey', 'target', 'plan', 'training', 'trip', 'forecast', 'readiness')")
    unique_step = Unique(["season", "step"])
    ix_owner = Index(("owner_user_id", "due_on"), where="done_at is null")


class SeasonNeed(Table, tablename="season_need"):
    """What the peak needs of the off-season: a share of its sales in stock early, and new outlets."""

    season = ForeignKey(Season, primary_key=True, null=False, on_delete=OnDelete.cascade)
    peak_goal_minor = BigInt()
    early_share_bp = Integer()
    outlets_needed = Integer()
    outlets_active = Integer()
    outlet_month_minor = BigInt()
    outlet_months = SmallInt()
    note = Varchar(length=400, default="")
    by_user_id = BigInt()
    at = Timestamptz()

    share_bounded = Check("early_share_bp between 0 and 10000")
    counts_positive = Check("outlets_needed >= 0 and outlets_active >= 0 and outlet_months >= 0")


class SeasonBaseline(Table, tablename="season_baseline"):
    """Natural sales of an account in a season by the method a person chose; the newest row counts.

    ``error_bp`` is the hold-out error of the method, ``level`` the step of trade it was measured at.
    """

    id = BigSerial(primary_key=True)
    season = ForeignKey(Season, null=False, on_delete=OnDelete.restrict)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    method = Varchar(length=40)
    reason = Varchar(length=400)
    level = SmallInt()
    error_bp = Integer(null=True, default=None)
    n = Integer()
    history_from_on = Date()
    history_to_on = Date()
    amount_minor = BigInt()
    low_minor = BigInt(null=True, default=None)
    high_minor = BigInt(null=True, default=None)
    by_user_id = BigInt()
    for_user_id = BigInt(null=True, default=None)
    at = Timestamptz()

    ix_account = Index(("season", "account", "id"))


class SeasonBaselineMonth(Table, tablename="season_baseline_month"):
    """One month of chosen natural sales with its range."""

    id = BigSerial(primary_key=True)
    baseline = ForeignKey(SeasonBaseline, null=False, on_delete=OnDelete.cascade)
    month_on = Date()
    amount_minor = BigInt()
    low_minor = BigInt(null=True, default=None)
    high_minor = BigInt(null=True, default=None)

    unique_month = Unique(["baseline", "month_on"])


class SeasonTarget(Table, tablename="season_target"):
    """A version of a dealer's target in a season, by the side that wrote it.

    An accepted version counts until a newer one is accepted; ``draft`` is the manufacturer's, unseen.
    """

    id = BigSerial(primary_key=True)
    season = ForeignKey(Season, null=False, on_delete=OnDelete.restrict)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    version = SmallInt()
    side = Varchar(length=12)
    state = Varchar(length=10)
    baseline = ForeignKey(SeasonBaseline, null=True, default=None, on_delete=OnDelete.restrict)
    baseline_minor = BigInt()
    amount_minor = BigInt()
    note = Varchar(length=1000, default="")
    by_user_id = BigInt()
    for_user_id = BigInt(null=True, default=None)
    created_at = Timestamptz()
    offered_at = Timestamptz(null=True, default=None)
    accepted_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)

    side_known = Check("side in ('manufacturer', 'dealer')")
    state_known = Check("state in ('draft', 'offered', 'countered', 'accepted', 'replaced', 'withdrawn')")
    accepted_when_said = Check("(state <> 'accepted') or accepted_at is not null")
    unique_version = Unique(["season", "account", "version"])
    ix_draft = Index(("season", "account"), unique=True, where="state = 'draft'")
    ix_open = Index(("season", "account"), unique=True, where="state in ('offered', 'countered')")
    ix_accepted = Index(("season", "account"), unique=True, where="state = 'accepted'")
    ix_account = Index(("account", "state"))


class SeasonTargetShare(Table, tablename="season_target_share"):
    """A product's month of a version; a locked cell stays when the rest is spread again."""

    id = BigSerial(primary_key=True)
    target = ForeignKey(SeasonTarget, null=False, on_delete=OnDelete.cascade)
    product = ForeignKey(Product, null=False, on_delete=OnDelete.restrict)
    month_on = Date()
    amount_minor = BigInt()
    is_locked = Boolean(default=False)

    unique_cell = Unique(["target", "product", "month_on"])


class SeasonTargetPart(Table, tablename="season_target_part"):
    """What an outlet or retail point of the dealer carries of a product's month of a version.

    The parts of a product's month add up to its share, to the unit; a locked buyer keeps his season's sum
    when the rest is spread again.
    """

    id = BigSerial(primary_key=True)
    target = ForeignKey(SeasonTarget, null=False, on_delete=OnDelete.cascade)
    buyer = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    product = ForeignKey(Product, null=False, on_delete=OnDelete.restrict)
    month_on = Date()
    amount_minor = BigInt()
    is_locked = Boolean(default=False)

    amount_positive = Check("amount_minor >= 0")
    unique_part = Unique(["target", "buyer", "product", "month_on"])


class SeasonTargetReason(Table, tablename="season_target_reason"):
    """Why a dealer asks for another amount of a product than he was offered."""

    id = BigSerial(primary_key=True)
    target = ForeignKey(SeasonTarget, null=False, on_delete=OnDelete.cascade)
    product = ForeignKey(Product, null=False, on_delete=OnDelete.restrict)
    reason = Varchar(length=400)

    unique_line = Unique(["target", "product"])


class SeasonAnswer(Table, tablename="season_answer"):
    """What either side said or did about a version; appended, never changed."""

    id = BigSerial(primary_key=True)
    target = ForeignKey(SeasonTarget, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10)
    side = Varchar(length=12)
    text = Varchar(length=1000, default="")
    by_user_id = BigInt()
    for_user_id = BigInt(null=True, default=None)
    at = Timestamptz()

    kind_known = Check("kind in ('offer', 'accept', 'counter', 'comment', 'agree', 'withdraw')")
    side_known = Check("side in ('manufacturer', 'dealer')")
    ix_target = Index(("target", "id"))


class SeasonGrowthPoint(Table, tablename="season_growth_point"):
    """Where growth over natural sales is to come from, with its size, owner and result.

    ``about`` names what its sales are measured by: the code of an outlet, retail point or product, or a
    channel; empty when they cannot be.
    """

    id = BigSerial(primary_key=True)
    season = ForeignKey(Season, null=False, on_delete=OnDelete.restrict)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=8)
    label = Varchar(length=120)
    about = Varchar(length=60, default="")
    size_minor = BigInt()
    owner_user_id = BigInt(null=True, default=None)
    due_on = Date(null=True, default=None)
    result_minor = BigInt(null=True, default=None)
    result_note = Varchar(length=400, default="")
    state = Varchar(length=8, default="counted")
    side = Varchar(length=12)
    by_user_id = BigInt()
    at = Timestamptz()

    kind_known = Check("kind in ('outlet', 'terminal', 'product', 'channel')")
    state_known = Check("state in ('proposed', 'counted', 'dropped')")
    side_known = Check("side in ('manufacturer', 'dealer')")
    size_positive = Check("size_minor >= 0")
    ix_account = Index(("season", "account"))


extras.register(NEGOTIATION)
