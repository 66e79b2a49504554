"""credit.

Revision: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


# Triggers and functions as they were when this revision was written.
SQLITE_EXTRAS = (
    "create trigger credit_terms_no_update before update on credit_terms when true begin select raise(abort, 'agreed credit terms do not change'); end",
    "create trigger credit_terms_no_delete before delete on credit_terms when true begin select raise(abort, 'agreed credit terms do not change'); end",
)
POSTGRES_EXTRAS = (
    """create function credit_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'agreed credit terms do not change';
end $$""",
    "create trigger credit_terms_no_change before update or delete on credit_terms for each row when (true) execute function credit_refuse()",
)
SQLITE_DROPS = ("drop trigger credit_terms_no_delete", "drop trigger credit_terms_no_update")
POSTGRES_DROPS = ("drop trigger credit_terms_no_change on credit_terms", "drop function credit_refuse")


def upgrade() -> None:
    op.create_table(
        "credit_hold",
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
            "reason_code",
            Ty("VARCHAR", 16),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "placed_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("placed_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("placed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "release_reason",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("requested_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("requested_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("requested_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "declined_reason",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("released_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("released_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("released_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "reason_code in ('overdue', 'over_limit', 'security_lapsed', 'insolvency')",
            name=op.f("ck_credit_hold_reason_known"),
        ),
        sa.CheckConstraint(
            "released_at is null or (requested_by_user_id is not null and released_by_user_id is not null)",
            name=op.f("ck_credit_hold_released_as_requested"),
        ),
        sa.CheckConstraint(
            "released_by_user_id is null or (released_by_user_id <> requested_by_user_id and released_by_user_id <> coalesce(requested_for_user_id, -1) and coalesce(released_for_user_id, -2) <> requested_by_user_id and coalesce(released_for_user_id, -2) <> coalesce(requested_for_user_id, -1))",
            name=op.f("ck_credit_hold_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_credit_hold_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_hold")),
    )
    with op.batch_alter_table("credit_hold", schema=None) as batch_op:
        batch_op.create_index("ix_credit_hold_account", ["account", "placed_at"], unique=False)
        batch_op.create_index(
            "ix_credit_hold_open",
            ["account"],
            unique=True,
            sqlite_where=sa.text("released_at is null"),
            postgresql_where=sa.text("released_at is null"),
        )

    op.create_table(
        "credit_payment_purpose",
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
            "payment_source", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "payment_number",
            Ty("VARCHAR", 40),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "document_source", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "document_kind", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "document_number",
            Ty("VARCHAR", 40),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "actor_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_credit_payment_purpose_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_payment_purpose")),
        sa.UniqueConstraint(
            "payment_source", "payment_number", name="uq_credit_payment_purpose_unique_payment"
        ),
    )
    with op.batch_alter_table("credit_payment_purpose", schema=None) as batch_op:
        batch_op.create_index("ix_credit_payment_purpose_account", ["account"], unique=False)

    op.create_table(
        "credit_standing",
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("as_of_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "balance_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "not_due_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "late_1_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "late_2_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "late_3_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "late_4_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "overdue_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("overdue_bp", Ty("INTEGER"), autoincrement=False, nullable=True),
        sa.Column("dso_tenths", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("oldest_due_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column(
            "contract",
            Ty("VARCHAR", 12),
            server_default=sa.text("'none'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("contracted_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("computed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "contract in ('none', 'signed', 'contracted', 'qualified')",
            name=op.f("ck_credit_standing_contract_known"),
        ),
        sa.CheckConstraint(
            "overdue_minor = late_1_minor + late_2_minor + late_3_minor + late_4_minor",
            name=op.f("ck_credit_standing_adds_up"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_credit_standing_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_credit_standing")),
    )
    with op.batch_alter_table("credit_standing", schema=None) as batch_op:
        batch_op.create_index("ix_credit_standing_balance", ["balance_minor", "account"], unique=False)
        batch_op.create_index("ix_credit_standing_overdue", ["overdue_minor", "account"], unique=False)

    op.create_table(
        "credit_terms",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("from_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("limit_minor", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "terms_days", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("signed_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column(
            "contract_number",
            Ty("VARCHAR", 60),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "actor_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("actor_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "limit_minor is null or limit_minor >= 0", name=op.f("ck_credit_terms_limit_positive")
        ),
        sa.CheckConstraint("terms_days between 0 and 365", name=op.f("ck_credit_terms_terms_bounded")),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_credit_terms_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_terms")),
    )
    with op.batch_alter_table("credit_terms", schema=None) as batch_op:
        batch_op.create_index("ix_credit_terms_account", ["account", "from_on", "id"], unique=False)

    extras = SQLITE_EXTRAS if op.get_bind().dialect.name == "sqlite" else POSTGRES_EXTRAS
    for statement in extras:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    drops = SQLITE_DROPS if op.get_bind().dialect.name == "sqlite" else POSTGRES_DROPS
    for statement in drops:
        op.get_bind().exec_driver_sql(statement)
    with op.batch_alter_table("credit_terms", schema=None) as batch_op:
        batch_op.drop_index("ix_credit_terms_account")

    op.drop_table("credit_terms")
    with op.batch_alter_table("credit_standing", schema=None) as batch_op:
        batch_op.drop_index("ix_credit_standing_overdue")
        batch_op.drop_index("ix_credit_standing_balance")

    op.drop_table("credit_standing")
    with op.batch_alter_table("credit_payment_purpose", schema=None) as batch_op:
        batch_op.drop_index("ix_credit_payment_purpose_account")

    op.drop_table("credit_payment_purpose")
    with op.batch_alter_table("credit_hold", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_credit_hold_open",
            sqlite_where=sa.text("released_at is null"),
            postgresql_where=sa.text("released_at is null"),
        )
        batch_op.drop_index("ix_credit_hold_account")

    op.drop_table("credit_hold")
