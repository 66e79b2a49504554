"""Table of outgoing mail."""

from __future__ import annotations

from piccolo.columns import BigSerial, Boolean, SmallInt, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from portal.db.metadata import Index


class MailMessage(Table, tablename="mail_message"):
    """A plain-text letter; the text of a ``secret`` one is wiped as soon as it is sent or given up.

    ``calendar`` is an event that goes with it as iCalendar; empty for most.
    """

    id = BigSerial(primary_key=True)
    to_address = Varchar(length=120)
    subject = Varchar(length=200)
    text = Text()
    calendar = Text(default="")
    secret = Boolean(default=False)
    state = Varchar(length=8, default="queued")
    attempts = SmallInt(default=0)
    run_at = Timestamptz()
    queued_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    error = Varchar(length=300, default="")

    state_known = Check("state in ('queued', 'sent', 'failed')")
    ix_due = Index(("run_at", "id"), where="state = 'queued'")
