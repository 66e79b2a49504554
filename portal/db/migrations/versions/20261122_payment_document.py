"""the invoice a payment names.

Revision: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "payment",
        sa.Column(
            "document_number",
            Ty("VARCHAR", 40),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.drop_column("payment", "document_number")
