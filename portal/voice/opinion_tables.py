"""Tables of opinions: what was suggested, by whom if he signed it, and what came of it.

An opinion without a name carries nothing that leads to who gave it: no person, no dealer, no instant, no
photo, and ids that say nothing about the order in which rows came. ``source_id`` and ``*_user_id`` carry no
foreign key: what they name belongs to packages above, or may be erased.
"""

from __future__ import annotations

from piccolo.columns import BigInt, Boolean, Date, ForeignKey, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from portal.db.metadata import Index
from portal.files.tables import StoredFile
from portal.network.tables import Account, Region


class Opinion(Table, tablename="opinion"):
    """An opinion or a suggestion (의견·제안, FEATURES S73).

    ``dealer`` is null exactly when nobody signed it; then ``region`` may stand, where enough dealers could
    have given it. ``once_key`` makes sending twice harmless: the form's key, or its SHA-256 without a name.
    ``code_sha256`` is the hash of the code with which an unnamed sender reads the answer.
    ``answered_on`` is the day of the first answer, ``answered_at`` the instant of the one that stands.
    """

    id = BigInt(primary_key=True, default=None)
    once_key = Varchar(length=64, unique=True)
    code_sha256 = Varchar(length=64, null=True, default=None, unique=True)
    source_kind = Varchar(length=10)
    source_id = BigInt(null=True, default=None)
    dealer = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.restrict)
    region = ForeignKey(Region, null=True, default=None, on_delete=OnDelete.restrict)
    topic = Varchar(length=16)
    text = Text()
    side = Varchar(length=12)
    given_by_user_id = BigInt(null=True, default=None)
    given_for_user_id = BigInt(null=True, default=None)
    given_on = Date()
    given_at = Timestamptz(null=True, default=None)
    photo = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.restrict)
    owner_user_id = BigInt(null=True, default=None)
    due_on = Date()
    state = Varchar(length=10, default="open")
    answer = Text(default="")
    answered_by_user_id = BigInt(null=True, default=None)
    answered_for_user_id = BigInt(null=True, default=None)
    answered_on = Date(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    solution = Text(default="")
    solved_on = Date(null=True, default=None)
    solved_by_user_id = BigInt(null=True, default=None)
    reopened = SmallInt(default=0)
    closed_on = Date(null=True, default=None)

    source_known = Check("source_kind in ('training', 'trip', 'visit', 'own')")
    source_named = Check("(source_kind = 'own') = (source_id is null)")
    side_known = Check("side in ('dealer', 'manufacturer')")
    state_known = Check("state in ('open', 'answered', 'reopened', 'closed')")
    bounded = Check("length(text) between 1 and 2000 and length(answer) <= 2000 and length(solution) <= 2000")
    unnamed_leads_nowhere = Check(
        "dealer is not null or (given_by_user_id is null and given_for_user_id is null"
        " and given_at is null and photo is null)"
    )
    region_only_without_name = Check("dealer is null or (region is null and code_sha256 is null)")
    answered_with_words = Check(
        "state <> 'answered' or (answer <> '' and answered_on is not null and answered_at is not null)"
    )
    solved_with_words = Check("(solved_on is null) = (solution = '')")
    closed_once = Check("(state = 'closed') = (closed_on is not null)")

    ix_due = Index(("state", "due_on", "id"))
    ix_source = Index(("source_kind", "source_id"))
    ix_dealer = Index(("dealer", "state"))
    ix_region = Index(("region",))
    ix_owner = Index(("owner_user_id", "state"))
    ix_given = Index(("given_on", "id"))


class OpinionEvent(Table, tablename="opinion_event"):
    """What somebody did with an opinion; without actor and instant when an unnamed sender did it.

    ``position`` counts from 1 within an opinion. ``before`` holds, for an assignment, who answered by when
    before it, so that it can be taken back: ``user id:ISO day``, the id empty for nobody.
    """

    id = BigInt(primary_key=True, default=None)
    opinion = ForeignKey(Opinion, null=False, on_delete=OnDelete.restrict)
    position = SmallInt()
    kind = Varchar(length=10)
    text = Text(default="")
    before = Varchar(length=40, default="")
    is_internal = Boolean(default=False)
    actor_user_id = BigInt(null=True, default=None)
    actor_for_user_id = BigInt(null=True, default=None)
    happened_on = Date()
    at = Timestamptz(null=True, default=None)

    kind_known = Check(
        "kind in ('given', 'assigned', 'answered', 'withdrawn', 'reopened', 'solved', 'closed', 'noted')"
    )
    bounded = Check("length(text) <= 2000")
    ix_position = Index(("opinion", "position"), unique=True)
