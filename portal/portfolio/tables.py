"""Tables of account classes: runs per month and level, each account's class, adopted books, score cards.

A run is computed from the monthly totals and stays as it was computed; later orders do not change a past
class. Amounts are integer minor units, ratios integer basis points.
"""

from __future__ import annotations

from piccolo.columns import (
    BigInt,
    BigSerial,
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

from portal.db.metadata import Index
from portal.network.tables import Account


class SegmentBookVersion(Table, tablename="segment_book"):
    """A version of the class book that somebody adopted, as canonical JSON; shipped ones are files."""

    id = Serial(primary_key=True)
    code = Varchar(length=40)
    version = Varchar(length=20)
    sha256 = Varchar(length=64, unique=True)
    content = Text()
    effective_from = Date(unique=True)
    reason = Varchar(length=400)
    adopted_by_user_id = BigInt()
    adopted_for_user_id = BigInt(null=True, default=None)
    adopted_at = Timestamptz()


class SegmentRun(Table, tablename="segment_run"):
    """All accounts of a level, classed for a month by one book; ``unclassed`` are too new for a class."""

    id = BigSerial(primary_key=True)
    month_on = Date()
    level = Varchar(length=10)
    book_version = Varchar(length=20)
    book_sha256 = Varchar(length=64)
    accounts = Integer()
    e1 = Integer()
    e2 = Integer()
    e3 = Integer()
    e4 = Integer()
    unclassed = Integer()
    moved = Integer()
    computed_at = Timestamptz()

    unique_month = Unique(["month_on", "level"])
    level_known = Check("level in ('dealer', 'outlet', 'terminal')")
    adds_up = Check("accounts = e1 + e2 + e3 + e4 + unclassed")


class AccountClass(Table, tablename="account_class"):
    """One account's class in a month with every number that decided it; see ``rules.segments.Classified``.

    Empty codes are no class. No foreign keys: it is written from the totals like them.
    """

    id = BigSerial(primary_key=True)
    account = BigInt()
    month_on = Date()
    level = Varchar(length=10)
    code = Varchar(length=4, default="")
    observed = Varchar(length=4, default="")
    before = Varchar(length=4, default="")
    net_minor = BigInt()
    months = SmallInt()
    contribution_bp = Integer(null=True, default=None)
    stability_bp = Integer(null=True, default=None)
    limit_bp = Integer()
    contribution_margin = BigInt()
    stability_margin = BigInt()
    edge_minor = BigInt()
    contribution_wavering = SmallInt(default=0)
    stability_wavering = SmallInt(default=0)

    unique_month = Unique(["account", "month_on"])
    code_known = Check("code in ('', 'EI', 'EII', 'EIII', 'EIV')")
    ix_class = Index(("month_on", "level", "code", "net_minor", "account"))


class ProspectCard(Table, tablename="prospect_card"):
    """A filled score card of a prospect; the newest of an account counts, earlier ones stay to be read.

    ``ratings`` is JSON, indicator → 1 to 5. ``code`` is the class with the strategic flag, ``plain_code`` the
    one without it, which counts after the flag's last day; both empty while answers are missing. Scores and
    the personal adjustment are hundredths.
    """

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    is_newest = SmallInt(default=1)
    ratings = Text()
    intent = SmallInt(null=True, default=None)
    adjustment = SmallInt(default=0)
    adjustment_reason = Varchar(length=400, default="")
    strategic_reason = Varchar(length=400, default="")
    strategic_until_on = Date(null=True, default=None)
    strategic_by_user_id = BigInt(null=True, default=None)
    obstacle = Varchar(length=400, default="")
    next_step = Varchar(length=400, default="")
    next_on = Date(null=True, default=None)
    code = Varchar(length=4, default="")
    plain_code = Varchar(length=4, default="")
    score = SmallInt(null=True, default=None)
    book_version = Varchar(length=20)
    book_sha256 = Varchar(length=64)
    by_user_id = BigInt()
    for_user_id = BigInt(null=True, default=None)
    at = Timestamptz()

    intent_bounded = Check("intent is null or intent between 1 and 5")
    codes_known = Check(
        "code in ('', 'PI', 'PII', 'PIII', 'PIV') and plain_code in ('', 'PI', 'PII', 'PIII', 'PIV')"
    )
    adjusted_with_reason = Check("adjustment = 0 or adjustment_reason <> ''")
    ix_newest = Index(("account",), unique=True, where="is_newest = 1")
    ix_account = Index(("account", "id"))
