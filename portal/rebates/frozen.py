"""What the database refuses, whoever asks: changing a posting, a settled line, an approved programme."""

from __future__ import annotations

from dataclasses import dataclass

from portal.db.extras import Extra

_LEDGER = "the ledger is append-only"
_BALANCE = "the postings of an operation add up to zero"
_CLOSED = "this accounting month is closed"
_SETTLED = "a posted settlement does not change"
_APPROVED = "an approved programme does not change"
_OWN = "nobody approves a programme of his own"
_PAYOUT = "an approved payout does not change"


@dataclass(frozen=True)
class _Guard:
    """One refusal: before which event, under which condition over ``old`` and ``new``, with which words."""

    name: str
    event: str
    message: str
    when: str = "true"

    @property
    def table(self) -> str:
        return self.event.rsplit(" ", 1)[-1]


def _extra(name: str, *guards: _Guard) -> Extra:
    """Spell refusals for both databases; only PostgreSQL needs a function to each."""
    return Extra(
        name=name,
        sqlite=tuple(_sqlite(guard) for guard in guards),
        postgres=tuple(text for guard in guards for text in _postgres(guard)),
    )


def _sqlite(guard: _Guard) -> str:
    refuse = f"begin select raise(abort, '{guard.message}'); end"
    return f"create trigger {guard.name} before {guard.event} when {guard.when} {refuse}"


def _postgres(guard: _Guard) -> tuple[str, str]:
    answer = "old" if guard.event.startswith("delete") else "new"
    function = f"""create function {guard.name}() returns trigger language plpgsql as $$
begin
  if {guard.when} then
    raise exception '{guard.message}';
  end if;
  return {answer};
end $$"""
    trigger = f"create trigger {guard.name} before {guard.event} for each row execute function {guard.name}()"
    return function, trigger


_OPERATION = (
    "idempotency_key, content_sha256, kind, booked_on, account, version, period_on, component, settlement,"
    " program_sha256, inputs_sha256, reverses, reason, actor_user_id, actor_for_user_id, approver_user_id,"
    " approver_for_user_id, at"
)
_NOT_COMPLETE = (
    "old.is_sealed or not new.is_sealed"
    " or (select count(*) from ledger_posting p where p.operation = new.id) < 2"
    " or (select sum(p.amount_minor) from ledger_posting p where p.operation = new.id) <> 0"
)
_SEALED = "exists (select 1 from ledger_operation o where o.id = new.operation and o.is_sealed)"
_MONTH_CLOSED = (
    "exists (select 1 from ledger_period m where m.month_on = new.booked_on and m.closed_at is not null)"
)
APPEND_ONLY_LEDGER = _extra(
    "ledger_append_only",
    _Guard("ledger_operation_no_update", f"update of {_OPERATION} on ledger_operation", _LEDGER),
    _Guard("ledger_operation_no_delete", "delete on ledger_operation", _LEDGER),
    _Guard("ledger_operation_open_month", "insert on ledger_operation", _CLOSED, _MONTH_CLOSED),
    _Guard("ledger_operation_unsealed", "insert on ledger_operation", _BALANCE, "new.is_sealed"),
    _Guard("ledger_operation_balanced", "update of is_sealed on ledger_operation", _BALANCE, _NOT_COMPLETE),
    _Guard("ledger_posting_no_update", "update on ledger_posting", _LEDGER),
    _Guard("ledger_posting_no_delete", "delete on ledger_posting", _LEDGER),
    _Guard("ledger_posting_unsealed", "insert on ledger_posting", _LEDGER, _SEALED),
    _Guard("ledger_account_no_update", "update on ledger_account", _LEDGER),
    _Guard("ledger_account_no_delete", "delete on ledger_account", _LEDGER),
    _Guard("ledger_period_no_update", "update on ledger_period", _CLOSED, "old.closed_at is not null"),
    _Guard("ledger_period_no_delete", "delete on ledger_period", _CLOSED, "old.closed_at is not null"),
)

_FIXED = (
    "program, label, beneficiary, text, content, sha256, effective_from, effective_until, announced_on,"
    " author_user_id, submitted_by_user_id, submitted_for_user_id, submitted_at, approved_by_user_id,"
    " approved_for_user_id, approved_at, is_by_contract"
)
_GOES_BACK = (
    "(old.state = 'approved' and new.state not in ('approved', 'cancelled'))"
    " or (old.state = 'cancelled' and new.state <> 'cancelled')"
)
_WROTE_IT = (
    "exists (select 1 from rebate_editor e where e.version = new.id"
    " and e.user_id in (new.approved_by_user_id, new.approved_for_user_id))"
)
_WAS_APPROVED = "old.approved_at is not null"
FIXED_PROGRAMS = _extra(
    "rebate_programs_frozen",
    _Guard("rebate_version_no_change", f"update of {_FIXED} on rebate_version", _APPROVED, _WAS_APPROVED),
    _Guard("rebate_version_no_return", "update of state on rebate_version", _APPROVED, _GOES_BACK),
    _Guard("rebate_version_no_delete", "delete on rebate_version", _APPROVED, _WAS_APPROVED),
    _Guard("rebate_version_not_own", "update of approved_by_user_id on rebate_version", _OWN, _WROTE_IT),
    _Guard("rebate_acceptance_no_update", "update on rebate_acceptance", _APPROVED),
    _Guard("rebate_acceptance_no_delete", "delete on rebate_acceptance", _APPROVED),
)

_SETTLEMENT = (
    "version, kind, period_on, through_on, sequence, as_of_at, program_sha256, inputs_sha256, results_sha256,"
    " inputs, accounts, total_minor, delta_minor, booked_on"
)
_IS_POSTED = "old.state = 'posted'"
_LINE_POSTED = (
    "exists (select 1 from rebate_settlement s where s.id = {row}.settlement and s.state = 'posted')"
)
_PAYOUT_FIXED = (
    "total_minor, lines, content_sha256, proposed_by_user_id, proposed_for_user_id, proposed_at,"
    " approved_by_user_id, approved_for_user_id, approved_at"
)
FIXED_SETTLEMENTS = _extra(
    "rebate_settlements_frozen",
    _Guard(
        "rebate_settlement_no_change", f"update of {_SETTLEMENT} on rebate_settlement", _SETTLED, _IS_POSTED
    ),
    _Guard(
        "rebate_settlement_no_return",
        "update of state on rebate_settlement",
        _SETTLED,
        "old.state in ('posted', 'cancelled') and new.state <> old.state",
    ),
    _Guard("rebate_settlement_no_delete", "delete on rebate_settlement", _SETTLED, _IS_POSTED),
    _Guard("rebate_line_no_update", "update on rebate_settlement_line", _SETTLED),
    _Guard(
        "rebate_line_no_delete", "delete on rebate_settlement_line", _SETTLED, _LINE_POSTED.format(row="old")
    ),
    _Guard(
        "rebate_line_no_insert", "insert on rebate_settlement_line", _SETTLED, _LINE_POSTED.format(row="new")
    ),
    _Guard("rebate_payout_no_change", f"update of {_PAYOUT_FIXED} on rebate_payout", _PAYOUT, _WAS_APPROVED),
    _Guard("rebate_payout_no_delete", "delete on rebate_payout", _PAYOUT, _WAS_APPROVED),
    _Guard(
        "rebate_payout_line_no_change",
        "update of payout, account, amount_minor on rebate_payout_line",
        _PAYOUT,
    ),
    _Guard("rebate_payout_line_no_delete", "delete on rebate_payout_line", _PAYOUT),
)

_PROPOSED = "account, amount_minor, booked_on, reason, proposed_by_user_id, proposed_for_user_id, proposed_at"
_ADJUSTMENT = "a proposed adjustment is approved or declined, never changed"
FIXED_ADJUSTMENTS = _extra(
    "rebate_adjustments_frozen",
    _Guard("rebate_adjustment_no_change", f"update of {_PROPOSED} on rebate_adjustment", _ADJUSTMENT),
    _Guard(
        "rebate_adjustment_no_return",
        "update of state on rebate_adjustment",
        _ADJUSTMENT,
        "old.state <> 'proposed'",
    ),
    _Guard("rebate_adjustment_no_delete", "delete on rebate_adjustment", _ADJUSTMENT),
)
