"""Tables of voice: what was raised and what happened to it; next steps and rest for quiet dealers.

``*_user_id`` columns carry no foreign key on purpose: a person may be erased while what he did stays.
"""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Boolean, Date, ForeignKey, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from portal.db.metadata import Index
from portal.files.tables import StoredFile
from portal.network.tables import Account
from portal.seasons.tables import Season


class VoiceItem(Table, tablename="voice_item"):
    """A concern, a complaint or a competitor's approach of one dealer.

    ``client_key`` makes sending twice harmless. ``dealer_reads`` says whether the dealer's people see it: all
    but approaches that the manufacturer's people recorded. ``season`` and ``visit`` name where it came up.
    """

    id = BigSerial(primary_key=True)
    client_key = Varchar(length=36, unique=True)
    kind = Varchar(length=12)
    topic = Varchar(length=16, default="other")
    dealer = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    season = ForeignKey(Season, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    visit = BigInt(null=True, default=None)
    text = Varchar(length=2000)
    side = Varchar(length=12)
    dealer_reads = Boolean(default=True)
    raised_by_user_id = BigInt()
    raised_for_user_id = BigInt(null=True, default=None)
    raised_at = Timestamptz()
    photo = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.restrict)
    competitor = Varchar(length=120, default="")
    offer = Varchar(length=400, default="")
    evidence = Varchar(length=8, default="")
    valid_until_on = Date(null=True, default=None)
    owner_user_id = BigInt(null=True, default=None)
    due_on = Date()
    state = Varchar(length=10, default="open")
    cause = Varchar(length=16, default="")
    answer = Varchar(length=2000, default="")
    answered_by_user_id = BigInt(null=True, default=None)
    answered_for_user_id = BigInt(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    reopened = SmallInt(default=0)
    closed_at = Timestamptz(null=True, default=None)

    kind_known = Check("kind in ('concern', 'complaint', 'approach')")
    side_known = Check("side in ('dealer', 'manufacturer')")
    state_known = Check("state in ('open', 'answered', 'reopened', 'closed')")
    answered_with_words = Check("state <> 'answered' or (answer <> '' and answered_at is not null)")
    closed_once = Check("(state = 'closed') = (closed_at is not null)")

    ix_due = Index(("state", "due_on", "id"))
    ix_dealer = Index(("dealer", "kind", "state"))
    ix_owner = Index(("owner_user_id", "state"))


class VoiceEvent(Table, tablename="voice_event"):
    """What somebody did or wrote; ``is_internal`` lines are for the manufacturer's side only."""

    id = BigSerial(primary_key=True)
    item = ForeignKey(VoiceItem, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=10)
    text = Varchar(length=2000, default="")
    is_internal = Boolean(default=False)
    actor_user_id = BigInt()
    actor_for_user_id = BigInt(null=True, default=None)
    at = Timestamptz()

    kind_known = Check("kind in ('raised', 'assigned', 'answered', 'reopened', 'closed', 'noted')")


class QuietStep(Table, tablename="quiet_step"):
    """What somebody will do about a dealer who has gone quiet, and what came of it."""

    id = BigSerial(primary_key=True)
    dealer = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    step = Varchar(length=400)
    owner_user_id = BigInt()
    due_on = Date()
    created_by_user_id = BigInt()
    created_at = Timestamptz()
    result = Varchar(length=400, default="")
    done_at = Timestamptz(null=True, default=None)

    done_with_result = Check("(done_at is null) = (result = '')")
    ix_open = Index(("dealer",), unique=True, where="done_at is null")
    ix_owner = Index(("owner_user_id", "done_at"))
    ix_dealer = Index(("dealer", "id"))


class QuietSnooze(Table, tablename="quiet_snooze"):
    """A dealer left off the list of quiet ones until a day (exclusive), with the reason."""

    id = BigSerial(primary_key=True)
    dealer = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    until_on = Date()
    reason = Varchar(length=400)
    actor_user_id = BigInt()
    at = Timestamptz()

    ix_dealer = Index(("dealer", "until_on"))
