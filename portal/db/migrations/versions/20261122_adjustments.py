"""adjustments by two people.

Revision: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SQLITE_EXTRAS = (
    "create trigger rebate_adjustment_no_change before update of account, amount_minor, booked_on, reason, proposed_by_user_id, proposed_for_user_id, proposed_at on rebate_adjustment when true begin select raise(abort, 'a proposed adjustment is approved or declined, never changed'); end",
    "create trigger rebate_adjustment_no_return before update of state on rebate_adjustment when old.state <> 'proposed' begin select raise(abort, 'a proposed adjustment is approved or declined, never changed'); end",
    "create trigger rebate_adjustment_no_delete before delete on rebate_adjustment when true begin select raise(abort, 'a proposed adjustment is approved or declined, never changed'); end",
)
POSTGRES_EXTRAS = (
    """create function rebate_adjustment_no_change() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'a proposed adjustment is approved or declined, never changed';
  end if;
  return new;
end $$""",
    "create trigger rebate_adjustment_no_change before update of account, amount_minor, booked_on, reason, proposed_by_user_id, proposed_for_user_id, proposed_at on rebate_adjustment for each row execute function rebate_adjustment_no_change()",
    """create function rebate_adjustment_no_return() returns trigger language plpgsql as $$
begin
  if old.state <> 'proposed' then
    raise exception 'a proposed adjustment is approved or declined, never changed';
  end if;
  return new;
end $$""",
    "create trigger rebate_adjustment_no_return before update of state on rebate_adjustment for each row execute function rebate_adjustment_no_return()",
    """create function rebate_adjustment_no_delete() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'a proposed adjustment is approved or declined, never changed';
  end if;
  return old;
end $$""",
    "create trigger rebate_adjustment_no_delete before delete on rebate_adjustment for each row execute function rebate_adjustment_no_delete()",
)
SQLITE_DROPS = (
    "drop trigger rebate_adjustment_no_delete",
    "drop trigger rebate_adjustment_no_return",
    "drop trigger rebate_adjustment_no_change",
)
POSTGRES_DROPS = (
    "drop trigger rebate_adjustment_no_delete on rebate_adjustment",
    "drop function rebate_adjustment_no_delete",
    "drop trigger rebate_adjustment_no_return on rebate_adjustment",
    "drop function rebate_adjustment_no_return",
    "drop trigger rebate_adjustment_no_change on rebate_adjustment",
    "drop function rebate_adjustment_no_change",
)


def upgrade() -> None:
    op.create_table(
        "rebate_adjustment",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "amount_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("booked_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "state",
            Ty("VARCHAR", 12),
            server_default=sa.text("'proposed'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "proposed_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("proposed_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("proposed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("approved_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approved_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approved_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("declined_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("declined_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("declined_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "answer", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "operation",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (operation is not null) and (state = 'approved') = (approved_by_user_id is not null)",
            name=op.f("ck_rebate_adjustment_booked_by_two"),
        ),
        sa.CheckConstraint(
            "(state = 'declined') = (declined_by_user_id is not null) and (state <> 'declined' or answer <> '')",
            name=op.f("ck_rebate_adjustment_declined_with_words"),
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'approved', 'declined')", name=op.f("ck_rebate_adjustment_state_known")
        ),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_rebate_adjustment_not_nothing")),
        sa.CheckConstraint(
            "approved_by_user_id is null or (approved_by_user_id <> proposed_by_user_id and approved_by_user_id <> coalesce(proposed_for_user_id, -1) and coalesce(approved_for_user_id, -2) <> proposed_by_user_id and coalesce(approved_for_user_id, -2) <> coalesce(proposed_for_user_id, -1))",
            name=op.f("ck_rebate_adjustment_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_rebate_adjustment_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["operation"],
            ["ledger_operation.id"],
            name=op.f("fk_rebate_adjustment_operation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_adjustment")),
        sa.UniqueConstraint("operation", name=op.f("uq_rebate_adjustment_operation")),
    )
    with op.batch_alter_table("rebate_adjustment", schema=None) as batch_op:
        batch_op.create_index("ix_rebate_adjustment_account", ["account", "id"], unique=False)
        batch_op.create_index("ix_rebate_adjustment_state", ["state", "id"], unique=False)
    extras = SQLITE_EXTRAS if op.get_bind().dialect.name == "sqlite" else POSTGRES_EXTRAS
    for statement in extras:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    drops = SQLITE_DROPS if op.get_bind().dialect.name == "sqlite" else POSTGRES_DROPS
    for statement in drops:
        op.get_bind().exec_driver_sql(statement)
    with op.batch_alter_table("rebate_adjustment", schema=None) as batch_op:
        batch_op.drop_index("ix_rebate_adjustment_state")
        batch_op.drop_index("ix_rebate_adjustment_account")

    op.drop_table("rebate_adjustment")
