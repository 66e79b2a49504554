"""seasons.

Revision: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Triggers and functions as they were when this revision was written.
SQLITE_EXTRAS = (
    "create trigger season_answer_no_update before update on season_answer when true begin select raise(abort, 'what was said about a target does not change'); end",
    "create trigger season_answer_no_delete before delete on season_answer when true begin select raise(abort, 'what was said about a target does not change'); end",
    "create trigger season_target_no_update before update of season, account, version, side, baseline, baseline_minor, amount_minor, note, by_user_id, created_at on season_target when old.offered_at is not null begin select raise(abort, 'an offered target does not change'); end",
    "create trigger season_target_no_delete before delete on season_target when old.offered_at is not null begin select raise(abort, 'an offered target does not change'); end",
    "create trigger season_target_share_no_insert before insert on season_target_share when exists (select 1 from season_target t where t.id = new.target and t.offered_at is not null) begin select raise(abort, 'an offered target does not change'); end",
    "create trigger season_target_share_no_update before update on season_target_share when exists (select 1 from season_target t where t.id = old.target and t.offered_at is not null) begin select raise(abort, 'an offered target does not change'); end",
    "create trigger season_target_share_no_delete before delete on season_target_share when exists (select 1 from season_target t where t.id = old.target and t.offered_at is not null) begin select raise(abort, 'an offered target does not change'); end",
    "create trigger season_target_reason_no_insert before insert on season_target_reason when exists (select 1 from season_target t where t.id = new.target and t.offered_at is not null) begin select raise(abort, 'an offered target does not change'); end",
    "create trigger season_target_reason_no_update before update on season_target_reason when exists (select 1 from season_target t where t.id = old.target and t.offered_at is not null) begin select raise(abort, 'an offered target does not change'); end",
    "create trigger season_target_reason_no_delete before delete on season_target_reason when exists (select 1 from season_target t where t.id = old.target and t.offered_at is not null) begin select raise(abort, 'an offered target does not change'); end",
)
POSTGRES_EXTRAS = (
    """create function season_answer_no_update() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'what was said about a target does not change';
  end if;
  return new;
end $$""",
    "create trigger season_answer_no_update before update on season_answer for each row execute function season_answer_no_update()",
    """create function season_answer_no_delete() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'what was said about a target does not change';
  end if;
  return old;
end $$""",
    "create trigger season_answer_no_delete before delete on season_answer for each row execute function season_answer_no_delete()",
    """create function season_target_no_update() returns trigger language plpgsql as $$
begin
  if old.offered_at is not null then
    raise exception 'an offered target does not change';
  end if;
  return new;
end $$""",
    "create trigger season_target_no_update before update of season, account, version, side, baseline, baseline_minor, amount_minor, note, by_user_id, created_at on season_target for each row execute function season_target_no_update()",
    """create function season_target_no_delete() returns trigger language plpgsql as $$
begin
  if old.offered_at is not null then
    raise exception 'an offered target does not change';
  end if;
  return old;
end $$""",
    "create trigger season_target_no_delete before delete on season_target for each row execute function season_target_no_delete()",
    """create function season_target_share_no_insert() returns trigger language plpgsql as $$
begin
  if exists (select 1 from season_target t where t.id = new.target and t.offered_at is not null) then
    raise exception 'an offered target does not change';
  end if;
  return new;
end $$""",
    "create trigger season_target_share_no_insert before insert on season_target_share for each row execute function season_target_share_no_insert()",
    """create function season_target_share_no_update() returns trigger language plpgsql as $$
begin
  if exists (select 1 from season_target t where t.id = old.target and t.offered_at is not null) then
    raise exception 'an offered target does not change';
  end if;
  return new;
end $$""",
    "create trigger season_target_share_no_update before update on season_target_share for each row execute function season_target_share_no_update()",
    """create function season_target_share_no_delete() returns trigger language plpgsql as $$
begin
  if exists (select 1 from season_target t where t.id = old.target and t.offered_at is not null) then
    raise exception 'an offered target does not change';
  end if;
  return old;
end $$""",
    "create trigger season_target_share_no_delete before delete on season_target_share for each row execute function season_target_share_no_delete()",
    """create function season_target_reason_no_insert() returns trigger language plpgsql as $$
begin
  if exists (select 1 from season_target t where t.id = new.target and t.offered_at is not null) then
    raise exception 'an offered target does not change';
  end if;
  return new;
end $$""",
    "create trigger season_target_reason_no_insert before insert on season_target_reason for each row execute function season_target_reason_no_insert()",
    """create function season_target_reason_no_update() returns trigger language plpgsql as $$
begin
  if exists (select 1 from season_target t where t.id = old.target and t.offered_at is not null) then
    raise exception 'an offered target does not change';
  end if;
  return new;
end $$""",
    "create trigger season_target_reason_no_update before update on season_target_reason for each row execute function season_target_reason_no_update()",
    """create function season_target_reason_no_delete() returns trigger language plpgsql as $$
begin
  if exists (select 1 from season_target t where t.id = old.target and t.offered_at is not null) then
    raise exception 'an offered target does not change';
  end if;
  return old;
end $$""",
    "create trigger season_target_reason_no_delete before delete on season_target_reason for each row execute function season_target_reason_no_delete()",
)
SQLITE_DROPS = (
    "drop trigger season_target_reason_no_delete",
    "drop trigger season_target_reason_no_update",
    "drop trigger season_target_reason_no_insert",
    "drop trigger season_target_share_no_delete",
    "drop trigger season_target_share_no_update",
    "drop trigger season_target_share_no_insert",
    "drop trigger season_target_no_delete",
    "drop trigger season_target_no_update",
    "drop trigger season_answer_no_delete",
    "drop trigger season_answer_no_update",
)
POSTGRES_DROPS = (
    "drop trigger season_target_reason_no_delete on season_target_reason",
    "drop function season_target_reason_no_delete",
    "drop trigger season_target_reason_no_update on season_target_reason",
    "drop function season_target_reason_no_update",
    "drop trigger season_target_reason_no_insert on season_target_reason",
    "drop function season_target_reason_no_insert",
    "drop trigger season_target_share_no_delete on season_target_share",
    "drop function season_target_share_no_delete",
    "drop trigger season_target_share_no_update on season_target_share",
    "drop function season_target_share_no_update",
    "drop trigger season_target_share_no_insert on season_target_share",
    "drop function season_target_share_no_insert",
    "drop trigger season_target_no_delete on season_target",
    "drop function season_target_no_delete",
    "drop trigger season_target_no_update on season_target",
    "drop function season_target_no_update",
    "drop trigger season_answer_no_delete on season_answer",
    "drop function season_answer_no_delete",
    "drop trigger season_answer_no_update on season_answer",
    "drop function season_answer_no_update",
)


def upgrade() -> None:
    op.create_table(
        "season",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column(
            "code", Ty("VARCHAR", 20), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "label", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "label_en", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 4), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("region", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "category", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("from_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("until_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("peak", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column(
            "state", Ty("VARCHAR", 8), server_default=sa.text("'draft'"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "owner_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text", Ty("VARCHAR", 2000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "found", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
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
        sa.CheckConstraint("kind in ('off', 'peak')", name=op.f("ck_season_kind_known")),
        sa.CheckConstraint("peak is null or kind = 'off'", name=op.f("ck_season_peak_of_off")),
        sa.CheckConstraint("state in ('draft', 'open', 'closed')", name=op.f("ck_season_state_known")),
        sa.CheckConstraint("until_on > from_on", name=op.f("ck_season_dates_ordered")),
        sa.ForeignKeyConstraint(["peak"], ["season.id"], name=op.f("fk_season_peak"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["region"], ["region.id"], name=op.f("fk_season_region"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
        sa.UniqueConstraint("code", name=op.f("uq_season_code")),
    )
    with op.batch_alter_table("season", schema=None) as batch_op:
        batch_op.create_index("ix_season_dates", ["from_on", "until_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_season_region"), ["region"], unique=False)

    op.create_table(
        "season_baseline",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "method", Ty("VARCHAR", 40), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("level", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("error_bp", Ty("INTEGER"), autoincrement=False, nullable=True),
        sa.Column("n", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("history_from_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("history_to_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "amount_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("low_minor", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("high_minor", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_season_baseline_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["season"], ["season.id"], name=op.f("fk_season_baseline_season"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_baseline")),
    )
    with op.batch_alter_table("season_baseline", schema=None) as batch_op:
        batch_op.create_index("ix_season_baseline_account", ["season", "account", "id"], unique=False)

    op.create_table(
        "season_growth_point",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 8), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "label", Ty("VARCHAR", 120), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "size_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("owner_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("due_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("result_minor", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "result_note",
            Ty("VARCHAR", 400),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "state",
            Ty("VARCHAR", 8),
            server_default=sa.text("'counted'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "side", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "kind in ('outlet', 'terminal', 'product', 'channel')",
            name=op.f("ck_season_growth_point_kind_known"),
        ),
        sa.CheckConstraint(
            "side in ('manufacturer', 'dealer')", name=op.f("ck_season_growth_point_side_known")
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'counted', 'dropped')", name=op.f("ck_season_growth_point_state_known")
        ),
        sa.CheckConstraint("size_minor >= 0", name=op.f("ck_season_growth_point_size_positive")),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_season_growth_point_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["season"], ["season.id"], name=op.f("fk_season_growth_point_season"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_growth_point")),
    )
    with op.batch_alter_table("season_growth_point", schema=None) as batch_op:
        batch_op.create_index("ix_season_growth_point_account", ["season", "account"], unique=False)

    op.create_table(
        "season_need",
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "peak_goal_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "early_share_bp", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "outlets_needed", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "outlets_active", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "outlet_month_minor",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "outlet_months", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "note", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint("early_share_bp between 0 and 10000", name=op.f("ck_season_need_share_bounded")),
        sa.CheckConstraint(
            "outlets_needed >= 0 and outlets_active >= 0 and outlet_months >= 0",
            name=op.f("ck_season_need_counts_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["season"], ["season.id"], name=op.f("fk_season_need_season"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("season", name=op.f("pk_season_need")),
    )
    op.create_table(
        "season_step",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "step", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("owner_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("due_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("done_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "note", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "step in ('survey', 'target', 'plan', 'training', 'trip', 'forecast', 'readiness')",
            name=op.f("ck_season_step_step_known"),
        ),
        sa.ForeignKeyConstraint(
            ["season"], ["season.id"], name=op.f("fk_season_step_season"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_step")),
        sa.UniqueConstraint("season", "step", name="uq_season_step_unique_step"),
    )
    with op.batch_alter_table("season_step", schema=None) as batch_op:
        batch_op.create_index(
            "ix_season_step_owner",
            ["owner_user_id", "due_on"],
            unique=False,
            sqlite_where=sa.text("done_at is null"),
            postgresql_where=sa.text("done_at is null"),
        )

    op.create_table(
        "season_baseline_month",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "baseline",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("month_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "amount_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("low_minor", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("high_minor", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(
            ["baseline"],
            ["season_baseline.id"],
            name=op.f("fk_season_baseline_month_baseline"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_baseline_month")),
        sa.UniqueConstraint("baseline", "month_on", name="uq_season_baseline_month_unique_month"),
    )
    op.create_table(
        "season_target",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "version", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "side", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "state", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "baseline",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "baseline_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "amount_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "note", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("offered_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("accepted_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("ended_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "(state <> 'accepted') or accepted_at is not null",
            name=op.f("ck_season_target_accepted_when_said"),
        ),
        sa.CheckConstraint("side in ('manufacturer', 'dealer')", name=op.f("ck_season_target_side_known")),
        sa.CheckConstraint(
            "state in ('draft', 'offered', 'countered', 'accepted', 'replaced', 'withdrawn')",
            name=op.f("ck_season_target_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_season_target_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["baseline"], ["season_baseline.id"], name=op.f("fk_season_target_baseline"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["season"], ["season.id"], name=op.f("fk_season_target_season"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_target")),
        sa.UniqueConstraint("season", "account", "version", name="uq_season_target_unique_version"),
    )
    with op.batch_alter_table("season_target", schema=None) as batch_op:
        batch_op.create_index(
            "ix_season_target_accepted",
            ["season", "account"],
            unique=True,
            sqlite_where=sa.text("state = 'accepted'"),
            postgresql_where=sa.text("state = 'accepted'"),
        )
        batch_op.create_index("ix_season_target_account", ["account", "state"], unique=False)
        batch_op.create_index(
            "ix_season_target_draft",
            ["season", "account"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )
        batch_op.create_index(
            "ix_season_target_open",
            ["season", "account"],
            unique=True,
            sqlite_where=sa.text("state in ('offered', 'countered')"),
            postgresql_where=sa.text("state in ('offered', 'countered')"),
        )

    op.create_table(
        "season_answer",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "target",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 10), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "side", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "text", Ty("VARCHAR", 1000), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "by_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "kind in ('offer', 'accept', 'counter', 'comment', 'agree', 'withdraw')",
            name=op.f("ck_season_answer_kind_known"),
        ),
        sa.CheckConstraint("side in ('manufacturer', 'dealer')", name=op.f("ck_season_answer_side_known")),
        sa.ForeignKeyConstraint(
            ["target"], ["season_target.id"], name=op.f("fk_season_answer_target"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_answer")),
    )
    with op.batch_alter_table("season_answer", schema=None) as batch_op:
        batch_op.create_index("ix_season_answer_target", ["target", "id"], unique=False)

    op.create_table(
        "season_target_reason",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "target",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("product", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["product"], ["product.id"], name=op.f("fk_season_target_reason_product"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["season_target.id"], name=op.f("fk_season_target_reason_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_target_reason")),
        sa.UniqueConstraint("target", "product", name="uq_season_target_reason_unique_line"),
    )
    op.create_table(
        "season_target_share",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "target",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("product", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "amount_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_locked", Ty("BOOLEAN"), server_default=sa.text("(false)"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["product"], ["product.id"], name=op.f("fk_season_target_share_product"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["season_target.id"], name=op.f("fk_season_target_share_target"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_target_share")),
        sa.UniqueConstraint("target", "product", "month_on", name="uq_season_target_share_unique_cell"),
    )
    extras = SQLITE_EXTRAS if op.get_bind().dialect.name == "sqlite" else POSTGRES_EXTRAS
    for statement in extras:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    drops = SQLITE_DROPS if op.get_bind().dialect.name == "sqlite" else POSTGRES_DROPS
    for statement in drops:
        op.get_bind().exec_driver_sql(statement)
    op.drop_table("season_target_share")
    op.drop_table("season_target_reason")
    with op.batch_alter_table("season_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_season_answer_target")

    op.drop_table("season_answer")
    with op.batch_alter_table("season_target", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_season_target_open",
            sqlite_where=sa.text("state in ('offered', 'countered')"),
            postgresql_where=sa.text("state in ('offered', 'countered')"),
        )
        batch_op.drop_index(
            "ix_season_target_draft",
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )
        batch_op.drop_index("ix_season_target_account")
        batch_op.drop_index(
            "ix_season_target_accepted",
            sqlite_where=sa.text("state = 'accepted'"),
            postgresql_where=sa.text("state = 'accepted'"),
        )

    op.drop_table("season_target")
    op.drop_table("season_baseline_month")
    with op.batch_alter_table("season_step", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_season_step_owner",
            sqlite_where=sa.text("done_at is null"),
            postgresql_where=sa.text("done_at is null"),
        )

    op.drop_table("season_step")
    op.drop_table("season_need")
    with op.batch_alter_table("season_growth_point", schema=None) as batch_op:
        batch_op.drop_index("ix_season_growth_point_account")

    op.drop_table("season_growth_point")
    with op.batch_alter_table("season_baseline", schema=None) as batch_op:
        batch_op.drop_index("ix_season_baseline_account")

    op.drop_table("season_baseline")
    with op.batch_alter_table("season", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_season_region"))
        batch_op.drop_index("ix_season_dates")

    op.drop_table("season")
