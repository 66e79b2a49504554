"""Tables of suspected duplicates and of merged accounts; the rules are in docs/algorithms/duplicates.md."""

from __future__ import annotations

from typing import Any

from piccolo.columns import BigInt, BigSerial, Boolean, ForeignKey, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db.metadata import Index
from portal.network.tables import Account


class DuplicateKey(Table, tablename="duplicate_key"):
    """A key under which an account is compared with others: its telephone, address, place or name."""

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.cascade)
    text = Varchar(length=80)

    ix_text = Index(("text", "account"))


class DuplicatePair(Table, tablename="duplicate_pair"):
    """Two accounts that may be one; ``first`` has the lower id.

    ``score`` is in points, 0 to 100; ``reasons`` is JSON: what speaks for and against it. ``different`` is
    remembered, so that nobody is asked again.
    """

    id = BigSerial(primary_key=True)
    first: ForeignKey[Any] = ForeignKey(Account, null=False, on_delete=OnDelete.cascade)
    second: ForeignKey[Any] = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.cascade)
    score = SmallInt()
    reasons = Text(default="[]")
    state = Varchar(length=10, default="open")
    found_at = Timestamptz()
    decided_at = Timestamptz(null=True, default=None)
    decided_by_user_id = BigInt(null=True, default=None)

    unique_pair = Unique(["first", "second"])
    ordered = Check("first < second")
    state_known = Check("state in ('open', 'different', 'merged')")
    ix_queue = Index(("state", "score", "id"))


class AccountMerge(Table, tablename="account_merge"):
    """One account taken as another one; everything the merge wrote is here, so that it can be taken back.

    ``changes`` is JSON: column of the kept account → value before and after. ``links`` are the supply links
    it made, ``followers`` the accounts merged into the one that is gone, which point to the kept one since.
    """

    id = BigSerial(primary_key=True)
    kept: ForeignKey[Any] = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.restrict)
    gone: ForeignKey[Any] = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    is_across = Boolean(default=False)
    changes = Text(default="{}")
    links = Text(default="[]")
    followers = Text(default="[]")
    merged_at = Timestamptz()
    merged_by_user_id = BigInt(null=True, default=None)
    undone_at = Timestamptz(null=True, default=None)
    undone_by_user_id = BigInt(null=True, default=None)

    not_itself = Check("kept <> gone")
    ix_gone = Index(("gone",), unique=True, where="undone_at is null")
