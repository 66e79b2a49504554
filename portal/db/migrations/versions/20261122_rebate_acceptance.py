"""rebate versions that stand in a contract.

Revision: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The trigger as it was when this revision was written, and the one it replaces.
COLUMNS = "program, label, beneficiary, text, content, sha256, effective_from, effective_until, announced_on, author_user_id, submitted_by_user_id, submitted_for_user_id, submitted_at, approved_by_user_id, approved_for_user_id, approved_at"
NAME = "rebate_version_no_change"
SQLITE = "create trigger {name} before update of {columns} on rebate_version when old.approved_at is not null begin select raise(abort, 'an approved programme does not change'); end"
POSTGRES = "create trigger {name} before update of {columns} on rebate_version for each row execute function rebate_version_no_change()"


def _replace(columns: str) -> None:
    bind = op.get_bind()
    sqlite = bind.dialect.name == "sqlite"
    bind.exec_driver_sql(f"drop trigger {NAME}" if sqlite else f"drop trigger {NAME} on rebate_version")
    bind.exec_driver_sql((SQLITE if sqlite else POSTGRES).format(name=NAME, columns=columns))


def upgrade() -> None:
    op.add_column(
        "rebate_version",
        sa.Column(
            "is_by_contract",
            Ty("BOOLEAN"),
            server_default=sa.text("false"),
            autoincrement=False,
            nullable=False,
        ),
    )
    # Until now nothing was withheld from a dealer who had not accepted: that stays so for what was approved.
    op.execute("update rebate_version set is_by_contract = true where state = 'approved'")
    _replace(f"{COLUMNS}, is_by_contract")


def downgrade() -> None:
    _replace(COLUMNS)
    op.drop_column("rebate_version", "is_by_contract")
