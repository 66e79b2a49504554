"""Table of promises: what one side said it would do for the other, until when, and whether it was kept."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Date, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from portal.db.metadata import Index
from portal.network.tables import Account


class Promise(Table, tablename="promise"):
    """A promise made to or by an account (FEATURES S145).

    ``owner`` says whose record it is: one that a dealer's staff notes is his. ``side`` promised, seen from
    the owner; ``keeper_user_id`` is the owner's person who keeps it, null when the other side does.
    ``done_at`` is when the keeper said it is done; ``judged_at`` when the other side said kept or broken.
    """

    id = BigSerial(primary_key=True)
    client_key = Varchar(length=36, unique=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    visit = BigInt(null=True, default=None)
    owner = Varchar(length=12)
    side = Varchar(length=6)
    text = Varchar(length=400)
    keeper_user_id = BigInt(null=True, default=None)
    due_on = Date()
    made_by_user_id = BigInt()
    made_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)
    done_note = Varchar(length=400, default="")
    state = Varchar(length=8, default="open")
    judged_by_user_id = BigInt(null=True, default=None)
    judged_for_user_id = BigInt(null=True, default=None)
    judged_at = Timestamptz(null=True, default=None)
    judgement = Varchar(length=400, default="")

    owner_known = Check("owner in ('manufacturer', 'dealer')")
    side_known = Check("side in ('ours', 'theirs')")
    state_known = Check("state in ('open', 'kept', 'broken')")
    judged = Check("(state = 'open') = (judged_at is null)")
    broken_with_words = Check("state <> 'broken' or judgement <> ''")
    ix_due = Index(("state", "due_on", "id"))
    ix_account = Index(("account", "state"))
    ix_keeper = Index(("keeper_user_id", "state", "due_on"))
