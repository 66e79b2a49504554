"""plans of dealers, agreed plans that do not change, places of outlets.

Revision: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PARTS = ("plan_person", "plan_line", "plan_day", "plan_stop")
EARLIER = "state in ('making', 'draft', 'offered', 'approved', 'frozen', 'declined', 'failed')"
STATES = "state in ('making', 'draft', 'offered', 'approved', 'frozen', 'declined', 'replaced', 'failed')"
PROPOSAL = "owner = 'dealer' or (not is_proposal and shared_at is null)"
AGREED = (
    "exists (select 1 from development_plan p where p.id = {row}.plan"
    " and p.state not in ('making', 'draft', 'failed'))"
)
GUARDS = [
    (f"{table}_no_{event}", f"{event} on {table}", message, when.format(row=row))
    for tables, events, message, when in (
        (
            ("development_plan",),
            ("update", "delete"),
            "a frozen plan does not change",
            "old.state = 'frozen'",
        ),
        (PARTS, ("insert", "update", "delete"), "an agreed plan does not change", AGREED),
    )
    for table in tables
    for event in events
    for row in ("new" if event == "insert" else "old",)
]


def _guard(name: str, event: str, message: str, when: str) -> list[str]:
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"begin select raise(abort, '{message}'); end"
        return [f"create trigger {name} before {event} when {when} {refuse}"]
    answer = "old" if event.startswith("delete") else "new"
    function = f"""create function {name}() returns trigger language plpgsql as $$
begin
  if {when} then
    raise exception '{message}';
  end if;
  return {answer};
end $$"""
    trigger = f"create trigger {name} before {event} for each row execute function {name}()"
    return [function, trigger]


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True)


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column(
            "is_proposal",
            Ty("BOOLEAN"),
            server_default=sa.text("(false)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "source", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column("answered_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        _instant("answered_at"),
        _instant("shared_at"),
    ]


def _later() -> list[sa.schema.SchemaItem]:
    return [
        *_columns(),
        sa.CheckConstraint(PROPOSAL, name=op.f("ck_development_plan_proposal_to_dealer")),
        sa.ForeignKeyConstraint(
            ["source"], ["development_plan.id"], name=op.f("fk_development_plan_source"), ondelete="RESTRICT"
        ),
    ]


def _plan(*, later: bool) -> sa.Table:
    """Say what the table is: SQLite makes it anew, and reads its own types back wrongly."""
    return sa.Table(
        "development_plan",
        sa.MetaData(),
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
        sa.CheckConstraint(STATES if later else EARLIER, name=op.f("ck_development_plan_state_known")),
        *(_later() if later else ()),
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
        sa.Index("ix_development_plan_dealer", "dealer", "month_on"),
        sa.Index("ix_development_plan_month", "month_on", "id"),
    )


def upgrade() -> None:
    for name in ("latitude_micro", "longitude_micro"):
        op.add_column("outlet", sa.Column(name, Ty("INTEGER"), autoincrement=False, nullable=True))
    op.add_column("target_account", _instant("shared_at"))
    with op.batch_alter_table("development_plan", copy_from=_plan(later=False)) as batch_op:
        for column in _columns():
            batch_op.add_column(column)
        batch_op.create_foreign_key(
            op.f("fk_development_plan_source"), "development_plan", ["source"], ["id"], ondelete="RESTRICT"
        )
        batch_op.drop_constraint(op.f("ck_development_plan_state_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_development_plan_state_known"), STATES)
        batch_op.create_check_constraint(op.f("ck_development_plan_proposal_to_dealer"), PROPOSAL)
    for guard in GUARDS:
        for text in _guard(*guard):
            op.get_bind().exec_driver_sql(text)


def downgrade() -> None:
    for name, event, _, _ in GUARDS:
        table = event.rsplit(" ", 1)[-1]
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"drop trigger {name}")
        else:
            op.execute(f"drop trigger {name} on {table}")
            op.execute(f"drop function {name}()")
    op.execute("update development_plan set state = 'declined' where state = 'replaced'")
    with op.batch_alter_table("development_plan", copy_from=_plan(later=True)) as batch_op:
        batch_op.drop_constraint(op.f("ck_development_plan_proposal_to_dealer"), type_="check")
        batch_op.drop_constraint(op.f("ck_development_plan_state_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_development_plan_state_known"), EARLIER)
        batch_op.drop_constraint(op.f("fk_development_plan_source"), type_="foreignkey")
        for column in reversed(_columns()):
            batch_op.drop_column(column.name)
    op.drop_column("target_account", "shared_at")
    for name in ("longitude_micro", "latitude_micro"):
        op.drop_column("outlet", name)
