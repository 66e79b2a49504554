"""phones and promises.

Revision: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "field_phone",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "phone_key",
            Ty("VARCHAR", 36),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "label", Ty("VARCHAR", 40), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("waiting", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("stuck", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("waiting_since_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "skew_seconds", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("first_seen_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("last_seen_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "waiting >= 0 and stuck between 0 and waiting", name=op.f("ck_field_phone_counts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_phone")),
        sa.UniqueConstraint("user_id", "phone_key", name="uq_field_phone_unique_phone"),
    )
    with op.batch_alter_table("field_phone", schema=None) as batch_op:
        batch_op.create_index("ix_field_phone_seen", ["last_seen_at", "id"], unique=False)

    op.create_table(
        "field_item",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "client_key",
            Ty("VARCHAR", 36),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "kind", Ty("VARCHAR", 20), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "content_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "phone", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column(
            "state",
            Ty("VARCHAR", 10),
            server_default=sa.text("'accepted'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "record", Ty("VARCHAR", 20), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("record_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "photo", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column("device_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("received_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "state <> 'accepted' or record_id is not null", name=op.f("ck_field_item_accepted_is_there")
        ),
        sa.CheckConstraint(
            "state in ('accepted', 'late', 'refused')", name=op.f("ck_field_item_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["phone"], ["field_phone.id"], name=op.f("fk_field_item_phone"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["photo"], ["stored_file.id"], name=op.f("fk_field_item_photo"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_item")),
        sa.UniqueConstraint("client_key", name=op.f("uq_field_item_client_key")),
    )
    with op.batch_alter_table("field_item", schema=None) as batch_op:
        batch_op.create_index("ix_field_item_received", ["received_at"], unique=False)
        batch_op.create_index("ix_field_item_user", ["user_id", "received_at"], unique=False)

    op.create_table(
        "account_find",
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "found_by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("found_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "is_planned",
            Ty("BOOLEAN"),
            server_default=sa.text("(false)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_account_find_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_account_find")),
    )
    op.create_table(
        "late_record",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "client_key",
            Ty("VARCHAR", 36),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 20), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "owner", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "reason", Ty("VARCHAR", 14), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("month_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("payload", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column("device_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("made_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("received_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "state",
            Ty("VARCHAR", 8),
            server_default=sa.text("'waiting'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("decided_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("decided_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("decided_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "decision",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint("(state = 'waiting') = (decided_at is null)", name=op.f("ck_late_record_decided")),
        sa.CheckConstraint("owner in ('manufacturer', 'dealer')", name=op.f("ck_late_record_owner_known")),
        sa.CheckConstraint(
            "reason in ('closed_month', 'long_ago')", name=op.f("ck_late_record_reason_known")
        ),
        sa.CheckConstraint(
            "state <> 'refused' or decision <> ''", name=op.f("ck_late_record_refused_with_words")
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'accepted', 'refused')", name=op.f("ck_late_record_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_late_record_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_record")),
        sa.UniqueConstraint("client_key", name=op.f("uq_late_record_client_key")),
    )
    with op.batch_alter_table("late_record", schema=None) as batch_op:
        batch_op.create_index("ix_late_record_state", ["state", "received_at", "id"], unique=False)

    op.create_table(
        "promise",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "client_key",
            Ty("VARCHAR", 36),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("visit", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "owner", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "side", Ty("VARCHAR", 6), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("keeper_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("due_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "made_by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("made_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("done_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "done_note",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "state", Ty("VARCHAR", 8), server_default=sa.text("'open'"), autoincrement=False, nullable=False
        ),
        sa.Column("judged_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("judged_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("judged_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "judgement",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint("(state = 'open') = (judged_at is null)", name=op.f("ck_promise_judged")),
        sa.CheckConstraint("owner in ('manufacturer', 'dealer')", name=op.f("ck_promise_owner_known")),
        sa.CheckConstraint("side in ('ours', 'theirs')", name=op.f("ck_promise_side_known")),
        sa.CheckConstraint("state <> 'broken' or judgement <> ''", name=op.f("ck_promise_broken_with_words")),
        sa.CheckConstraint("state in ('open', 'kept', 'broken')", name=op.f("ck_promise_state_known")),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_promise_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
        sa.UniqueConstraint("client_key", name=op.f("uq_promise_client_key")),
    )
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.create_index("ix_promise_account", ["account", "state"], unique=False)
        batch_op.create_index("ix_promise_due", ["state", "due_on", "id"], unique=False)
        batch_op.create_index("ix_promise_keeper", ["keeper_user_id", "state", "due_on"], unique=False)

    op.create_table(
        "share_observation",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "visit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "competitor",
            Ty("VARCHAR", 80),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("share_bp", Ty("INTEGER"), autoincrement=False, nullable=True),
        sa.Column(
            "source", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("observed_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "source <> 'declined' or share_bp is null", name=op.f("ck_share_observation_declined_is_empty")
        ),
        sa.CheckConstraint(
            "source in ('observed', 'told', 'estimated', 'declined')",
            name=op.f("ck_share_observation_source_known"),
        ),
        sa.CheckConstraint(
            "share_bp is null or share_bp between 0 and 10000",
            name=op.f("ck_share_observation_share_bounded"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_share_observation_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["visit"], ["visit.id"], name=op.f("fk_share_observation_visit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_observation")),
        sa.UniqueConstraint("visit", name=op.f("uq_share_observation_visit")),
    )
    with op.batch_alter_table("share_observation", schema=None) as batch_op:
        batch_op.create_index("ix_share_observation_account", ["account", "observed_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("share_observation", schema=None) as batch_op:
        batch_op.drop_index("ix_share_observation_account")

    op.drop_table("share_observation")
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.drop_index("ix_promise_keeper")
        batch_op.drop_index("ix_promise_due")
        batch_op.drop_index("ix_promise_account")

    op.drop_table("promise")
    with op.batch_alter_table("late_record", schema=None) as batch_op:
        batch_op.drop_index("ix_late_record_state")

    op.drop_table("late_record")
    op.drop_table("account_find")
    with op.batch_alter_table("field_item", schema=None) as batch_op:
        batch_op.drop_index("ix_field_item_user")
        batch_op.drop_index("ix_field_item_received")

    op.drop_table("field_item")
    with op.batch_alter_table("field_phone", schema=None) as batch_op:
        batch_op.drop_index("ix_field_phone_seen")

    op.drop_table("field_phone")
