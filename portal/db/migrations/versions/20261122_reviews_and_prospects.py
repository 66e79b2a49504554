"""coaching plans with goal and result, score cards of prospects, what growth points are measured by.

Revision: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "season_growth_point",
        sa.Column(
            "about", Ty("VARCHAR", 60), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
    )
    op.create_table(
        "prospect_card",
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
            "is_newest", Ty("SMALLINT"), server_default=sa.text("1"), autoincrement=False, nullable=False
        ),
        sa.Column("ratings", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column("intent", Ty("SMALLINT"), autoincrement=False, nullable=True),
        sa.Column(
            "adjustment", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "adjustment_reason",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "strategic_reason",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("strategic_until_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("strategic_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "obstacle",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "next_step",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("next_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column(
            "code", Ty("VARCHAR", 4), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "plain_code",
            Ty("VARCHAR", 4),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("score", Ty("SMALLINT"), autoincrement=False, nullable=True),
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
            "by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "adjustment = 0 or adjustment_reason <> ''", name=op.f("ck_prospect_card_adjusted_with_reason")
        ),
        sa.CheckConstraint(
            "code in ('', 'PI', 'PII', 'PIII', 'PIV') and plain_code in ('', 'PI', 'PII', 'PIII', 'PIV')",
            name=op.f("ck_prospect_card_codes_known"),
        ),
        sa.CheckConstraint(
            "intent is null or intent between 1 and 5", name=op.f("ck_prospect_card_intent_bounded")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_prospect_card_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prospect_card")),
    )
    with op.batch_alter_table("prospect_card", schema=None) as batch_op:
        batch_op.create_index("ix_prospect_card_account", ["account", "id"], unique=False)
        batch_op.create_index(
            "ix_prospect_card_newest",
            ["account"],
            unique=True,
            sqlite_where=sa.text("is_newest = 1"),
            postgresql_where=sa.text("is_newest = 1"),
        )

    with op.batch_alter_table("scorecard_action", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "line", Ty("VARCHAR", 40), server_default=sa.text("('')"), autoincrement=False, nullable=False
            )
        )
        batch_op.add_column(
            sa.Column(
                "goal",
                Ty("VARCHAR", 200),
                server_default=sa.text("('')"),
                autoincrement=False,
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "moved", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
            )
        )
        batch_op.add_column(
            sa.Column(
                "outcome",
                Ty("VARCHAR", 8),
                server_default=sa.text("('')"),
                autoincrement=False,
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "result",
                Ty("VARCHAR", 400),
                server_default=sa.text("('')"),
                autoincrement=False,
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("changed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_scorecard_action_outcome_known"), "outcome in ('', 'reached', 'partly', 'missed')"
        )


def downgrade() -> None:
    op.drop_column("season_growth_point", "about")
    with op.batch_alter_table("scorecard_action", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_scorecard_action_outcome_known"), type_="check")
        batch_op.drop_column("changed_at")
        batch_op.drop_column("result")
        batch_op.drop_column("outcome")
        batch_op.drop_column("moved")
        batch_op.drop_column("goal")
        batch_op.drop_column("line")

    with op.batch_alter_table("prospect_card", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_prospect_card_newest",
            sqlite_where=sa.text("is_newest = 1"),
            postgresql_where=sa.text("is_newest = 1"),
        )
        batch_op.drop_index("ix_prospect_card_account")

    op.drop_table("prospect_card")
