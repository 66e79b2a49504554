"""rebates and ledger.

Revision: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.db.metadata import Ty

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


# Triggers and functions as they were when this revision was written.
SQLITE_EXTRAS = (
    "create trigger ledger_operation_no_update before update of idempotency_key, content_sha256, kind, booked_on, account, version, period_on, component, settlement, program_sha256, inputs_sha256, reverses, reason, actor_user_id, actor_for_user_id, approver_user_id, approver_for_user_id, at on ledger_operation when true begin select raise(abort, 'the ledger is append-only'); end",
    "create trigger ledger_operation_no_delete before delete on ledger_operation when true begin select raise(abort, 'the ledger is append-only'); end",
    "create trigger ledger_operation_open_month before insert on ledger_operation when exists (select 1 from ledger_period m where m.month_on = new.booked_on and m.closed_at is not null) begin select raise(abort, 'this accounting month is closed'); end",
    "create trigger ledger_operation_unsealed before insert on ledger_operation when new.is_sealed begin select raise(abort, 'the postings of an operation add up to zero'); end",
    "create trigger ledger_operation_balanced before update of is_sealed on ledger_operation when old.is_sealed or not new.is_sealed or (select count(*) from ledger_posting p where p.operation = new.id) < 2 or (select sum(p.amount_minor) from ledger_posting p where p.operation = new.id) <> 0 begin select raise(abort, 'the postings of an operation add up to zero'); end",
    "create trigger ledger_posting_no_update before update on ledger_posting when true begin select raise(abort, 'the ledger is append-only'); end",
    "create trigger ledger_posting_no_delete before delete on ledger_posting when true begin select raise(abort, 'the ledger is append-only'); end",
    "create trigger ledger_posting_unsealed before insert on ledger_posting when exists (select 1 from ledger_operation o where o.id = new.operation and o.is_sealed) begin select raise(abort, 'the ledger is append-only'); end",
    "create trigger ledger_account_no_update before update on ledger_account when true begin select raise(abort, 'the ledger is append-only'); end",
    "create trigger ledger_account_no_delete before delete on ledger_account when true begin select raise(abort, 'the ledger is append-only'); end",
    "create trigger ledger_period_no_update before update on ledger_period when old.closed_at is not null begin select raise(abort, 'this accounting month is closed'); end",
    "create trigger ledger_period_no_delete before delete on ledger_period when old.closed_at is not null begin select raise(abort, 'this accounting month is closed'); end",
    "create trigger rebate_version_no_change before update of program, label, beneficiary, text, content, sha256, effective_from, effective_until, announced_on, author_user_id, submitted_by_user_id, submitted_for_user_id, submitted_at, approved_by_user_id, approved_for_user_id, approved_at on rebate_version when old.approved_at is not null begin select raise(abort, 'an approved programme does not change'); end",
    "create trigger rebate_version_no_return before update of state on rebate_version when (old.state = 'approved' and new.state not in ('approved', 'cancelled')) or (old.state = 'cancelled' and new.state <> 'cancelled') begin select raise(abort, 'an approved programme does not change'); end",
    "create trigger rebate_version_no_delete before delete on rebate_version when old.approved_at is not null begin select raise(abort, 'an approved programme does not change'); end",
    "create trigger rebate_version_not_own before update of approved_by_user_id on rebate_version when exists (select 1 from rebate_editor e where e.version = new.id and e.user_id in (new.approved_by_user_id, new.approved_for_user_id)) begin select raise(abort, 'nobody approves a programme of his own'); end",
    "create trigger rebate_acceptance_no_update before update on rebate_acceptance when true begin select raise(abort, 'an approved programme does not change'); end",
    "create trigger rebate_acceptance_no_delete before delete on rebate_acceptance when true begin select raise(abort, 'an approved programme does not change'); end",
    "create trigger rebate_settlement_no_change before update of version, kind, period_on, through_on, sequence, as_of_at, program_sha256, inputs_sha256, results_sha256, inputs, accounts, total_minor, delta_minor, booked_on on rebate_settlement when old.state = 'posted' begin select raise(abort, 'a posted settlement does not change'); end",
    "create trigger rebate_settlement_no_return before update of state on rebate_settlement when old.state in ('posted', 'cancelled') and new.state <> old.state begin select raise(abort, 'a posted settlement does not change'); end",
    "create trigger rebate_settlement_no_delete before delete on rebate_settlement when old.state = 'posted' begin select raise(abort, 'a posted settlement does not change'); end",
    "create trigger rebate_line_no_update before update on rebate_settlement_line when true begin select raise(abort, 'a posted settlement does not change'); end",
    "create trigger rebate_line_no_delete before delete on rebate_settlement_line when exists (select 1 from rebate_settlement s where s.id = old.settlement and s.state = 'posted') begin select raise(abort, 'a posted settlement does not change'); end",
    "create trigger rebate_line_no_insert before insert on rebate_settlement_line when exists (select 1 from rebate_settlement s where s.id = new.settlement and s.state = 'posted') begin select raise(abort, 'a posted settlement does not change'); end",
    "create trigger rebate_payout_no_change before update of total_minor, lines, content_sha256, proposed_by_user_id, proposed_for_user_id, proposed_at, approved_by_user_id, approved_for_user_id, approved_at on rebate_payout when old.approved_at is not null begin select raise(abort, 'an approved payout does not change'); end",
    "create trigger rebate_payout_no_delete before delete on rebate_payout when old.approved_at is not null begin select raise(abort, 'an approved payout does not change'); end",
    "create trigger rebate_payout_line_no_change before update of payout, account, amount_minor on rebate_payout_line when true begin select raise(abort, 'an approved payout does not change'); end",
    "create trigger rebate_payout_line_no_delete before delete on rebate_payout_line when true begin select raise(abort, 'an approved payout does not change'); end",
)
POSTGRES_EXTRAS = (
    """create function ledger_operation_no_update() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'the ledger is append-only';
  end if;
  return new;
end $$""",
    "create trigger ledger_operation_no_update before update of idempotency_key, content_sha256, kind, booked_on, account, version, period_on, component, settlement, program_sha256, inputs_sha256, reverses, reason, actor_user_id, actor_for_user_id, approver_user_id, approver_for_user_id, at on ledger_operation for each row execute function ledger_operation_no_update()",
    """create function ledger_operation_no_delete() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'the ledger is append-only';
  end if;
  return old;
end $$""",
    "create trigger ledger_operation_no_delete before delete on ledger_operation for each row execute function ledger_operation_no_delete()",
    """create function ledger_operation_open_month() returns trigger language plpgsql as $$
begin
  if exists (select 1 from ledger_period m where m.month_on = new.booked_on and m.closed_at is not null) then
    raise exception 'this accounting month is closed';
  end if;
  return new;
end $$""",
    "create trigger ledger_operation_open_month before insert on ledger_operation for each row execute function ledger_operation_open_month()",
    """create function ledger_operation_unsealed() returns trigger language plpgsql as $$
begin
  if new.is_sealed then
    raise exception 'the postings of an operation add up to zero';
  end if;
  return new;
end $$""",
    "create trigger ledger_operation_unsealed before insert on ledger_operation for each row execute function ledger_operation_unsealed()",
    """create function ledger_operation_balanced() returns trigger language plpgsql as $$
begin
  if old.is_sealed or not new.is_sealed or (select count(*) from ledger_posting p where p.operation = new.id) < 2 or (select sum(p.amount_minor) from ledger_posting p where p.operation = new.id) <> 0 then
    raise exception 'the postings of an operation add up to zero';
  end if;
  return new;
end $$""",
    "create trigger ledger_operation_balanced before update of is_sealed on ledger_operation for each row execute function ledger_operation_balanced()",
    """create function ledger_posting_no_update() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'the ledger is append-only';
  end if;
  return new;
end $$""",
    "create trigger ledger_posting_no_update before update on ledger_posting for each row execute function ledger_posting_no_update()",
    """create function ledger_posting_no_delete() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'the ledger is append-only';
  end if;
  return old;
end $$""",
    "create trigger ledger_posting_no_delete before delete on ledger_posting for each row execute function ledger_posting_no_delete()",
    """create function ledger_posting_unsealed() returns trigger language plpgsql as $$
begin
  if exists (select 1 from ledger_operation o where o.id = new.operation and o.is_sealed) then
    raise exception 'the ledger is append-only';
  end if;
  return new;
end $$""",
    "create trigger ledger_posting_unsealed before insert on ledger_posting for each row execute function ledger_posting_unsealed()",
    """create function ledger_account_no_update() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'the ledger is append-only';
  end if;
  return new;
end $$""",
    "create trigger ledger_account_no_update before update on ledger_account for each row execute function ledger_account_no_update()",
    """create function ledger_account_no_delete() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'the ledger is append-only';
  end if;
  return old;
end $$""",
    "create trigger ledger_account_no_delete before delete on ledger_account for each row execute function ledger_account_no_delete()",
    """create function ledger_period_no_update() returns trigger language plpgsql as $$
begin
  if old.closed_at is not null then
    raise exception 'this accounting month is closed';
  end if;
  return new;
end $$""",
    "create trigger ledger_period_no_update before update on ledger_period for each row execute function ledger_period_no_update()",
    """create function ledger_period_no_delete() returns trigger language plpgsql as $$
begin
  if old.closed_at is not null then
    raise exception 'this accounting month is closed';
  end if;
  return old;
end $$""",
    "create trigger ledger_period_no_delete before delete on ledger_period for each row execute function ledger_period_no_delete()",
    """create function rebate_version_no_change() returns trigger language plpgsql as $$
begin
  if old.approved_at is not null then
    raise exception 'an approved programme does not change';
  end if;
  return new;
end $$""",
    "create trigger rebate_version_no_change before update of program, label, beneficiary, text, content, sha256, effective_from, effective_until, announced_on, author_user_id, submitted_by_user_id, submitted_for_user_id, submitted_at, approved_by_user_id, approved_for_user_id, approved_at on rebate_version for each row execute function rebate_version_no_change()",
    """create function rebate_version_no_return() returns trigger language plpgsql as $$
begin
  if (old.state = 'approved' and new.state not in ('approved', 'cancelled')) or (old.state = 'cancelled' and new.state <> 'cancelled') then
    raise exception 'an approved programme does not change';
  end if;
  return new;
end $$""",
    "create trigger rebate_version_no_return before update of state on rebate_version for each row execute function rebate_version_no_return()",
    """create function rebate_version_no_delete() returns trigger language plpgsql as $$
begin
  if old.approved_at is not null then
    raise exception 'an approved programme does not change';
  end if;
  return old;
end $$""",
    "create trigger rebate_version_no_delete before delete on rebate_version for each row execute function rebate_version_no_delete()",
    """create function rebate_version_not_own() returns trigger language plpgsql as $$
begin
  if exists (select 1 from rebate_editor e where e.version = new.id and e.user_id in (new.approved_by_user_id, new.approved_for_user_id)) then
    raise exception 'nobody approves a programme of his own';
  end if;
  return new;
end $$""",
    "create trigger rebate_version_not_own before update of approved_by_user_id on rebate_version for each row execute function rebate_version_not_own()",
    """create function rebate_acceptance_no_update() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'an approved programme does not change';
  end if;
  return new;
end $$""",
    "create trigger rebate_acceptance_no_update before update on rebate_acceptance for each row execute function rebate_acceptance_no_update()",
    """create function rebate_acceptance_no_delete() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'an approved programme does not change';
  end if;
  return old;
end $$""",
    "create trigger rebate_acceptance_no_delete before delete on rebate_acceptance for each row execute function rebate_acceptance_no_delete()",
    """create function rebate_settlement_no_change() returns trigger language plpgsql as $$
begin
  if old.state = 'posted' then
    raise exception 'a posted settlement does not change';
  end if;
  return new;
end $$""",
    "create trigger rebate_settlement_no_change before update of version, kind, period_on, through_on, sequence, as_of_at, program_sha256, inputs_sha256, results_sha256, inputs, accounts, total_minor, delta_minor, booked_on on rebate_settlement for each row execute function rebate_settlement_no_change()",
    """create function rebate_settlement_no_return() returns trigger language plpgsql as $$
begin
  if old.state in ('posted', 'cancelled') and new.state <> old.state then
    raise exception 'a posted settlement does not change';
  end if;
  return new;
end $$""",
    "create trigger rebate_settlement_no_return before update of state on rebate_settlement for each row execute function rebate_settlement_no_return()",
    """create function rebate_settlement_no_delete() returns trigger language plpgsql as $$
begin
  if old.state = 'posted' then
    raise exception 'a posted settlement does not change';
  end if;
  return old;
end $$""",
    "create trigger rebate_settlement_no_delete before delete on rebate_settlement for each row execute function rebate_settlement_no_delete()",
    """create function rebate_line_no_update() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'a posted settlement does not change';
  end if;
  return new;
end $$""",
    "create trigger rebate_line_no_update before update on rebate_settlement_line for each row execute function rebate_line_no_update()",
    """create function rebate_line_no_delete() returns trigger language plpgsql as $$
begin
  if exists (select 1 from rebate_settlement s where s.id = old.settlement and s.state = 'posted') then
    raise exception 'a posted settlement does not change';
  end if;
  return old;
end $$""",
    "create trigger rebate_line_no_delete before delete on rebate_settlement_line for each row execute function rebate_line_no_delete()",
    """create function rebate_line_no_insert() returns trigger language plpgsql as $$
begin
  if exists (select 1 from rebate_settlement s where s.id = new.settlement and s.state = 'posted') then
    raise exception 'a posted settlement does not change';
  end if;
  return new;
end $$""",
    "create trigger rebate_line_no_insert before insert on rebate_settlement_line for each row execute function rebate_line_no_insert()",
    """create function rebate_payout_no_change() returns trigger language plpgsql as $$
begin
  if old.approved_at is not null then
    raise exception 'an approved payout does not change';
  end if;
  return new;
end $$""",
    "create trigger rebate_payout_no_change before update of total_minor, lines, content_sha256, proposed_by_user_id, proposed_for_user_id, proposed_at, approved_by_user_id, approved_for_user_id, approved_at on rebate_payout for each row execute function rebate_payout_no_change()",
    """create function rebate_payout_no_delete() returns trigger language plpgsql as $$
begin
  if old.approved_at is not null then
    raise exception 'an approved payout does not change';
  end if;
  return old;
end $$""",
    "create trigger rebate_payout_no_delete before delete on rebate_payout for each row execute function rebate_payout_no_delete()",
    """create function rebate_payout_line_no_change() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'an approved payout does not change';
  end if;
  return new;
end $$""",
    "create trigger rebate_payout_line_no_change before update of payout, account, amount_minor on rebate_payout_line for each row execute function rebate_payout_line_no_change()",
    """create function rebate_payout_line_no_delete() returns trigger language plpgsql as $$
begin
  if true then
    raise exception 'an approved payout does not change';
  end if;
  return old;
end $$""",
    "create trigger rebate_payout_line_no_delete before delete on rebate_payout_line for each row execute function rebate_payout_line_no_delete()",
)
SQLITE_DROPS = (
    "drop trigger rebate_payout_line_no_delete",
    "drop trigger rebate_payout_line_no_change",
    "drop trigger rebate_payout_no_delete",
    "drop trigger rebate_payout_no_change",
    "drop trigger rebate_line_no_insert",
    "drop trigger rebate_line_no_delete",
    "drop trigger rebate_line_no_update",
    "drop trigger rebate_settlement_no_delete",
    "drop trigger rebate_settlement_no_return",
    "drop trigger rebate_settlement_no_change",
    "drop trigger rebate_acceptance_no_delete",
    "drop trigger rebate_acceptance_no_update",
    "drop trigger rebate_version_not_own",
    "drop trigger rebate_version_no_delete",
    "drop trigger rebate_version_no_return",
    "drop trigger rebate_version_no_change",
    "drop trigger ledger_period_no_delete",
    "drop trigger ledger_period_no_update",
    "drop trigger ledger_account_no_delete",
    "drop trigger ledger_account_no_update",
    "drop trigger ledger_posting_unsealed",
    "drop trigger ledger_posting_no_delete",
    "drop trigger ledger_posting_no_update",
    "drop trigger ledger_operation_balanced",
    "drop trigger ledger_operation_unsealed",
    "drop trigger ledger_operation_open_month",
    "drop trigger ledger_operation_no_delete",
    "drop trigger ledger_operation_no_update",
)
POSTGRES_DROPS = (
    "drop trigger rebate_payout_line_no_delete on rebate_payout_line",
    "drop trigger rebate_payout_line_no_change on rebate_payout_line",
    "drop trigger rebate_payout_no_delete on rebate_payout",
    "drop trigger rebate_payout_no_change on rebate_payout",
    "drop trigger rebate_line_no_insert on rebate_settlement_line",
    "drop trigger rebate_line_no_delete on rebate_settlement_line",
    "drop trigger rebate_line_no_update on rebate_settlement_line",
    "drop trigger rebate_settlement_no_delete on rebate_settlement",
    "drop trigger rebate_settlement_no_return on rebate_settlement",
    "drop trigger rebate_settlement_no_change on rebate_settlement",
    "drop trigger rebate_acceptance_no_delete on rebate_acceptance",
    "drop trigger rebate_acceptance_no_update on rebate_acceptance",
    "drop trigger rebate_version_not_own on rebate_version",
    "drop trigger rebate_version_no_delete on rebate_version",
    "drop trigger rebate_version_no_return on rebate_version",
    "drop trigger rebate_version_no_change on rebate_version",
    "drop trigger ledger_period_no_delete on ledger_period",
    "drop trigger ledger_period_no_update on ledger_period",
    "drop trigger ledger_account_no_delete on ledger_account",
    "drop trigger ledger_account_no_update on ledger_account",
    "drop trigger ledger_posting_unsealed on ledger_posting",
    "drop trigger ledger_posting_no_delete on ledger_posting",
    "drop trigger ledger_posting_no_update on ledger_posting",
    "drop trigger ledger_operation_balanced on ledger_operation",
    "drop trigger ledger_operation_unsealed on ledger_operation",
    "drop trigger ledger_operation_open_month on ledger_operation",
    "drop trigger ledger_operation_no_delete on ledger_operation",
    "drop trigger ledger_operation_no_update on ledger_operation",
    "drop function rebate_payout_line_no_delete",
    "drop function rebate_payout_line_no_change",
    "drop function rebate_payout_no_delete",
    "drop function rebate_payout_no_change",
    "drop function rebate_line_no_insert",
    "drop function rebate_line_no_delete",
    "drop function rebate_line_no_update",
    "drop function rebate_settlement_no_delete",
    "drop function rebate_settlement_no_return",
    "drop function rebate_settlement_no_change",
    "drop function rebate_acceptance_no_delete",
    "drop function rebate_acceptance_no_update",
    "drop function rebate_version_not_own",
    "drop function rebate_version_no_delete",
    "drop function rebate_version_no_return",
    "drop function rebate_version_no_change",
    "drop function ledger_period_no_delete",
    "drop function ledger_period_no_update",
    "drop function ledger_account_no_delete",
    "drop function ledger_account_no_update",
    "drop function ledger_posting_unsealed",
    "drop function ledger_posting_no_delete",
    "drop function ledger_posting_no_update",
    "drop function ledger_operation_balanced",
    "drop function ledger_operation_unsealed",
    "drop function ledger_operation_open_month",
    "drop function ledger_operation_no_delete",
    "drop function ledger_operation_no_update",
)


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "ledger_period",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("month_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "requested_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("requested_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("requested_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("closed_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("closed_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("closed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "(closed_at is null) = (closed_by_user_id is null)",
            name=op.f("ck_ledger_period_closed_by_someone"),
        ),
        sa.CheckConstraint(
            "closed_by_user_id is null or (closed_by_user_id <> requested_by_user_id and closed_by_user_id <> coalesce(requested_for_user_id, -1) and coalesce(closed_for_user_id, -2) <> requested_by_user_id and coalesce(closed_for_user_id, -2) <> coalesce(requested_for_user_id, -1))",
            name=op.f("ck_ledger_period_two_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_period")),
        sa.UniqueConstraint("month_on", name=op.f("uq_ledger_period_month_on")),
    )
    op.create_table(
        "rebate_payout",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "state",
            Ty("VARCHAR", 12),
            server_default=sa.text("'proposed'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "total_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("lines", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "content_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "proposed_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("proposed_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("proposed_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("approved_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approved_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approved_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("exported_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("exported_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'approved', 'exported', 'paid', 'declined')",
            name=op.f("ck_rebate_payout_state_known"),
        ),
        sa.CheckConstraint(
            "state not in ('approved', 'exported', 'paid') or approved_by_user_id is not null",
            name=op.f("ck_rebate_payout_approved_by_someone"),
        ),
        sa.CheckConstraint(
            "approved_by_user_id is null or (approved_by_user_id <> proposed_by_user_id and approved_by_user_id <> coalesce(proposed_for_user_id, -1) and coalesce(approved_for_user_id, -2) <> proposed_by_user_id and coalesce(approved_for_user_id, -2) <> coalesce(proposed_for_user_id, -1))",
            name=op.f("ck_rebate_payout_two_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_payout")),
    )
    with op.batch_alter_table("rebate_payout", schema=None) as batch_op:
        batch_op.create_index("ix_rebate_payout_state", ["state", "id"], unique=False)

    op.create_table(
        "rebate_version",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column(
            "program", Ty("VARCHAR", 40), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "label", Ty("VARCHAR", 80), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "beneficiary",
            Ty("VARCHAR", 10),
            server_default=sa.text("'dealer'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "state", Ty("VARCHAR", 12), server_default=sa.text("'draft'"), autoincrement=False, nullable=False
        ),
        sa.Column("text", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column("version", Ty("INTEGER"), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("content", Ty("TEXT"), autoincrement=False, nullable=True),
        sa.Column(
            "sha256", Ty("VARCHAR", 64), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("effective_from", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("effective_until", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("announced_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column(
            "author_user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("created_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "edited_by_user_id",
            Ty("BIGINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("edited_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("submitted_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("submitted_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("submitted_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column("approved_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approved_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approved_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint(
            "beneficiary in ('dealer', 'outlet', 'terminal')",
            name=op.f("ck_rebate_version_beneficiary_known"),
        ),
        sa.CheckConstraint(
            "state <> 'approved' or approved_by_user_id is not null",
            name=op.f("ck_rebate_version_approved_by_someone"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'cancelled') or (content is not null and sha256 <> '' and effective_from is not null and announced_on is not null and submitted_by_user_id is not null)",
            name=op.f("ck_rebate_version_fixed_when_submitted"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'approved', 'cancelled')",
            name=op.f("ck_rebate_version_state_known"),
        ),
        sa.CheckConstraint(
            "announced_on is null or announced_on <= effective_from",
            name=op.f("ck_rebate_version_told_before"),
        ),
        sa.CheckConstraint(
            "approved_by_user_id is null or (approved_by_user_id <> submitted_by_user_id and approved_by_user_id <> coalesce(submitted_for_user_id, -1) and coalesce(approved_for_user_id, -2) <> submitted_by_user_id and coalesce(approved_for_user_id, -2) <> coalesce(submitted_for_user_id, -1))",
            name=op.f("ck_rebate_version_two_people"),
        ),
        sa.CheckConstraint("length(text) <= 262144", name=op.f("ck_rebate_version_text_bounded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_version")),
    )
    with op.batch_alter_table("rebate_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rebate_version_one_beginning",
            ["program", "effective_from"],
            unique=True,
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.create_index("ix_rebate_version_state", ["state", "id"], unique=False)

    op.create_table(
        "rebate_editor",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("first_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["rebate_version.id"], name=op.f("fk_rebate_editor_version"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_editor")),
        sa.UniqueConstraint("version", "user_id", name="uq_rebate_editor_unique_person"),
    )
    op.create_table(
        "rebate_settlement",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("period_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("through_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "sequence", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "state",
            Ty("VARCHAR", 12),
            server_default=sa.text("'computing'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("as_of_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column(
            "program_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "inputs_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "results_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "inputs", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=True
        ),
        sa.Column(
            "accounts", Ty("INTEGER"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "total_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "delta_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("preview_until_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column("booked_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("job_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("opened_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("opened_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("opened_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.Column("posted_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("posted_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("posted_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "kind in ('accrual', 'partial', 'final', 'correction')",
            name=op.f("ck_rebate_settlement_kind_known"),
        ),
        sa.CheckConstraint(
            "state in ('computing', 'draft', 'posting', 'posted', 'cancelled', 'failed')",
            name=op.f("ck_rebate_settlement_state_known"),
        ),
        sa.CheckConstraint(
            "state not in ('posting', 'posted') or booked_on is not null",
            name=op.f("ck_rebate_settlement_booked_when_posting"),
        ),
        sa.CheckConstraint("through_on >= period_on", name=op.f("ck_rebate_settlement_days_ordered")),
        sa.ForeignKeyConstraint(
            ["inputs"], ["stored_file.id"], name=op.f("fk_rebate_settlement_inputs"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["rebate_version.id"], name=op.f("fk_rebate_settlement_version"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_settlement")),
    )
    with op.batch_alter_table("rebate_settlement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rebate_settlement_once",
            ["version", "period_on", "kind", "through_on", "sequence"],
            unique=True,
            sqlite_where=sa.text("state not in ('cancelled', 'failed')"),
            postgresql_where=sa.text("state not in ('cancelled', 'failed')"),
        )
        batch_op.create_index(
            "ix_rebate_settlement_one_open",
            ["version"],
            unique=True,
            sqlite_where=sa.text("state in ('computing', 'draft', 'posting')"),
            postgresql_where=sa.text("state in ('computing', 'draft', 'posting')"),
        )

    op.create_table(
        "ledger_account",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "code", Ty("VARCHAR", 40), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "kind", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.CheckConstraint(
            "(account is null) = (kind in ('expense', 'bank'))", name=op.f("ck_ledger_account_whose")
        ),
        sa.CheckConstraint(
            "kind in ('expense', 'bank', 'accrued', 'payable')", name=op.f("ck_ledger_account_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_ledger_account_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_account_code")),
    )
    with op.batch_alter_table("ledger_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_account_account"), ["account"], unique=False)

    op.create_table(
        "ledger_operation",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "idempotency_key",
            Ty("VARCHAR", 160),
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
            "kind", Ty("VARCHAR", 12), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("booked_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("period_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column(
            "component",
            Ty("VARCHAR", 40),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "settlement",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "program_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "inputs_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "reverses",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "reason", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_sealed", Ty("BOOLEAN"), server_default=sa.text("(false)"), autoincrement=False, nullable=False
        ),
        sa.Column("actor_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("actor_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approver_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("approver_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "(reverses is not null) = (kind = 'reversal')",
            name=op.f("ck_ledger_operation_reversal_names_one"),
        ),
        sa.CheckConstraint(
            "kind in ('accrual', 'settlement', 'adjustment', 'reversal', 'payout')",
            name=op.f("ck_ledger_operation_kind_known"),
        ),
        sa.CheckConstraint(
            "kind not in ('accrual', 'settlement') or (version is not null and period_on is not null and settlement is not null and program_sha256 <> '' and inputs_sha256 <> '')",
            name=op.f("ck_ledger_operation_explained"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_ledger_operation_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reverses"],
            ["ledger_operation.id"],
            name=op.f("fk_ledger_operation_reverses"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["settlement"],
            ["rebate_settlement.id"],
            name=op.f("fk_ledger_operation_settlement"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["rebate_version.id"], name=op.f("fk_ledger_operation_version"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_operation")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_ledger_operation_idempotency_key")),
        sa.UniqueConstraint("reverses", name=op.f("uq_ledger_operation_reverses")),
    )
    with op.batch_alter_table("ledger_operation", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_operation_account", ["account", "id"], unique=False)
        batch_op.create_index("ix_ledger_operation_booked", ["booked_on", "id"], unique=False)
        batch_op.create_index(
            "ix_ledger_operation_key", ["version", "period_on", "account", "component"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_ledger_operation_settlement"), ["settlement"], unique=False)

    op.create_table(
        "rebate_acceptance",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "sha256", Ty("VARCHAR", 64), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("user_id", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("accepted_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_rebate_acceptance_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["rebate_version.id"], name=op.f("fk_rebate_acceptance_version"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_acceptance")),
        sa.UniqueConstraint("version", "account", name="uq_rebate_acceptance_unique_account"),
    )
    with op.batch_alter_table("rebate_acceptance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rebate_acceptance_account"), ["account"], unique=False)

    op.create_table(
        "rebate_settlement_line",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "settlement",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
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
            "component",
            Ty("VARCHAR", 40),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("place", Ty("SMALLINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column(
            "is_missing",
            Ty("BOOLEAN"),
            server_default=sa.text("(false)"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("basis", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("compare", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "months_with_orders",
            Ty("SMALLINT"),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "grade", Ty("VARCHAR", 2), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column("tier", Ty("SMALLINT"), autoincrement=False, nullable=True),
        sa.Column("rate_bp", Ty("INTEGER"), autoincrement=False, nullable=True),
        sa.Column(
            "exact_numerator",
            Ty("VARCHAR", 60),
            server_default=sa.text("'0'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "exact_denominator",
            Ty("VARCHAR", 40),
            server_default=sa.text("'1'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "amount_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "paid_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "delta_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "accrued_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "notes", Ty("VARCHAR", 400), server_default=sa.text("('')"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "inputs_sha256",
            Ty("VARCHAR", 64),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_rebate_settlement_line_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["settlement"],
            ["rebate_settlement.id"],
            name=op.f("fk_rebate_settlement_line_settlement"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_settlement_line")),
        sa.UniqueConstraint(
            "settlement", "account", "component", name="uq_rebate_settlement_line_unique_line"
        ),
    )
    with op.batch_alter_table("rebate_settlement_line", schema=None) as batch_op:
        batch_op.create_index("ix_rebate_settlement_line_account", ["account", "settlement"], unique=False)

    op.create_table(
        "rebate_standing",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "component",
            Ty("VARCHAR", 40),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("period_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("as_of_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column("basis", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "amount_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("projected_basis", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column(
            "projected_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column("next_from", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("distance", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("gain_minor", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("reach_bp", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_rebate_standing_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["rebate_version.id"], name=op.f("fk_rebate_standing_version"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_standing")),
        sa.UniqueConstraint("version", "account", "component", name="uq_rebate_standing_unique_key"),
    )
    with op.batch_alter_table("rebate_standing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rebate_standing_account"), ["account"], unique=False)
        batch_op.create_index(
            "ix_rebate_standing_reach",
            ["version", "reach_bp", "id"],
            unique=False,
            sqlite_where=sa.text("reach_bp is not null"),
            postgresql_where=sa.text("reach_bp is not null"),
        )

    op.create_table(
        "ledger_posting",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "operation",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "ledger_account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "amount_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_ledger_posting_not_nothing")),
        sa.ForeignKeyConstraint(
            ["ledger_account"],
            ["ledger_account.id"],
            name=op.f("fk_ledger_posting_ledger_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["operation"],
            ["ledger_operation.id"],
            name=op.f("fk_ledger_posting_operation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_posting")),
        sa.UniqueConstraint("operation", "ledger_account", name="uq_ledger_posting_unique_side"),
    )
    with op.batch_alter_table("ledger_posting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ledger_posting_ledger_account"), ["ledger_account"], unique=False
        )

    op.create_table(
        "rebate_appeal",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "line", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "account",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("text", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column(
            "evidence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "evidence_name",
            Ty("VARCHAR", 200),
            server_default=sa.text("('')"),
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
        sa.Column("due_on", Ty("DATE"), autoincrement=False, nullable=False),
        sa.Column(
            "outcome",
            Ty("VARCHAR", 10),
            server_default=sa.text("'open'"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("answer", Ty("TEXT"), server_default=sa.text("('')"), autoincrement=False, nullable=False),
        sa.Column("answered_by_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("answered_for_user_id", Ty("BIGINT"), autoincrement=False, nullable=True),
        sa.Column("answered_at", Ty("TIMESTAMPTZ"), autoincrement=False, nullable=True),
        sa.Column(
            "correction",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.CheckConstraint(
            "outcome = 'open' or (answered_by_user_id is not null and length(answer) > 0)",
            name=op.f("ck_rebate_appeal_answered_with_reason"),
        ),
        sa.CheckConstraint(
            "outcome in ('open', 'upheld', 'dismissed')", name=op.f("ck_rebate_appeal_outcome_known")
        ),
        sa.CheckConstraint(
            "length(text) between 1 and 2000 and length(answer) <= 2000",
            name=op.f("ck_rebate_appeal_text_bounded"),
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_rebate_appeal_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["correction"],
            ["rebate_settlement.id"],
            name=op.f("fk_rebate_appeal_correction"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["evidence"], ["stored_file.id"], name=op.f("fk_rebate_appeal_evidence"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["line"], ["rebate_settlement_line.id"], name=op.f("fk_rebate_appeal_line"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_appeal")),
    )
    with op.batch_alter_table("rebate_appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rebate_appeal_account"), ["account"], unique=False)
        batch_op.create_index("ix_rebate_appeal_due", ["outcome", "due_on", "id"], unique=False)
        batch_op.create_index(
            "ix_rebate_appeal_one_open",
            ["line"],
            unique=True,
            sqlite_where=sa.text("outcome = 'open'"),
            postgresql_where=sa.text("outcome = 'open'"),
        )

    op.create_table(
        "rebate_payout_line",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column(
            "payout",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
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
            "amount_minor", Ty("BIGINT"), server_default=sa.text("0"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "state", Ty("VARCHAR", 10), server_default=sa.text("'open'"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "reference",
            Ty("VARCHAR", 80),
            server_default=sa.text("('')"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("paid_on", Ty("DATE"), autoincrement=False, nullable=True),
        sa.Column(
            "operation",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.CheckConstraint(
            "state in ('open', 'paid', 'refused', 'returned')", name=op.f("ck_rebate_payout_line_state_known")
        ),
        sa.CheckConstraint(
            "state not in ('paid', 'returned') or (operation is not null and reference <> '')",
            name=op.f("ck_rebate_payout_line_paid_by_operation"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_rebate_payout_line_amount_positive")),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_rebate_payout_line_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["operation"],
            ["ledger_operation.id"],
            name=op.f("fk_rebate_payout_line_operation"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["payout"], ["rebate_payout.id"], name=op.f("fk_rebate_payout_line_payout"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebate_payout_line")),
        sa.UniqueConstraint("payout", "account", name="uq_rebate_payout_line_unique_account"),
    )
    with op.batch_alter_table("rebate_payout_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rebate_payout_line_one_open",
            ["account"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    # ### end Alembic commands ###

    extras = SQLITE_EXTRAS if op.get_bind().dialect.name == "sqlite" else POSTGRES_EXTRAS
    for statement in extras:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    drops = SQLITE_DROPS if op.get_bind().dialect.name == "sqlite" else POSTGRES_DROPS
    for statement in drops:
        op.get_bind().exec_driver_sql(statement)
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table("rebate_payout_line", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_rebate_payout_line_one_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.drop_table("rebate_payout_line")
    with op.batch_alter_table("rebate_appeal", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_rebate_appeal_one_open",
            sqlite_where=sa.text("outcome = 'open'"),
            postgresql_where=sa.text("outcome = 'open'"),
        )
        batch_op.drop_index("ix_rebate_appeal_due")
        batch_op.drop_index(batch_op.f("ix_rebate_appeal_account"))

    op.drop_table("rebate_appeal")
    with op.batch_alter_table("ledger_posting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_posting_ledger_account"))

    op.drop_table("ledger_posting")
    with op.batch_alter_table("rebate_standing", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_rebate_standing_reach",
            sqlite_where=sa.text("reach_bp is not null"),
            postgresql_where=sa.text("reach_bp is not null"),
        )
        batch_op.drop_index(batch_op.f("ix_rebate_standing_account"))

    op.drop_table("rebate_standing")
    with op.batch_alter_table("rebate_settlement_line", schema=None) as batch_op:
        batch_op.drop_index("ix_rebate_settlement_line_account")

    op.drop_table("rebate_settlement_line")
    with op.batch_alter_table("rebate_acceptance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rebate_acceptance_account"))

    op.drop_table("rebate_acceptance")
    with op.batch_alter_table("ledger_operation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_operation_settlement"))
        batch_op.drop_index("ix_ledger_operation_key")
        batch_op.drop_index("ix_ledger_operation_booked")
        batch_op.drop_index("ix_ledger_operation_account")

    op.drop_table("ledger_operation")
    with op.batch_alter_table("ledger_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_account_account"))

    op.drop_table("ledger_account")
    with op.batch_alter_table("rebate_settlement", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_rebate_settlement_one_open",
            sqlite_where=sa.text("state in ('computing', 'draft', 'posting')"),
            postgresql_where=sa.text("state in ('computing', 'draft', 'posting')"),
        )
        batch_op.drop_index(
            "ix_rebate_settlement_once",
            sqlite_where=sa.text("state not in ('cancelled', 'failed')"),
            postgresql_where=sa.text("state not in ('cancelled', 'failed')"),
        )

    op.drop_table("rebate_settlement")
    op.drop_table("rebate_editor")
    with op.batch_alter_table("rebate_version", schema=None) as batch_op:
        batch_op.drop_index("ix_rebate_version_state")
        batch_op.drop_index(
            "ix_rebate_version_one_beginning",
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )

    op.drop_table("rebate_version")
    with op.batch_alter_table("rebate_payout", schema=None) as batch_op:
        batch_op.drop_index("ix_rebate_payout_state")

    op.drop_table("rebate_payout")
    op.drop_table("ledger_period")
    # ### end Alembic commands ###
