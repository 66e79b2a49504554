"""decisions beside score sheets.

Revision: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Triggers as they were when this revision was written, and those they replace.
SQLITE_BEFORE = "create trigger rulebook_proposal_no_change before update of text, subject_kind, label, base, content, effective_from, effective_until, announced_on, rehearsal, author_user_id, submitted_by_user_id, submitted_for_user_id, submitted_at, approved_by_user_id, approved_for_user_id, approved_at on rulebook_proposal when old.approved_at is not null begin select raise(abort, 'an approved rulebook does not change'); end"
SQLITE_AFTER = "create trigger rulebook_proposal_no_change before update of text, subject_kind, decision, label, base, content, effective_from, effective_until, announced_on, rehearsal, author_user_id, submitted_by_user_id, submitted_for_user_id, submitted_at, approved_by_user_id, approved_for_user_id, approved_at on rulebook_proposal when old.approved_at is not null begin select raise(abort, 'an approved rulebook does not change'); end"
POSTGRES_BEFORE = "create trigger rulebook_proposal_no_change before update of text, subject_kind, label, base, content, effective_from, effective_until, announced_on, rehearsal, author_user_id, submitted_by_user_id, submitted_for_user_id, submitted_at, approved_by_user_id, approved_for_user_id, approved_at on rulebook_proposal for each row when (old.approved_at is not null) execute function rulebook_refuse_approved()"
POSTGRES_AFTER = "create trigger rulebook_proposal_no_change before update of text, subject_kind, decision, label, base, content, effective_from, effective_until, announced_on, rehearsal, author_user_id, submitted_by_user_id, submitted_for_user_id, submitted_at, approved_by_user_id, approved_for_user_id, approved_at on rulebook_proposal for each row when (old.approved_at is not null) execute function rulebook_refuse_approved()"
ONE_BEGINNING = "ix_rulebook_proposal_one_beginning"
SCHEDULED = "state = 'scheduled'"


def _replace(sqlite: str, postgres: str, columns: list[str]) -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        bind.exec_driver_sql("drop trigger rulebook_proposal_no_change")
        bind.exec_driver_sql(sqlite)
    else:
        bind.exec_driver_sql("drop trigger rulebook_proposal_no_change on rulebook_proposal")
        bind.exec_driver_sql(postgres)
    op.drop_index(ONE_BEGINNING, table_name="rulebook_proposal")
    op.create_index(
        ONE_BEGINNING,
        "rulebook_proposal",
        columns,
        unique=True,
        sqlite_where=sa.text(SCHEDULED),
        postgresql_where=sa.text(SCHEDULED),
    )


def upgrade() -> None:
    op.add_column(
        "rulebook_proposal",
        sa.Column(
            "decision", Ty("VARCHAR", 60), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
    )
    _replace(SQLITE_AFTER, POSTGRES_AFTER, ["subject_kind", "decision", "effective_from"])


def downgrade() -> None:
    _replace(SQLITE_BEFORE, POSTGRES_BEFORE, ["subject_kind", "effective_from"])
    op.drop_column("rulebook_proposal", "decision")
