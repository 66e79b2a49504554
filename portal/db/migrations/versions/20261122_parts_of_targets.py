"""parts of targets.

Revision: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE = "season_target_part"


def _big(name: str, *, generated: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, autoincrement=generated, nullable=False)


def upgrade() -> None:
    op.create_table(
        TABLE,
        _big("id", generated=True),
        _big("target"),
        _big("buyer"),
        sa.Column("product", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "amount_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_locked", Ty("BOOLEAN"), server_default=sa.text("(false)"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_season_target_part_amount_positive")),
        sa.ForeignKeyConstraint(
            ["target"], ["season_target.id"], name=op.f("fk_season_target_part_target"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["buyer"], ["account.id"], name=op.f("fk_season_target_part_buyer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["product"], ["product.id"], name=op.f("fk_season_target_part_product"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_target_part")),
        sa.UniqueConstraint(
            "target", "buyer", "product", "month_on", name="uq_season_target_part_unique_part"
        ),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
