"""census records.

Revision: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _number(name: str, *, generated: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, autoincrement=generated, nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    default = sa.text("('')")
    return sa.Column(name, Ty("VARCHAR", length), server_default=default, autoincrement=False, nullable=False)


def upgrade() -> None:
    op.create_table(
        "census_record",
        _number("id", generated=True),
        _text("client_key", 36),
        _number("account"),
        _text("owner", 12),
        _text("finding", 6),
        sa.Column("seen_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("device_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint("owner in ('manufacturer', 'dealer')", name=op.f("ck_census_record_owner_known")),
        sa.CheckConstraint("finding in ('there', 'gone')", name=op.f("ck_census_record_finding_known")),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_census_record_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_census_record")),
        sa.UniqueConstraint("client_key", name=op.f("uq_census_record_client_key")),
    )
    with op.batch_alter_table("census_record", schema=None) as batch_op:
        batch_op.create_index("ix_census_record_account", ["account", "seen_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("census_record", schema=None) as batch_op:
        batch_op.drop_index("ix_census_record_account")

    op.drop_table("census_record")
