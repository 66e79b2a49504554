"""Tables of the audit log. The database itself refuses to change or remove an event."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Integer, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from portal.db import extras
from portal.db.metadata import Index


class AuditEvent(Table, tablename="audit_event"):
    """One link of the hash chain; ``seq`` is its position, ``changes`` JSON of field → [before, after]."""

    id = BigSerial(primary_key=True)
    seq = BigInt(unique=True)
    at = Timestamptz()
    actor_user_id = BigInt(null=True, default=None)
    on_behalf_of_user_id = BigInt(null=True, default=None)
    action = Varchar(length=60)
    subject_kind = Varchar(length=30)
    subject_key = Varchar(length=80)
    changes = Text(default="{}")
    note = Text(default="")
    request_id = Varchar(length=64, default="")
    hash = Varchar(length=64)

    bounded = Check("length(hash) = 64 and length(note) <= 1000 and length(action) <= 60")
    ix_subject = Index(("subject_kind", "subject_key", "seq"))
    ix_actor = Index(("actor_user_id", "seq"))


class AuditHead(Table, tablename="audit_head"):
    """The one row that says where the chain ends; writers lock it, so there is only ever one chain."""

    id = Integer(primary_key=True)
    seq = BigInt()
    hash = Varchar(length=64)

    only_one = Check("id = 1")


_REFUSAL = "the audit log is append-only"
extras.register(
    extras.Extra(
        name="audit_append_only",
        sqlite=(
            (
                "create trigger audit_event_no_update before update on audit_event "
                f"begin select raise(abort, '{_REFUSAL}'); end"
            ),
            (
                "create trigger audit_event_no_delete before delete on audit_event "
                f"begin select raise(abort, '{_REFUSAL}'); end"
            ),
        ),
        postgres=(
            (
                "create function audit_refuse() returns trigger language plpgsql as "
                f"$$ begin raise exception '{_REFUSAL}'; end $$"
            ),
            (
                "create trigger audit_event_no_change before update or delete on audit_event "
                "for each row execute function audit_refuse()"
            ),
        ),
    )
)
