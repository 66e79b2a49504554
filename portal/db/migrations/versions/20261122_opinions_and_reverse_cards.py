"""opinions and reverse cards.

Revision: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reverse_comment",
        sa.Column("id", Ty("BIGINT"), autoincrement=False, nullable=False),
        sa.Column("period_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("text", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.CheckConstraint("length(text) between 1 and 1000", name=op.f("ck_reverse_comment_bounded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reverse_comment")),
    )
    with op.batch_alter_table("reverse_comment", schema=None) as batch_op:
        batch_op.create_index("ix_reverse_comment_period", ["period_on", "id"], unique=False)

    op.create_table(
        "opinion",
        sa.Column("id", Ty("BIGINT"), autoincrement=False, nullable=False),
        sa.Column(
            "once_key", Ty("VARCHAR", 64), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("code_sha256", Ty("VARCHAR", 64), autoincrement=False, nullable=True),
        sa.Column(
            "source_kind",
            Ty("VARCHAR", 10),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("source_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "dealer", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column("region", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "topic", Ty("VARCHAR", 16), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("text", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column(
            "side", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("given_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("given_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("given_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("given_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "photo", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column("owner_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("due_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "state", Ty("VARCHAR", 10), server_default=sa.text("'open'"), autoincrement=False, nullable=False
        ),
        sa.Column("answer", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column("answered_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("answered_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("answered_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("answered_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "solution", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("solved_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("solved_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "reopened", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("closed_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "(solved_on is null) = (solution = '')", name=op.f("ck_opinion_solved_with_words")
        ),
        sa.CheckConstraint(
            "(source_kind = 'own') = (source_id is null)", name=op.f("ck_opinion_source_named")
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_on is not null)", name=op.f("ck_opinion_closed_once")
        ),
        sa.CheckConstraint("side in ('dealer', 'manufacturer')", name=op.f("ck_opinion_side_known")),
        sa.CheckConstraint(
            "source_kind in ('training', 'trip', 'visit', 'own')", name=op.f("ck_opinion_source_known")
        ),
        sa.CheckConstraint(
            "state <> 'answered' or (answer <> '' and answered_on is not null and answered_at is not null)",
            name=op.f("ck_opinion_answered_with_words"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'answered', 'reopened', 'closed')", name=op.f("ck_opinion_state_known")
        ),
        sa.CheckConstraint(
            "dealer is not null or (given_by_user_id is null and given_for_user_id is null"
            " and given_at is null and photo is null)",
            name=op.f("ck_opinion_unnamed_leads_nowhere"),
        ),
        sa.CheckConstraint(
            "dealer is null or (region is null and code_sha256 is null)",
            name=op.f("ck_opinion_region_only_without_name"),
        ),
        sa.CheckConstraint(
            "length(text) between 1 and 2000 and length(answer) <= 2000 and length(solution) <= 2000",
            name=op.f("ck_opinion_bounded"),
        ),
        sa.ForeignKeyConstraint(
            ["dealer"], ["account.id"], name=op.f("fk_opinion_dealer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["photo"], ["stored_file.id"], name=op.f("fk_opinion_photo"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["region"], ["region.id"], name=op.f("fk_opinion_region"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_opinion_code_sha256")),
        sa.UniqueConstraint("once_key", name=op.f("uq_opinion_once_key")),
    )
    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.create_index("ix_opinion_dealer", ["dealer", "state"], unique=False)
        batch_op.create_index("ix_opinion_due", ["state", "due_on", "id"], unique=False)
        batch_op.create_index("ix_opinion_given", ["given_on", "id"], unique=False)
        batch_op.create_index("ix_opinion_owner", ["owner_user_id", "state"], unique=False)
        batch_op.create_index("ix_opinion_region", ["region"], unique=False)
        batch_op.create_index("ix_opinion_source", ["source_kind", "source_id"], unique=False)

    op.create_table(
        "reverse_card",
        sa.Column("id", Ty("BIGINT"), autoincrement=False, nullable=False),
        sa.Column("period_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("until_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "book_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "dealer", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column("region", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "marks", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("comment", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "dealer is not null or comment = ''", name=op.f("ck_reverse_card_cut_without_comment")
        ),
        sa.CheckConstraint(
            "length(comment) <= 1000 and until_on >= period_on", name=op.f("ck_reverse_card_bounded")
        ),
        sa.ForeignKeyConstraint(
            ["dealer"], ["account.id"], name=op.f("fk_reverse_card_dealer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["region"], ["region.id"], name=op.f("fk_reverse_card_region"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reverse_card")),
    )
    with op.batch_alter_table("reverse_card", schema=None) as batch_op:
        batch_op.create_index("ix_reverse_card_dealer", ["dealer"], unique=False)
        batch_op.create_index("ix_reverse_card_period", ["period_on", "dealer"], unique=True)
        batch_op.create_index("ix_reverse_card_region", ["region"], unique=False)

    op.create_table(
        "opinion_event",
        sa.Column("id", Ty("BIGINT"), autoincrement=False, nullable=False),
        sa.Column("opinion", Ty("BIGINT"), autoincrement=False, nullable=False),
        sa.Column(
            "position", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("text", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column(
            "before", Ty("VARCHAR", 40), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_internal",
            Ty("BOOLEAN"),
            server_default=sa.text("(false)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("actor_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("actor_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("happened_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "kind in ('given', 'assigned', 'answered', 'withdrawn', 'reopened', 'solved', 'closed', 'noted')",
            name=op.f("ck_opinion_event_kind_known"),
        ),
        sa.CheckConstraint("length(text) <= 2000", name=op.f("ck_opinion_event_bounded")),
        sa.ForeignKeyConstraint(
            ["opinion"], ["opinion.id"], name=op.f("fk_opinion_event_opinion"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_event")),
    )
    with op.batch_alter_table("opinion_event", schema=None) as batch_op:
        batch_op.create_index("ix_opinion_event_position", ["opinion", "position"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("opinion_event", schema=None) as batch_op:
        batch_op.drop_index("ix_opinion_event_position")

    op.drop_table("opinion_event")
    with op.batch_alter_table("reverse_card", schema=None) as batch_op:
        batch_op.drop_index("ix_reverse_card_region")
        batch_op.drop_index("ix_reverse_card_period")
        batch_op.drop_index("ix_reverse_card_dealer")

    op.drop_table("reverse_card")
    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.drop_index("ix_opinion_source")
        batch_op.drop_index("ix_opinion_region")
        batch_op.drop_index("ix_opinion_owner")
        batch_op.drop_index("ix_opinion_given")
        batch_op.drop_index("ix_opinion_due")
        batch_op.drop_index("ix_opinion_dealer")

    op.drop_table("opinion")
    with op.batch_alter_table("reverse_comment", schema=None) as batch_op:
        batch_op.drop_index("ix_reverse_comment_period")

    op.drop_table("reverse_comment")
