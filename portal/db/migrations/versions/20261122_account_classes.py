"""account classes.

Revision: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_class",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("account", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("month_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "level", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "code", Ty("VARCHAR", 4), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "observed", Ty("VARCHAR", 4), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "before", Ty("VARCHAR", 4), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "net_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("months", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("contribution_bp", Ty("INTEGER"), autoincrement=False, nullable=True),
        sa.Column("stability_bp", Ty("INTEGER"), autoincrement=False, nullable=True),
        sa.Column(
            "limit_bp", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "contribution_margin",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "stability_margin", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "edge_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "contribution_wavering",
            Ty("SMALLINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "stability_wavering",
            Ty("SMALLINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint(
            "code in ('', 'EI', 'EII', 'EIII', 'EIV')", name=op.f("ck_account_class_code_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_class")),
        sa.UniqueConstraint("account", "month_on", name="uq_account_class_unique_month"),
    )
    with op.batch_alter_table("account_class", schema=None) as batch_op:
        batch_op.create_index(
            "ix_account_class_class", ["month_on", "level", "code", "net_minor", "account"], unique=False
        )

    op.create_table(
        "segment_book",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column(
            "code", Ty("VARCHAR", 40), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "version", Ty("VARCHAR", 20), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "sha256", Ty("VARCHAR", 64), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("content", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column("effective_from", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "adopted_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("adopted_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("adopted_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_book")),
        sa.UniqueConstraint("effective_from", name=op.f("uq_segment_book_effective_from")),
        sa.UniqueConstraint("sha256", name=op.f("uq_segment_book_sha256")),
    )
    op.create_table(
        "segment_run",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("month_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "level", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "book_version",
            Ty("VARCHAR", 20),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "book_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "accounts", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("e1", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("e2", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("e3", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("e4", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "unclassed", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("moved", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("computed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "level in ('dealer', 'outlet', 'terminal')", name=op.f("ck_segment_run_level_known")
        ),
        sa.CheckConstraint("accounts = e1 + e2 + e3 + e4 + unclassed", name=op.f("ck_segment_run_adds_up")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_run")),
        sa.UniqueConstraint("month_on", "level", name="uq_segment_run_unique_month"),
    )


def downgrade() -> None:
    op.drop_table("segment_run")
    op.drop_table("segment_book")
    with op.batch_alter_table("account_class", schema=None) as batch_op:
        batch_op.drop_index("ix_account_class_class")

    op.drop_table("account_class")
