"""training: courses and sessions.

Revision: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "curriculum",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column(
            "title", Ty("VARCHAR", 120), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "title_en",
            Ty("VARCHAR", 120),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "aims", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("version", Ty("INTEGER"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("archived_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "created_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum")),
    )
    op.create_table(
        "lecturer",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column(
            "kind", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "name", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "name_en", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "organisation",
            Ty("VARCHAR", 120),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "title", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "cv", Ty("VARCHAR", 4000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "fee_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "email", Ty("VARCHAR", 120), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "phone", Ty("VARCHAR", 40), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("version", Ty("INTEGER"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("archived_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "created_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint("kind in ('professor', 'leader')", name=op.f("ck_lecturer_kind_known")),
        sa.CheckConstraint("fee_minor >= 0", name=op.f("ck_lecturer_fee_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecturer")),
    )
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column(
            "name", Ty("VARCHAR", 120), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "name_en", Ty("VARCHAR", 120), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "address", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "contact", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "note", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "day_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("version", Ty("INTEGER"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("archived_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "created_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint("day_minor >= 0", name=op.f("ck_venue_price_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
    )
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("curriculum", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "title", Ty("VARCHAR", 120), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "title_en",
            Ty("VARCHAR", 120),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "aims", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("version", Ty("INTEGER"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("archived_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "created_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["curriculum"], ["curriculum.id"], name=op.f("fk_course_curriculum"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_curriculum"), ["curriculum"], unique=False)

    op.create_table(
        "lecturer_away",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("lecturer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("to_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "reason", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_lecturer_away_days_ordered")),
        sa.ForeignKeyConstraint(
            ["lecturer"], ["lecturer.id"], name=op.f("fk_lecturer_away_lecturer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecturer_away")),
    )
    with op.batch_alter_table("lecturer_away", schema=None) as batch_op:
        batch_op.create_index("ix_lecturer_away_lecturer", ["lecturer", "from_on"], unique=False)

    op.create_table(
        "venue_room",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("venue", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "name", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "capacity", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("archived_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_venue_room_capacity_sensible")),
        sa.ForeignKeyConstraint(
            ["venue"], ["venue.id"], name=op.f("fk_venue_room_venue"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_room")),
    )
    with op.batch_alter_table("venue_room", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_room_venue"), ["venue"], unique=False)

    op.create_table(
        "course_module",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("course", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "position", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "title", Ty("VARCHAR", 120), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "title_en",
            Ty("VARCHAR", 120),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "aims", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "minutes", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("archived_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint("minutes between 5 and 960", name=op.f("ck_course_module_length_sensible")),
        sa.ForeignKeyConstraint(
            ["course"], ["course.id"], name=op.f("fk_course_module_course"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_module")),
    )
    with op.batch_alter_table("course_module", schema=None) as batch_op:
        batch_op.create_index("ix_course_module_course", ["course", "position", "id"], unique=False)

    op.create_table(
        "course_pass_mark",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("course", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("pass_bp", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "reason", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint("pass_bp between 0 and 10000", name=op.f("ck_course_pass_mark_share_bounded")),
        sa.ForeignKeyConstraint(
            ["course"], ["course.id"], name=op.f("fk_course_pass_mark_course"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_pass_mark")),
        sa.UniqueConstraint("course", "from_on", name="uq_course_pass_mark_unique_day"),
    )
    op.create_table(
        "course_material",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("module", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "file", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "name", Ty("VARCHAR", 120), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "size_bytes", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "media_type",
            Ty("VARCHAR", 80),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "for_dealers",
            Ty("BOOLEAN"),
            server_default=sa.text("(true)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("removed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(
            ["file"], ["stored_file.id"], name=op.f("fk_course_material_file"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["module"], ["course_module.id"], name=op.f("fk_course_material_module"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_material")),
    )
    with op.batch_alter_table("course_material", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_material_module"), ["module"], unique=False)

    op.create_table(
        "course_question",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("course", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("module", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "position", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text_en", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "in_pre", Ty("BOOLEAN"), server_default=sa.text("(true)"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "in_post", Ty("BOOLEAN"), server_default=sa.text("(true)"), autoincrement=False, nullable=False
        ),
        sa.Column("archived_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint("in_pre or in_post", name=op.f("ck_course_question_used_somewhere")),
        sa.ForeignKeyConstraint(
            ["course"], ["course.id"], name=op.f("fk_course_question_course"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["module"], ["course_module.id"], name=op.f("fk_course_question_module"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_question")),
    )
    with op.batch_alter_table("course_question", schema=None) as batch_op:
        batch_op.create_index("ix_course_question_course", ["course", "position", "id"], unique=False)

    op.create_table(
        "training_session",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "occasion",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("course", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("room", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "note", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("feedback_until_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("key_shown_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("version", Ty("INTEGER"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["course"], ["course.id"], name=op.f("fk_training_session_course"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["occasion"], ["occasion.id"], name=op.f("fk_training_session_occasion"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["room"], ["venue_room.id"], name=op.f("fk_training_session_room"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
        sa.UniqueConstraint("occasion", name=op.f("uq_training_session_occasion")),
    )
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_session_course"), ["course"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_session_room"), ["room"], unique=False)

    op.create_table(
        "certificate",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "session",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
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
            "code", Ty("VARCHAR", 24), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("issued_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "issued_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("revoked_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("revoked_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "revoke_reason",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint(
            "(revoked_at is null) = (revoke_reason = '')", name=op.f("ck_certificate_revoked_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["enrollment"], ["enrollment.id"], name=op.f("fk_certificate_enrollment"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["training_session.id"], name=op.f("fk_certificate_session"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("enrollment", name=op.f("uq_certificate_enrollment")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_session"), ["session"], unique=False)

    op.create_table(
        "course_choice",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("question", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "position", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text_en", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_right", Ty("BOOLEAN"), server_default=sa.text("(false)"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["question"], ["course_question.id"], name=op.f("fk_course_choice_question"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_choice")),
    )
    with op.batch_alter_table("course_choice", schema=None) as batch_op:
        batch_op.create_index("ix_course_choice_question", ["question", "position", "id"], unique=False)

    op.create_table(
        "feedback_given",
        sa.Column(
            "enrollment",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "session",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["enrollment"], ["enrollment.id"], name=op.f("fk_feedback_given_enrollment"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["training_session.id"], name=op.f("fk_feedback_given_session"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("enrollment", name=op.f("pk_feedback_given")),
    )
    with op.batch_alter_table("feedback_given", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_given_session"), ["session"], unique=False)

    op.create_table(
        "session_block",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "session",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("module", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lecturer", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("room", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("starts_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("ends_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_session_block_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["lecturer"], ["lecturer.id"], name=op.f("fk_session_block_lecturer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["module"], ["course_module.id"], name=op.f("fk_session_block_module"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["room"], ["venue_room.id"], name=op.f("fk_session_block_room"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["training_session.id"], name=op.f("fk_session_block_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_block")),
    )
    with op.batch_alter_table("session_block", schema=None) as batch_op:
        batch_op.create_index("ix_session_block_lecturer", ["lecturer", "starts_at"], unique=False)
        batch_op.create_index("ix_session_block_session", ["session", "starts_at"], unique=False)
        batch_op.create_index("ix_session_block_time", ["starts_at", "id"], unique=False)

    op.create_table(
        "session_clash",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "session",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 20), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "key", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "word", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["training_session.id"], name=op.f("fk_session_clash_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_clash")),
        sa.UniqueConstraint("session", "kind", "key", name="uq_session_clash_unique_clash"),
    )
    op.create_table(
        "session_cost",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "session",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "budget_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("actual_minor", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "note", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "kind in ('lecturers', 'venue', 'meals', 'materials', 'other')",
            name=op.f("ck_session_cost_kind_known"),
        ),
        sa.CheckConstraint(
            "budget_minor >= 0 and (actual_minor is null or actual_minor >= 0)",
            name=op.f("ck_session_cost_amounts_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["training_session.id"], name=op.f("fk_session_cost_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_cost")),
        sa.UniqueConstraint("session", "kind", name="uq_session_cost_unique_kind"),
    )
    op.create_table(
        "session_feedback",
        sa.Column("id", Ty("VARCHAR", 32), autoincrement=False, nullable=False),
        sa.Column(
            "session",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "content", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "lecturers", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("place", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "usefulness", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "content between 1 and 5 and lecturers between 1 and 5 and place between 1 and 5 and usefulness between 1 and 5",
            name=op.f("ck_session_feedback_marks_bounded"),
        ),
        sa.ForeignKeyConstraint(
            ["session"],
            ["training_session.id"],
            name=op.f("fk_session_feedback_session"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_feedback")),
    )
    with op.batch_alter_table("session_feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_feedback_session"), ["session"], unique=False)

    op.create_table(
        "test_attempt",
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
            "session",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
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
            "kind", Ty("VARCHAR", 4), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("sent_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "questions", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "right_answers", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "score_bp", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("pass_bp", Ty("INTEGER"), autoincrement=False, nullable=True),
        sa.Column("passed", Ty("BOOLEAN"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "(kind = 'post') = (passed is not null and pass_bp is not null)",
            name=op.f("ck_test_attempt_only_post_passes"),
        ),
        sa.CheckConstraint("kind in ('pre', 'post')", name=op.f("ck_test_attempt_kind_known")),
        sa.CheckConstraint(
            "questions >= 1 and right_answers between 0 and questions",
            name=op.f("ck_test_attempt_counts_sensible"),
        ),
        sa.ForeignKeyConstraint(
            ["enrollment"], ["enrollment.id"], name=op.f("fk_test_attempt_enrollment"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["training_session.id"], name=op.f("fk_test_attempt_session"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_attempt")),
        sa.UniqueConstraint("client_key", name=op.f("uq_test_attempt_client_key")),
        sa.UniqueConstraint("enrollment", "kind", name="uq_test_attempt_unique_kind"),
    )
    with op.batch_alter_table("test_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_test_attempt_session", ["session", "kind"], unique=False)

    op.create_table(
        "test_answer",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "attempt",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("question", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("choice", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "is_right", Ty("BOOLEAN"), server_default=sa.text("(false)"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["attempt"], ["test_attempt.id"], name=op.f("fk_test_answer_attempt"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["choice"], ["course_choice.id"], name=op.f("fk_test_answer_choice"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["question"], ["course_question.id"], name=op.f("fk_test_answer_question"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_answer")),
    )
    with op.batch_alter_table("test_answer", schema=None) as batch_op:
        batch_op.create_index("ix_test_answer_attempt", ["attempt"], unique=False)
        batch_op.create_index(batch_op.f("ix_test_answer_question"), ["question"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("test_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_test_answer_question"))
        batch_op.drop_index("ix_test_answer_attempt")

    op.drop_table("test_answer")
    with op.batch_alter_table("test_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_test_attempt_session")

    op.drop_table("test_attempt")
    with op.batch_alter_table("session_feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_feedback_session"))

    op.drop_table("session_feedback")
    op.drop_table("session_cost")
    op.drop_table("session_clash")
    with op.batch_alter_table("session_block", schema=None) as batch_op:
        batch_op.drop_index("ix_session_block_time")
        batch_op.drop_index("ix_session_block_session")
        batch_op.drop_index("ix_session_block_lecturer")

    op.drop_table("session_block")
    with op.batch_alter_table("feedback_given", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_given_session"))

    op.drop_table("feedback_given")
    with op.batch_alter_table("course_choice", schema=None) as batch_op:
        batch_op.drop_index("ix_course_choice_question")

    op.drop_table("course_choice")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_session"))

    op.drop_table("certificate")
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_session_room"))
        batch_op.drop_index(batch_op.f("ix_training_session_course"))

    op.drop_table("training_session")
    with op.batch_alter_table("course_question", schema=None) as batch_op:
        batch_op.drop_index("ix_course_question_course")

    op.drop_table("course_question")
    with op.batch_alter_table("course_material", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_material_module"))

    op.drop_table("course_material")
    op.drop_table("course_pass_mark")
    with op.batch_alter_table("course_module", schema=None) as batch_op:
        batch_op.drop_index("ix_course_module_course")

    op.drop_table("course_module")
    with op.batch_alter_table("venue_room", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venue_room_venue"))

    op.drop_table("venue_room")
    with op.batch_alter_table("lecturer_away", schema=None) as batch_op:
        batch_op.drop_index("ix_lecturer_away_lecturer")

    op.drop_table("lecturer_away")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_curriculum"))

    op.drop_table("course")
    op.drop_table("venue")
    op.drop_table("lecturer")
    op.drop_table("curriculum")
