"""credit talks and service tiers.

Revision: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credit_contact",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("held_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "channel", Ty("VARCHAR", 8), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("promised_minor", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("promised_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("owner_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("due_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column(
            "actor_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("actor_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("done_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("done_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "channel in ('phone', 'visit', 'message', 'letter')", name=op.f("ck_credit_contact_channel_known")
        ),
        sa.CheckConstraint(
            "(done_at is null) = (done_by_user_id is null)", name=op.f("ck_credit_contact_done_by_someone")
        ),
        sa.CheckConstraint(
            "(owner_user_id is null) = (due_on is null)", name=op.f("ck_credit_contact_follow_up_whole")
        ),
        sa.CheckConstraint(
            "(promised_minor is null) = (promised_on is null) and coalesce(promised_minor, 1) > 0 and coalesce(promised_on, held_on) >= held_on",
            name=op.f("ck_credit_contact_promise_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_credit_contact_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_contact")),
    )
    with op.batch_alter_table("credit_contact", schema=None) as batch_op:
        batch_op.create_index("ix_credit_contact_account", ["account", "held_on", "id"], unique=False)
        batch_op.create_index(
            "ix_credit_contact_follow_up",
            ["owner_user_id", "due_on"],
            unique=False,
            sqlite_where=sa.text("done_at is null and due_on is not null"),
            postgresql_where=sa.text("done_at is null and due_on is not null"),
        )

    with op.batch_alter_table("credit_standing", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "order_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
            )
        )
        batch_op.add_column(sa.Column("in_time_bp", Ty("INTEGER"), autoincrement=False, nullable=True))
        batch_op.add_column(
            sa.Column(
                "service_tier",
                Ty("VARCHAR", 40),
                server_default=sa.text("('')"),
                autoincrement=False,
                nullable=False,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("credit_standing", schema=None) as batch_op:
        batch_op.drop_column("service_tier")
        batch_op.drop_column("in_time_bp")
        batch_op.drop_column("order_minor")

    with op.batch_alter_table("credit_contact", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_credit_contact_follow_up",
            sqlite_where=sa.text("done_at is null and due_on is not null"),
            postgresql_where=sa.text("done_at is null and due_on is not null"),
        )
        batch_op.drop_index("ix_credit_contact_account")

    op.drop_table("credit_contact")
