"""own codes of products.

Revision: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dealer_code", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "field",
                Ty("VARCHAR", 8),
                server_default=sa.text("'buyer'"),
                autoincrement=False,
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("product", sa.Integer(), autoincrement=False, nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_dealer_code_unique_code"), type_="unique")
        batch_op.create_unique_constraint("uq_dealer_code_unique_code", ["dealer", "field", "code"])
        batch_op.create_index(batch_op.f("ix_dealer_code_product"), ["product"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_dealer_code_product"), "product", ["product"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_dealer_code_field_known"), "field in ('buyer', 'product')"
        )


def downgrade() -> None:
    op.execute("delete from dealer_code where field = 'product'")
    with op.batch_alter_table("dealer_code", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_dealer_code_field_known"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_dealer_code_product"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_dealer_code_product"))
        batch_op.drop_constraint("uq_dealer_code_unique_code", type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_dealer_code_unique_code"), ["dealer", "code"])
        batch_op.drop_column("product")
        batch_op.drop_column("field")
