"""trips.

Revision: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


SQLITE_EXTRAS = (
    "create trigger hospitality_no_delete before delete on hospitality when true begin select raise(abort, 'what a dealer was given is append-only'); end",
    "create trigger hospitality_no_update before update on hospitality when true begin select raise(abort, 'what a dealer was given is append-only'); end",
    "create trigger trip_benefit_no_delete before delete on trip_benefit when true begin select raise(abort, 'what a dealer was given is append-only'); end",
    "create trigger trip_benefit_no_update before update on trip_benefit when true begin select raise(abort, 'what a dealer was given is append-only'); end",
    "create trigger trip_booking_no_delete before delete on trip_booking when true begin select raise(abort, 'what a dealer was given is append-only'); end",
    "create trigger trip_booking_no_update before update on trip_booking when true begin select raise(abort, 'what a dealer was given is append-only'); end",
)
POSTGRES_EXTRAS = (
    """create function trip_given_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'what a dealer was given is append-only';
end $$""",
    "create trigger hospitality_no_change before update or delete on hospitality for each row execute function trip_given_refuse()",
    "create trigger trip_benefit_no_change before update or delete on trip_benefit for each row execute function trip_given_refuse()",
    "create trigger trip_booking_no_change before update or delete on trip_booking for each row execute function trip_given_refuse()",
)
TABLES = ("hospitality", "trip_benefit", "trip_booking")


def upgrade() -> None:
    op.create_table(
        "hospitality",
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
            "dealer",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 8), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("happened_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "place", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "purpose", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("heads", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "supply_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "vat_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "corrects",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "actor_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "(corrects is null and supply_minor >= 0 and vat_minor >= 0) or (corrects is not null and supply_minor <= 0 and vat_minor <= 0 and reason <> '')",
            name=op.f("ck_hospitality_signs"),
        ),
        sa.CheckConstraint(
            "kind in ('meal', 'golf', 'gift', 'other')", name=op.f("ck_hospitality_kind_known")
        ),
        sa.CheckConstraint("heads between 1 and 200", name=op.f("ck_hospitality_heads_sensible")),
        sa.ForeignKeyConstraint(
            ["corrects"], ["hospitality.id"], name=op.f("fk_hospitality_corrects"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["dealer"], ["account.id"], name=op.f("fk_hospitality_dealer"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hospitality")),
        sa.UniqueConstraint("client_key", name=op.f("uq_hospitality_client_key")),
        sa.UniqueConstraint("corrects", name=op.f("uq_hospitality_corrects")),
    )
    with op.batch_alter_table("hospitality", schema=None) as batch_op:
        batch_op.create_index("ix_hospitality_dealer", ["dealer", "happened_on"], unique=False)

    op.create_table(
        "trip",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column(
            "occasion",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "training",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "is_plain_meeting",
            Ty("BOOLEAN"),
            server_default=sa.text("(false)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("leader_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "leader_phone",
            Ty("VARCHAR", 40),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "emergency",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("book", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("published_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("looks_from_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("looks_until_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("report_due_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("report_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("report_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "report", Ty("VARCHAR", 2000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "(book is null) = (published_on is null) and (book is null) = (looks_from_on is null) and (book is null) = (looks_until_on is null)",
            name=op.f("ck_trip_criteria_complete"),
        ),
        sa.CheckConstraint(
            "looks_from_on is null or looks_from_on <= looks_until_on", name=op.f("ck_trip_period_rises")
        ),
        sa.CheckConstraint(
            "published_on is null or published_on < looks_from_on", name=op.f("ck_trip_published_before")
        ),
        sa.ForeignKeyConstraint(
            ["book"], ["rulebook_version.id"], name=op.f("fk_trip_book"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["occasion"], ["occasion.id"], name=op.f("fk_trip_occasion"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["training"], ["occasion.id"], name=op.f("fk_trip_training"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip")),
        sa.UniqueConstraint("occasion", name=op.f("uq_trip_occasion")),
    )
    with op.batch_alter_table("trip", schema=None) as batch_op:
        batch_op.create_index("ix_trip_due", ["report_due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_trip_leader_user_id"), ["leader_user_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trip_training"), ["training"], unique=False)

    op.create_table(
        "trip_booking",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("trip", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "total_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("heads", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("dealers", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "actor_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "total_minor >= 0 and heads >= 0 and dealers >= 0 and number >= 1",
            name=op.f("ck_trip_booking_sensible"),
        ),
        sa.ForeignKeyConstraint(
            ["trip"], ["trip.id"], name=op.f("fk_trip_booking_trip"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_booking")),
        sa.UniqueConstraint("trip", "number", name="uq_trip_booking_unique_number"),
    )
    with op.batch_alter_table("trip_booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trip_booking_trip"), ["trip"], unique=False)

    op.create_table(
        "trip_cost",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("trip", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind", Ty("VARCHAR", 8), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "category", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("on_day", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "supply_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "vat_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "for_dealers",
            Ty("BOOLEAN"),
            server_default=sa.text("(true)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "receipt",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "reverses",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("booking_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "created_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "category in ('transport', 'stay', 'meal', 'entry', 'insurance', 'gift', 'staff', 'other')",
            name=op.f("ck_trip_cost_category_known"),
        ),
        sa.CheckConstraint("kind in ('planned', 'spent')", name=op.f("ck_trip_cost_kind_known")),
        sa.CheckConstraint(
            "(reverses is null and supply_minor >= 0 and vat_minor >= 0) or (reverses is not null and supply_minor <= 0 and vat_minor <= 0)",
            name=op.f("ck_trip_cost_amounts_sensible"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt"], ["stored_file.id"], name=op.f("fk_trip_cost_receipt"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reverses"], ["trip_cost.id"], name=op.f("fk_trip_cost_reverses"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["trip"], ["trip.id"], name=op.f("fk_trip_cost_trip"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_cost")),
        sa.UniqueConstraint("reverses", name=op.f("uq_trip_cost_reverses")),
    )
    with op.batch_alter_table("trip_cost", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trip_cost_trip"), ["trip"], unique=False)

    op.create_table(
        "trip_room",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("trip", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "name", Ty("VARCHAR", 60), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("beds", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.CheckConstraint("beds between 1 and 20", name=op.f("ck_trip_room_beds_sensible")),
        sa.ForeignKeyConstraint(["trip"], ["trip.id"], name=op.f("fk_trip_room_trip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_room")),
        sa.UniqueConstraint("trip", "name", name="uq_trip_room_unique_name"),
    )
    op.create_table(
        "trip_room_change",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("trip", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("before", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column(
            "actor_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("undone_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(
            ["trip"], ["trip.id"], name=op.f("fk_trip_room_change_trip"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_room_change")),
    )
    with op.batch_alter_table("trip_room_change", schema=None) as batch_op:
        batch_op.create_index("ix_trip_room_change_trip", ["trip", "undone_at", "id"], unique=False)

    op.create_table(
        "trip_stop",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("trip", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("ends_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
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
        sa.Column(
            "who", Ty("VARCHAR", 120), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_trip_stop_ends_after_start")),
        sa.ForeignKeyConstraint(["trip"], ["trip.id"], name=op.f("fk_trip_stop_trip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_stop")),
    )
    with op.batch_alter_table("trip_stop", schema=None) as batch_op:
        batch_op.create_index("ix_trip_stop_trip", ["trip", "starts_at", "id"], unique=False)

    op.create_table(
        "trip_bed",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("trip", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "room", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "guest", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(["guest"], ["guest.id"], name=op.f("fk_trip_bed_guest"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["room"], ["trip_room.id"], name=op.f("fk_trip_bed_room"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["trip"], ["trip.id"], name=op.f("fk_trip_bed_trip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_bed")),
        sa.UniqueConstraint("guest", name=op.f("uq_trip_bed_guest")),
    )
    with op.batch_alter_table("trip_bed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trip_bed_room"), ["room"], unique=False)
        batch_op.create_index(batch_op.f("ix_trip_bed_trip"), ["trip"], unique=False)

    op.create_table(
        "trip_benefit",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "booking",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("trip", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "dealer",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("heads", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "amount_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("booked_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["booking"], ["trip_booking.id"], name=op.f("fk_trip_benefit_booking"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["dealer"], ["account.id"], name=op.f("fk_trip_benefit_dealer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["trip"], ["trip.id"], name=op.f("fk_trip_benefit_trip"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_benefit")),
        sa.UniqueConstraint("booking", "dealer", name="uq_trip_benefit_unique_dealer"),
    )
    with op.batch_alter_table("trip_benefit", schema=None) as batch_op:
        batch_op.create_index("ix_trip_benefit_dealer", ["dealer", "booked_on"], unique=False)
        batch_op.create_index("ix_trip_benefit_trip", ["trip", "dealer"], unique=False)

    op.create_table(
        "trip_person",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "guest", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "marker", Ty("VARCHAR", 1), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "emergency",
            Ty("VARCHAR", 120),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint("marker in ('', 'f', 'm')", name=op.f("ck_trip_person_marker_known")),
        sa.ForeignKeyConstraint(
            ["guest"], ["guest.id"], name=op.f("fk_trip_person_guest"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_person")),
        sa.UniqueConstraint("guest", name=op.f("uq_trip_person_guest")),
    )
    for statement in SQLITE_EXTRAS if op.get_bind().dialect.name == "sqlite" else POSTGRES_EXTRAS:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            op.execute(f"drop trigger {table}_no_delete")
            op.execute(f"drop trigger {table}_no_update")
    else:
        for table in TABLES:
            op.execute(f"drop trigger {table}_no_change on {table}")
        op.execute("drop function trip_given_refuse")
    op.drop_table("trip_person")
    with op.batch_alter_table("trip_benefit", schema=None) as batch_op:
        batch_op.drop_index("ix_trip_benefit_trip")
        batch_op.drop_index("ix_trip_benefit_dealer")

    op.drop_table("trip_benefit")
    with op.batch_alter_table("trip_bed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trip_bed_trip"))
        batch_op.drop_index(batch_op.f("ix_trip_bed_room"))

    op.drop_table("trip_bed")
    with op.batch_alter_table("trip_stop", schema=None) as batch_op:
        batch_op.drop_index("ix_trip_stop_trip")

    op.drop_table("trip_stop")
    with op.batch_alter_table("trip_room_change", schema=None) as batch_op:
        batch_op.drop_index("ix_trip_room_change_trip")

    op.drop_table("trip_room_change")
    op.drop_table("trip_room")
    with op.batch_alter_table("trip_cost", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trip_cost_trip"))

    op.drop_table("trip_cost")
    with op.batch_alter_table("trip_booking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trip_booking_trip"))

    op.drop_table("trip_booking")
    with op.batch_alter_table("trip", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trip_training"))
        batch_op.drop_index(batch_op.f("ix_trip_leader_user_id"))
        batch_op.drop_index("ix_trip_due")

    op.drop_table("trip")
    with op.batch_alter_table("hospitality", schema=None) as batch_op:
        batch_op.drop_index("ix_hospitality_dealer")

    op.drop_table("hospitality")
