"""plans and visits.

Revision: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "day_away",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("day_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "reason", Ty("VARCHAR", 120), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_away")),
        sa.UniqueConstraint("user_id", "day_on", name="uq_day_away_unique_day"),
    )
    op.create_table(
        "holiday",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("day_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "name", Ty("VARCHAR", 60), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "name_en", Ty("VARCHAR", 60), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("day_on", name=op.f("uq_holiday_day_on")),
    )
    op.create_table(
        "visit_base",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "latitude_micro", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "longitude_micro", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("day_minutes", Ty("SMALLINT"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "day_minutes is null or day_minutes between 0 and 960", name=op.f("ck_visit_base_minutes_bounded")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_base")),
        sa.UniqueConstraint("user_id", name=op.f("uq_visit_base_user_id")),
    )
    op.create_table(
        "development_plan",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("month_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "owner", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("region", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "dealer", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "label", Ty("VARCHAR", 120), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "state", Ty("VARCHAR", 10), server_default=sa.text("'draft'"), autoincrement=False, nullable=False
        ),
        sa.Column("version", Ty("INTEGER"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column(
            "settings", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "inputs", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column(
            "inputs_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("outlets", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("visits", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "more_accounts", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "more_visits", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "more_seconds", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_edited", Ty("BOOLEAN"), server_default=sa.text("(false)"), autoincrement=False, nullable=False
        ),
        sa.Column("job_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "created_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("offered_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("approved_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approved_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approved_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("frozen_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "(owner = 'dealer') = (dealer is not null)", name=op.f("ck_development_plan_whose")
        ),
        sa.CheckConstraint(
            "owner in ('manufacturer', 'dealer')", name=op.f("ck_development_plan_owner_known")
        ),
        sa.CheckConstraint(
            "state in ('making', 'draft', 'offered', 'approved', 'frozen', 'declined', 'failed')",
            name=op.f("ck_development_plan_state_known"),
        ),
        sa.CheckConstraint(
            "state not in ('approved', 'frozen') or approved_by_user_id is not null",
            name=op.f("ck_development_plan_approved_by_someone"),
        ),
        sa.ForeignKeyConstraint(
            ["dealer"], ["account.id"], name=op.f("fk_development_plan_dealer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["inputs"], ["stored_file.id"], name=op.f("fk_development_plan_inputs"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["region"], ["region.id"], name=op.f("fk_development_plan_region"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["season"], ["season.id"], name=op.f("fk_development_plan_season"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_development_plan")),
    )
    with op.batch_alter_table("development_plan", schema=None) as batch_op:
        batch_op.create_index("ix_development_plan_dealer", ["dealer", "month_on"], unique=False)
        batch_op.create_index("ix_development_plan_month", ["month_on", "id"], unique=False)

    op.create_table(
        "opening_days",
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "weekdays", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("updated_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint("weekdays between 0 and 127", name=op.f("ck_opening_days_weekdays_known")),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_opening_days_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_opening_days")),
    )
    op.create_table(
        "target_account",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "competitor",
            Ty("VARCHAR", 80),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("competitor_share_bp", Ty("INTEGER"), autoincrement=False, nullable=True),
        sa.Column(
            "share_source",
            Ty("VARCHAR", 10),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("score", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "score_parts", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "added_by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("added_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "stage",
            Ty("VARCHAR", 10),
            server_default=sa.text("'target'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("staged_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("removed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "share_source in ('', 'observed', 'told', 'estimated', 'declined')",
            name=op.f("ck_target_account_source_known"),
        ),
        sa.CheckConstraint(
            "stage in ('target', 'visited', 'trial', 'opened', 'repeat')",
            name=op.f("ck_target_account_stage_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_target_account_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["season"], ["season.id"], name=op.f("fk_target_account_season"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_account")),
    )
    with op.batch_alter_table("target_account", schema=None) as batch_op:
        batch_op.create_index(
            "ix_target_account_open",
            ["account"],
            unique=True,
            sqlite_where=sa.text("removed_at is null"),
            postgresql_where=sa.text("removed_at is null"),
        )
        batch_op.create_index("ix_target_account_season", ["season", "score", "id"], unique=False)

    op.create_table(
        "weekly_meeting",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("region", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("week_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "state", Ty("VARCHAR", 8), server_default=sa.text("'open'"), autoincrement=False, nullable=False
        ),
        sa.Column("held_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column(
            "attendees",
            Ty("VARCHAR", 800),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("figures", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column("minutes", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column(
            "created_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("closed_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("closed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint("state in ('open', 'held', 'closed')", name=op.f("ck_weekly_meeting_state_known")),
        sa.CheckConstraint("length(minutes) <= 20000", name=op.f("ck_weekly_meeting_minutes_bounded")),
        sa.ForeignKeyConstraint(
            ["region"], ["region.id"], name=op.f("fk_weekly_meeting_region"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["season"], ["season.id"], name=op.f("fk_weekly_meeting_season"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_meeting")),
        sa.UniqueConstraint("region", "week_on", name="uq_weekly_meeting_unique_week"),
    )
    op.create_table(
        "meeting_item",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "meeting",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("place", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "kind", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("owner_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("due_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column(
            "state", Ty("VARCHAR", 8), server_default=sa.text("'open'"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "result", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "carried_from",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("raised_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("raised_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("done_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "kind in ('gap', 'problem', 'topic', 'decision', 'carry')",
            name=op.f("ck_meeting_item_kind_known"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'done', 'carried', 'dropped')", name=op.f("ck_meeting_item_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_meeting_item_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["carried_from"],
            ["meeting_item.id"],
            name=op.f("fk_meeting_item_carried_from"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["meeting"], ["weekly_meeting.id"], name=op.f("fk_meeting_item_meeting"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_item")),
    )
    with op.batch_alter_table("meeting_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_item_meeting"), ["meeting"], unique=False)
        batch_op.create_index("ix_meeting_item_owner", ["owner_user_id", "state", "due_on"], unique=False)

    op.create_table(
        "plan_day",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "plan", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("day_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "travel_seconds", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "visit_seconds", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "nearest_seconds", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "capacity_seconds",
            Ty("INTEGER"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["plan"], ["development_plan.id"], name=op.f("fk_plan_day_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_day")),
        sa.UniqueConstraint("plan", "user_id", "day_on", name="uq_plan_day_unique_day"),
    )
    op.create_table(
        "plan_line",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "plan", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "class_code",
            Ty("VARCHAR", 4),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("score", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "score_parts", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_target", Ty("BOOLEAN"), server_default=sa.text("(false)"), autoincrement=False, nullable=False
        ),
        sa.Column("asked", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "planned", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "visit_minutes", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "open_days", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "reason", Ty("VARCHAR", 16), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "short_seconds", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "indicator",
            Ty("VARCHAR", 12),
            server_default=sa.text("'visits'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "evidence",
            Ty("VARCHAR", 12),
            server_default=sa.text("'visit'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("goal", Ty("INTEGER"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "evidence in ('visit', 'photo', 'paid_order')", name=op.f("ck_plan_line_evidence_known")
        ),
        sa.CheckConstraint(
            "indicator in ('visits', 'opening', 'repeat', 'display')",
            name=op.f("ck_plan_line_indicator_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_plan_line_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["plan"], ["development_plan.id"], name=op.f("fk_plan_line_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_line")),
        sa.UniqueConstraint("plan", "account", name="uq_plan_line_unique_account"),
    )
    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.create_index("ix_plan_line_reason", ["plan", "reason", "score", "id"], unique=False)

    op.create_table(
        "plan_person",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "plan", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "latitude_micro", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "longitude_micro", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "day_minutes", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "working_days", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("away", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["plan"], ["development_plan.id"], name=op.f("fk_plan_person_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_person")),
        sa.UniqueConstraint("plan", "user_id", name="uq_plan_person_unique_person"),
    )
    op.create_table(
        "plan_stop",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "plan", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("day_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("place", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_plan_stop_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["plan"], ["development_plan.id"], name=op.f("fk_plan_stop_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_stop")),
        sa.UniqueConstraint("plan", "account", "day_on", name="uq_plan_stop_unique_visit"),
    )
    with op.batch_alter_table("plan_stop", schema=None) as batch_op:
        batch_op.create_index("ix_plan_stop_plan", ["plan", "user_id", "day_on", "place"], unique=False)
        batch_op.create_index("ix_plan_stop_route", ["user_id", "day_on", "place"], unique=False)

    op.create_table(
        "visit",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "client_key",
            Ty("VARCHAR", 60),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "content_sha256",
            Ty("VARCHAR", 64),
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
        sa.Column(
            "stop", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "owner",
            Ty("VARCHAR", 12),
            server_default=sa.text("'manufacturer'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "rank",
            Ty("VARCHAR", 14),
            server_default=sa.text("'representative'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "visitor_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("visited_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("visited_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("device_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "outcome", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("cases", Ty("INTEGER"), autoincrement=False, nullable=True),
        sa.Column("minutes", Ty("SMALLINT"), autoincrement=False, nullable=True),
        sa.Column("note", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column(
            "photo", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("cancelled_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("cancelled_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "cancelled_reason",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint(
            "outcome in ('met', 'absent', 'closed', 'refused', 'trial', 'order')",
            name=op.f("ck_visit_outcome_known"),
        ),
        sa.CheckConstraint("owner in ('manufacturer', 'dealer')", name=op.f("ck_visit_owner_known")),
        sa.CheckConstraint(
            "rank in ('representative', 'manager', 'head_office', 'dealer_staff')",
            name=op.f("ck_visit_rank_known"),
        ),
        sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_visit_note_bounded")),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_visit_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["photo"], ["stored_file.id"], name=op.f("fk_visit_photo"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_visit_season"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["stop"], ["plan_stop.id"], name=op.f("fk_visit_stop"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("client_key", name=op.f("uq_visit_client_key")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_account", ["account", "visited_on", "id"], unique=False)
        batch_op.create_index("ix_visit_day", ["visited_on", "account"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_stop"), ["stop"], unique=False)
        batch_op.create_index("ix_visit_visitor", ["visitor_user_id", "visited_on", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_visitor")
        batch_op.drop_index(batch_op.f("ix_visit_stop"))
        batch_op.drop_index("ix_visit_day")
        batch_op.drop_index("ix_visit_account")

    op.drop_table("visit")
    with op.batch_alter_table("plan_stop", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_stop_route")
        batch_op.drop_index("ix_plan_stop_plan")

    op.drop_table("plan_stop")
    op.drop_table("plan_person")
    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_line_reason")

    op.drop_table("plan_line")
    op.drop_table("plan_day")
    with op.batch_alter_table("meeting_item", schema=None) as batch_op:
        batch_op.drop_index("ix_meeting_item_owner")
        batch_op.drop_index(batch_op.f("ix_meeting_item_meeting"))

    op.drop_table("meeting_item")
    op.drop_table("weekly_meeting")
    with op.batch_alter_table("target_account", schema=None) as batch_op:
        batch_op.drop_index("ix_target_account_season")
        batch_op.drop_index(
            "ix_target_account_open",
            sqlite_where=sa.text("removed_at is null"),
            postgresql_where=sa.text("removed_at is null"),
        )

    op.drop_table("target_account")
    op.drop_table("opening_days")
    with op.batch_alter_table("development_plan", schema=None) as batch_op:
        batch_op.drop_index("ix_development_plan_month")
        batch_op.drop_index("ix_development_plan_dealer")

    op.drop_table("development_plan")
    op.drop_table("visit_base")
    op.drop_table("holiday")
    op.drop_table("day_away")
