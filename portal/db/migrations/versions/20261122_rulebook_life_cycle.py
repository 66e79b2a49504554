"""rulebook life cycle.

Revision: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Triggers and functions as they were when this revision was written.
SQLITE_EXTRAS = (
    "create trigger rulebook_version_no_update before update on rulebook_version when true begin select raise(abort, 'a stored rulebook version does not change'); end",
    "create trigger rulebook_version_no_delete before delete on rulebook_version when true begin select raise(abort, 'a stored rulebook version does not change'); end",
    "create trigger rulebook_proposal_no_change before update of text, subject_kind, label, base, content, effective_from, effective_until, announced_on, rehearsal, author_user_id, submitted_by_user_id, submitted_for_user_id, submitted_at, approved_by_user_id, approved_for_user_id, approved_at on rulebook_proposal when old.approved_at is not null begin select raise(abort, 'an approved rulebook does not change'); end",
    "create trigger rulebook_proposal_no_delete before delete on rulebook_proposal when old.approved_at is not null begin select raise(abort, 'an approved rulebook does not change'); end",
    "create trigger rulebook_proposal_no_return before update of state on rulebook_proposal when (old.state = 'approved' and new.state not in ('approved', 'scheduled', 'cancelled')) or (old.state = 'scheduled' and new.state not in ('scheduled', 'cancelled')) or (old.state = 'cancelled' and new.state <> 'cancelled') begin select raise(abort, 'an approved rulebook does not change'); end",
    "create trigger rulebook_proposal_two_people before update of approved_by_user_id on rulebook_proposal when exists (select 1 from rulebook_editor e where e.proposal = new.id and e.user_id in (new.approved_by_user_id, new.approved_for_user_id)) begin select raise(abort, 'nobody approves a rulebook of his own'); end",
)
POSTGRES_EXTRAS = (
    """create function rulebook_refuse_stored() returns trigger language plpgsql as $$
begin
  raise exception 'a stored rulebook version does not change';
end $$""",
    """create function rulebook_refuse_approved() returns trigger language plpgsql as $$
begin
  raise exception 'an approved rulebook does not change';
end $$""",
    """create function rulebook_refuse_own() returns trigger language plpgsql as $$
begin
  if exists (select 1 from rulebook_editor e where e.proposal = new.id and e.user_id in (new.approved_by_user_id, new.approved_for_user_id)) then
    raise exception 'nobody approves a rulebook of his own';
  end if;
  return new;
end $$""",
    "create trigger rulebook_version_no_change before update or delete on rulebook_version for each row when (true) execute function rulebook_refuse_stored()",
    "create trigger rulebook_proposal_no_change before update of text, subject_kind, label, base, content, effective_from, effective_until, announced_on, rehearsal, author_user_id, submitted_by_user_id, submitted_for_user_id, submitted_at, approved_by_user_id, approved_for_user_id, approved_at on rulebook_proposal for each row when (old.approved_at is not null) execute function rulebook_refuse_approved()",
    "create trigger rulebook_proposal_no_delete before delete on rulebook_proposal for each row when (old.approved_at is not null) execute function rulebook_refuse_approved()",
    "create trigger rulebook_proposal_no_return before update of state on rulebook_proposal for each row when ((old.state = 'approved' and new.state not in ('approved', 'scheduled', 'cancelled')) or (old.state = 'scheduled' and new.state not in ('scheduled', 'cancelled')) or (old.state = 'cancelled' and new.state <> 'cancelled')) execute function rulebook_refuse_approved()",
    "create trigger rulebook_proposal_two_people before update of approved_by_user_id on rulebook_proposal for each row when (true) execute function rulebook_refuse_own()",
)
SQLITE_DROPS = (
    "drop trigger rulebook_proposal_two_people",
    "drop trigger rulebook_proposal_no_return",
    "drop trigger rulebook_proposal_no_delete",
    "drop trigger rulebook_proposal_no_change",
    "drop trigger rulebook_version_no_delete",
    "drop trigger rulebook_version_no_update",
)
POSTGRES_DROPS = (
    "drop trigger rulebook_proposal_two_people on rulebook_proposal",
    "drop trigger rulebook_proposal_no_return on rulebook_proposal",
    "drop trigger rulebook_proposal_no_delete on rulebook_proposal",
    "drop trigger rulebook_proposal_no_change on rulebook_proposal",
    "drop trigger rulebook_version_no_change on rulebook_version",
    "drop function rulebook_refuse_own",
    "drop function rulebook_refuse_approved",
    "drop function rulebook_refuse_stored",
)


def upgrade() -> None:
    op.create_table(
        "rulebook_proposal",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "subject_kind",
            Ty("VARCHAR", 16),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "label", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "state", Ty("VARCHAR", 12), server_default=sa.text("'draft'"), autoincrement=False, nullable=False
        ),
        sa.Column("text", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column("version", Ty("INTEGER"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column(
            "edit_session",
            Ty("VARCHAR", 40),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("base", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("content", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("effective_from", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("effective_until", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("announced_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("rehearsal", Ty("TEXT"), autoincrement=False, nullable=True),
        sa.Column(
            "author_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "edited_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("edited_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("submitted_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("submitted_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("submitted_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("approved_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approved_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approved_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("scheduled_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("scheduled_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "state in ('draft', 'validated', 'rehearsed', 'cancelled') or (content is not null and effective_from is not null and announced_on is not null and submitted_by_user_id is not null)",
            name=op.f("ck_rulebook_proposal_fixed_when_submitted"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'validated', 'rehearsed', 'submitted', 'approved', 'scheduled', 'cancelled')",
            name=op.f("ck_rulebook_proposal_state_known"),
        ),
        sa.CheckConstraint(
            "state not in ('approved', 'scheduled') or approved_by_user_id is not null",
            name=op.f("ck_rulebook_proposal_approved_by_someone"),
        ),
        sa.CheckConstraint(
            "subject_kind in ('dealer', 'representative')",
            name=op.f("ck_rulebook_proposal_subject_kind_known"),
        ),
        sa.CheckConstraint(
            "announced_on is null or announced_on <= effective_from",
            name=op.f("ck_rulebook_proposal_told_before"),
        ),
        sa.CheckConstraint(
            "approved_by_user_id is null or (approved_by_user_id <> submitted_by_user_id and approved_by_user_id <> author_user_id and approved_by_user_id <> coalesce(submitted_for_user_id, -1) and coalesce(approved_for_user_id, -2) <> submitted_by_user_id and coalesce(approved_for_user_id, -2) <> author_user_id and coalesce(approved_for_user_id, -2) <> coalesce(submitted_for_user_id, -1))",
            name=op.f("ck_rulebook_proposal_two_people"),
        ),
        sa.CheckConstraint("length(text) <= 262144", name=op.f("ck_rulebook_proposal_text_bounded")),
        sa.ForeignKeyConstraint(
            ["base"], ["rulebook_version.id"], name=op.f("fk_rulebook_proposal_base"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["content"],
            ["rulebook_version.id"],
            name=op.f("fk_rulebook_proposal_content"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_proposal")),
    )
    with op.batch_alter_table("rulebook_proposal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rulebook_proposal_one_beginning",
            ["subject_kind", "effective_from"],
            unique=True,
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )
        batch_op.create_index("ix_rulebook_proposal_state", ["state", "id"], unique=False)

    op.create_table(
        "rulebook_editor",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "proposal",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("first_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal"],
            ["rulebook_proposal.id"],
            name=op.f("fk_rulebook_editor_proposal"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_editor")),
        sa.UniqueConstraint("proposal", "user_id", name="uq_rulebook_editor_unique_person"),
    )
    op.create_table(
        "rulebook_reading",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "proposal",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("account_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal"],
            ["rulebook_proposal.id"],
            name=op.f("fk_rulebook_reading_proposal"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_reading")),
        sa.UniqueConstraint("proposal", "user_id", name="uq_rulebook_reading_unique_person"),
    )
    with op.batch_alter_table("rulebook_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rulebook_reading_user_id"), ["user_id"], unique=False)
    extras = SQLITE_EXTRAS if op.get_bind().dialect.name == "sqlite" else POSTGRES_EXTRAS
    for statement in extras:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    drops = SQLITE_DROPS if op.get_bind().dialect.name == "sqlite" else POSTGRES_DROPS
    for statement in drops:
        op.get_bind().exec_driver_sql(statement)
    with op.batch_alter_table("rulebook_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rulebook_reading_user_id"))

    op.drop_table("rulebook_reading")
    op.drop_table("rulebook_editor")
    with op.batch_alter_table("rulebook_proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_rulebook_proposal_state")
        batch_op.drop_index(
            "ix_rulebook_proposal_one_beginning",
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )

    op.drop_table("rulebook_proposal")
