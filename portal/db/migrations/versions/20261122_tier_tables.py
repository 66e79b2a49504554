"""tier tables chosen by conditions.

Revision: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = ("rebate_settlement_line", "rebate_standing")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table,
            sa.Column(
                "tier_table",
                Ty("VARCHAR", 40),
                server_default=sa.text("('')"),
                autoincrement=False,
                nullable=False,
            ),
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "tier_table")
