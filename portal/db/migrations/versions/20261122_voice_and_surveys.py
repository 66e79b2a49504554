"""voice and surveys.

Revision: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quiet_snooze",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "dealer",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("until_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "actor_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["dealer"], ["account.id"], name=op.f("fk_quiet_snooze_dealer"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiet_snooze")),
    )
    with op.batch_alter_table("quiet_snooze", schema=None) as batch_op:
        batch_op.create_index("ix_quiet_snooze_dealer", ["dealer", "until_on"], unique=False)

    op.create_table(
        "quiet_step",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "dealer",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "step", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "owner_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("due_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "created_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "result", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("done_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint("(done_at is null) = (result = '')", name=op.f("ck_quiet_step_done_with_result")),
        sa.ForeignKeyConstraint(
            ["dealer"], ["account.id"], name=op.f("fk_quiet_step_dealer"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiet_step")),
    )
    with op.batch_alter_table("quiet_step", schema=None) as batch_op:
        batch_op.create_index("ix_quiet_step_dealer", ["dealer", "id"], unique=False)
        batch_op.create_index(
            "ix_quiet_step_open",
            ["dealer"],
            unique=True,
            sqlite_where=sa.text("done_at is null"),
            postgresql_where=sa.text("done_at is null"),
        )
        batch_op.create_index("ix_quiet_step_owner", ["owner_user_id", "done_at"], unique=False)

    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=False),
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
            "intro", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "intro_en",
            Ty("VARCHAR", 1000),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "state", Ty("VARCHAR", 10), server_default=sa.text("'draft'"), autoincrement=False, nullable=False
        ),
        sa.Column("due_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column(
            "least_answers", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("version", Ty("INTEGER"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column(
            "created_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("opened_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("closed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("published_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("published_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "conclusion",
            Ty("VARCHAR", 2000),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint(
            "state = 'draft' or (due_on is not null and opened_at is not null)",
            name=op.f("ck_survey_opened_with_end"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'open', 'closed', 'published')", name=op.f("ck_survey_state_known")
        ),
        sa.CheckConstraint("least_answers >= 2", name=op.f("ck_survey_floor_sensible")),
        sa.ForeignKeyConstraint(
            ["season"], ["season.id"], name=op.f("fk_survey_season"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
    )
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_season"), ["season"], unique=False)

    op.create_table(
        "voice_item",
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
            "kind", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "topic", Ty("VARCHAR", 16), server_default=sa.text("'other'"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "dealer",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("visit", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "text", Ty("VARCHAR", 2000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "side", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "dealer_reads",
            Ty("BOOLEAN"),
            server_default=sa.text("(true)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "raised_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("raised_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("raised_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "photo", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column(
            "competitor",
            Ty("VARCHAR", 120),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "offer", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "evidence", Ty("VARCHAR", 8), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("valid_until_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("owner_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("due_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "state", Ty("VARCHAR", 10), server_default=sa.text("'open'"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "cause", Ty("VARCHAR", 16), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "answer", Ty("VARCHAR", 2000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("answered_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("answered_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("answered_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "reopened", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("closed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at is not null)", name=op.f("ck_voice_item_closed_once")
        ),
        sa.CheckConstraint(
            "kind in ('concern', 'complaint', 'approach')", name=op.f("ck_voice_item_kind_known")
        ),
        sa.CheckConstraint("side in ('dealer', 'manufacturer')", name=op.f("ck_voice_item_side_known")),
        sa.CheckConstraint(
            "state <> 'answered' or (answer <> '' and answered_at is not null)",
            name=op.f("ck_voice_item_answered_with_words"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'answered', 'reopened', 'closed')", name=op.f("ck_voice_item_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["dealer"], ["account.id"], name=op.f("fk_voice_item_dealer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["photo"], ["stored_file.id"], name=op.f("fk_voice_item_photo"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["season"], ["season.id"], name=op.f("fk_voice_item_season"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_item")),
        sa.UniqueConstraint("client_key", name=op.f("uq_voice_item_client_key")),
    )
    with op.batch_alter_table("voice_item", schema=None) as batch_op:
        batch_op.create_index("ix_voice_item_dealer", ["dealer", "kind", "state"], unique=False)
        batch_op.create_index("ix_voice_item_due", ["state", "due_on", "id"], unique=False)
        batch_op.create_index("ix_voice_item_owner", ["owner_user_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_voice_item_season"), ["season"], unique=False)

    op.create_table(
        "survey_question",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("survey", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "position", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "label", Ty("VARCHAR", 200), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "label_en",
            Ty("VARCHAR", 200),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "help", Ty("VARCHAR", 300), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "help_en", Ty("VARCHAR", 300), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_required",
            Ty("BOOLEAN"),
            server_default=sa.text("(false)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "feeds_target",
            Ty("BOOLEAN"),
            server_default=sa.text("(false)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "scale_least", Ty("SMALLINT"), server_default=sa.text("1"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "scale_most", Ty("SMALLINT"), server_default=sa.text("5"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "low_anchor",
            Ty("VARCHAR", 60),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "low_anchor_en",
            Ty("VARCHAR", 60),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "high_anchor",
            Ty("VARCHAR", 60),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "high_anchor_en",
            Ty("VARCHAR", 60),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind in ('percent', 'one', 'many', 'products', 'scale', 'text')",
            name=op.f("ck_survey_question_kind_known"),
        ),
        sa.CheckConstraint(
            "not feeds_target or kind = 'percent'", name=op.f("ck_survey_question_fed_by_percent")
        ),
        sa.CheckConstraint(
            "scale_least >= 0 and scale_most <= 10 and scale_least < scale_most",
            name=op.f("ck_survey_question_scale_rises"),
        ),
        sa.ForeignKeyConstraint(
            ["survey"], ["survey.id"], name=op.f("fk_survey_question_survey"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_question")),
    )
    with op.batch_alter_table("survey_question", schema=None) as batch_op:
        batch_op.create_index("ix_survey_question_survey", ["survey", "position", "id"], unique=False)

    op.create_table(
        "survey_response",
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
        sa.Column("survey", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "side", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "area", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "respondent_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("respondent_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("answered_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("received_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "payload_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "declined", Ty("BOOLEAN"), server_default=sa.text("(false)"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint("side in ('dealer', 'manufacturer')", name=op.f("ck_survey_response_side_known")),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_survey_response_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["survey"], ["survey.id"], name=op.f("fk_survey_response_survey"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_response")),
        sa.UniqueConstraint("client_key", name=op.f("uq_survey_response_client_key")),
        sa.UniqueConstraint("survey", "account", "side", name="uq_survey_response_unique_place"),
    )
    with op.batch_alter_table("survey_response", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_response_account"), ["account"], unique=False)
        batch_op.create_index("ix_survey_response_respondent", ["respondent_user_id", "survey"], unique=False)
        batch_op.create_index("ix_survey_response_survey", ["survey", "declined", "area"], unique=False)

    op.create_table(
        "voice_event",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "item", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text", Ty("VARCHAR", 2000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_internal",
            Ty("BOOLEAN"),
            server_default=sa.text("(false)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "actor_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("actor_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "kind in ('raised', 'assigned', 'answered', 'reopened', 'closed', 'noted')",
            name=op.f("ck_voice_event_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["item"], ["voice_item.id"], name=op.f("fk_voice_event_item"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_event")),
    )
    with op.batch_alter_table("voice_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voice_event_item"), ["item"], unique=False)

    op.create_table(
        "survey_option",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("question", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "position", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "code", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "label", Ty("VARCHAR", 160), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "label_en",
            Ty("VARCHAR", 160),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["question"], ["survey_question.id"], name=op.f("fk_survey_option_question"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_option")),
    )
    with op.batch_alter_table("survey_option", schema=None) as batch_op:
        batch_op.create_index("ix_survey_option_question", ["question", "position", "id"], unique=False)

    op.create_table(
        "survey_answer",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "response",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("question", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("option", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("number", Ty("INTEGER"), autoincrement=False, nullable=True),
        sa.Column(
            "text", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["option"], ["survey_option.id"], name=op.f("fk_survey_answer_option"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["question"], ["survey_question.id"], name=op.f("fk_survey_answer_question"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["response"], ["survey_response.id"], name=op.f("fk_survey_answer_response"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_answer_option"), ["option"], unique=False)
        batch_op.create_index("ix_survey_answer_question", ["question", "response"], unique=False)
        batch_op.create_index("ix_survey_answer_response", ["response"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_answer_response")
        batch_op.drop_index("ix_survey_answer_question")
        batch_op.drop_index(batch_op.f("ix_survey_answer_option"))

    op.drop_table("survey_answer")
    with op.batch_alter_table("survey_option", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_option_question")

    op.drop_table("survey_option")
    with op.batch_alter_table("voice_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voice_event_item"))

    op.drop_table("voice_event")
    with op.batch_alter_table("survey_response", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_response_survey")
        batch_op.drop_index("ix_survey_response_respondent")
        batch_op.drop_index(batch_op.f("ix_survey_response_account"))

    op.drop_table("survey_response")
    with op.batch_alter_table("survey_question", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_question_survey")

    op.drop_table("survey_question")
    with op.batch_alter_table("voice_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voice_item_season"))
        batch_op.drop_index("ix_voice_item_owner")
        batch_op.drop_index("ix_voice_item_due")
        batch_op.drop_index("ix_voice_item_dealer")

    op.drop_table("voice_item")
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_season"))

    op.drop_table("survey")
    with op.batch_alter_table("quiet_step", schema=None) as batch_op:
        batch_op.drop_index("ix_quiet_step_owner")
        batch_op.drop_index(
            "ix_quiet_step_open",
            sqlite_where=sa.text("done_at is null"),
            postgresql_where=sa.text("done_at is null"),
        )
        batch_op.drop_index("ix_quiet_step_dealer")

    op.drop_table("quiet_step")
    with op.batch_alter_table("quiet_snooze", schema=None) as batch_op:
        batch_op.drop_index("ix_quiet_snooze_dealer")

    op.drop_table("quiet_snooze")
