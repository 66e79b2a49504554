"""occasions.

Revision: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "secret_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("last_read_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_calendar_feed_secret_sha256")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_feed_user_id")),
    )
    op.create_table(
        "occasion",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "state", Ty("VARCHAR", 10), server_default=sa.text("'draft'"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "title", Ty("VARCHAR", 160), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "title_en",
            Ty("VARCHAR", 160),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "place", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("starts_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("ends_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("sign_up_until", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("seats", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "seats_taken", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "next_number", Ty("INTEGER"), server_default=sa.text("1"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "seats_per_dealer",
            Ty("SMALLINT"),
            server_default=sa.text("1"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "companions_max", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "companions_take_seats",
            Ty("BOOLEAN"),
            server_default=sa.text("(false)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("region", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "organiser_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "created_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("opened_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("held_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("cancelled_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "cancel_reason",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("version", Ty("INTEGER"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.CheckConstraint("kind in ('training', 'trip')", name=op.f("ck_occasion_kind_known")),
        sa.CheckConstraint(
            "state in ('draft', 'open', 'closed', 'held', 'cancelled')", name=op.f("ck_occasion_state_known")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occasion_ends_after_start")),
        sa.CheckConstraint(
            "seats >= 1 and seats_per_dealer >= 1 and companions_max >= 0",
            name=op.f("ck_occasion_seats_sensible"),
        ),
        sa.CheckConstraint("seats_taken between 0 and seats", name=op.f("ck_occasion_never_overbooked")),
        sa.CheckConstraint("sign_up_until <= ends_at", name=op.f("ck_occasion_signed_up_before_end")),
        sa.ForeignKeyConstraint(
            ["region"], ["region.id"], name=op.f("fk_occasion_region"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["season"], ["season.id"], name=op.f("fk_occasion_season"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasion")),
    )
    with op.batch_alter_table("occasion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occasion_region"), ["region"], unique=False)
        batch_op.create_index(batch_op.f("ix_occasion_season"), ["season"], unique=False)
        batch_op.create_index("ix_occasion_state", ["kind", "state", "starts_at"], unique=False)
        batch_op.create_index("ix_occasion_time", ["starts_at", "id"], unique=False)

    op.create_table(
        "enrollment",
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
            "occasion",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "dealer",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("contact_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("number", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("heads", Ty("SMALLINT"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column(
            "state", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "door_code",
            Ty("VARCHAR", 32),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("requested_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "requested_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("confirmed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("cancelled_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("cancelled_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "cancel_reason",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "replaces",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "note", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at is not null)",
            name=op.f("ck_enrollment_cancelled_with_time"),
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' or confirmed_at is not null", name=op.f("ck_enrollment_confirmed_with_time")
        ),
        sa.CheckConstraint(
            "state in ('confirmed', 'waiting', 'cancelled')", name=op.f("ck_enrollment_state_known")
        ),
        sa.CheckConstraint("heads between 1 and 20", name=op.f("ck_enrollment_heads_sensible")),
        sa.ForeignKeyConstraint(
            ["dealer"], ["account.id"], name=op.f("fk_enrollment_dealer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["occasion"], ["occasion.id"], name=op.f("fk_enrollment_occasion"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["replaces"], ["enrollment.id"], name=op.f("fk_enrollment_replaces"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollment")),
        sa.UniqueConstraint("client_key", name=op.f("uq_enrollment_client_key")),
        sa.UniqueConstraint("door_code", name=op.f("uq_enrollment_door_code")),
    )
    with op.batch_alter_table("enrollment", schema=None) as batch_op:
        batch_op.create_index("ix_enrollment_dealer", ["dealer", "state", "occasion"], unique=False)
        batch_op.create_index("ix_enrollment_queue", ["occasion", "state", "number"], unique=False)
        batch_op.create_index("ix_enrollment_user", ["user_id", "state"], unique=False)

    op.create_table(
        "occasion_invitation",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "occasion",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "dealer",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "is_invited", Ty("BOOLEAN"), server_default=sa.text("(true)"), autoincrement=False, nullable=False
        ),
        sa.Column("seats", Ty("SMALLINT"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column(
            "source", Ty("VARCHAR", 4), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "book_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "outcome", Ty("VARCHAR", 60), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "reason", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "invited_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("invited_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("declined_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "decline_reason",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint("source in ('rule', 'hand')", name=op.f("ck_occasion_invitation_source_known")),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_occasion_invitation_seats_sensible")),
        sa.ForeignKeyConstraint(
            ["dealer"], ["account.id"], name=op.f("fk_occasion_invitation_dealer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["occasion"], ["occasion.id"], name=op.f("fk_occasion_invitation_occasion"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasion_invitation")),
        sa.UniqueConstraint("occasion", "dealer", name="uq_occasion_invitation_unique_dealer"),
    )
    with op.batch_alter_table("occasion_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occasion_invitation_dealer"), ["dealer"], unique=False)

    op.create_table(
        "occasion_notice",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "occasion",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "what", Ty("VARCHAR", 24), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["occasion"], ["occasion.id"], name=op.f("fk_occasion_notice_occasion"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasion_notice")),
        sa.UniqueConstraint("occasion", "user_id", "what", name="uq_occasion_notice_unique_notice"),
    )
    op.create_table(
        "door_record",
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
            "enrollment",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "guest_position", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 3), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "how", Ty("VARCHAR", 4), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("noted_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("received_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "actor_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("undone_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint("how in ('qr', 'hand')", name=op.f("ck_door_record_how_known")),
        sa.CheckConstraint("kind in ('in', 'out')", name=op.f("ck_door_record_kind_known")),
        sa.ForeignKeyConstraint(
            ["enrollment"], ["enrollment.id"], name=op.f("fk_door_record_enrollment"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_record")),
        sa.UniqueConstraint("client_key", name=op.f("uq_door_record_client_key")),
    )
    with op.batch_alter_table("door_record", schema=None) as batch_op:
        batch_op.create_index("ix_door_record_enrollment", ["enrollment", "noted_at"], unique=False)

    op.create_table(
        "guest",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "enrollment",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "position", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "name", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "name_en", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "phone", Ty("VARCHAR", 40), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "relation", Ty("VARCHAR", 40), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "diet", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_child", Ty("BOOLEAN"), server_default=sa.text("(false)"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["enrollment"], ["enrollment.id"], name=op.f("fk_guest_enrollment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("enrollment", "position", name="uq_guest_unique_position"),
    )


def downgrade() -> None:
    op.drop_table("guest")
    with op.batch_alter_table("door_record", schema=None) as batch_op:
        batch_op.drop_index("ix_door_record_enrollment")

    op.drop_table("door_record")
    op.drop_table("occasion_notice")
    with op.batch_alter_table("occasion_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occasion_invitation_dealer"))

    op.drop_table("occasion_invitation")
    with op.batch_alter_table("enrollment", schema=None) as batch_op:
        batch_op.drop_index("ix_enrollment_user")
        batch_op.drop_index("ix_enrollment_queue")
        batch_op.drop_index("ix_enrollment_dealer")

    op.drop_table("enrollment")
    with op.batch_alter_table("occasion", schema=None) as batch_op:
        batch_op.drop_index("ix_occasion_time")
        batch_op.drop_index("ix_occasion_state")
        batch_op.drop_index(batch_op.f("ix_occasion_season"))
        batch_op.drop_index(batch_op.f("ix_occasion_region"))

    op.drop_table("occasion")
    op.drop_table("calendar_feed")
