"""Why a dealer is invited, in English too.

Revision: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("occasion_invitation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "reason_en",
                Ty("VARCHAR", 1000),
                server_default=sa.text("('')"),
                autoincrement=False,
                nullable=False,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("occasion_invitation", schema=None) as batch_op:
        batch_op.drop_column("reason_en")
