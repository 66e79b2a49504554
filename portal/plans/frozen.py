"""What the database refuses in plans: changing what was proposed, agreed or frozen, whoever asks."""

from __future__ import annotations

from portal.db.extras import Extra

_AGREED = "an agreed plan does not change"
_FROZEN = "a frozen plan does not change"
_IS_AGREED = (
    "exists (select 1 from development_plan p where p.id = {row}.plan"
    " and p.state not in ('making', 'draft', 'failed'))"
)
_IS_FROZEN = "old.state = 'frozen'"
PARTS = ("plan_person", "plan_line", "plan_day", "plan_stop")
"""Tables whose rows stand with the plan."""


def _guard(name: str, event: str, message: str, when: str) -> tuple[str, tuple[str, str]]:
    """Spell one refusal for SQLite and, with a function of its own, for PostgreSQL."""
    answer = "old" if event.startswith("delete") else "new"
    sqlite = f"create trigger {name} before {event} when {when} begin select raise(abort, '{message}'); end"
    function = f"""create function {name}() returns trigger language plpgsql as $$
begin
  if {when} then
    raise exception '{message}';
  end if;
  return {answer};
end $$"""
    trigger = f"create trigger {name} before {event} for each row execute function {name}()"
    return sqlite, (function, trigger)


_GUARDS = (
    _guard("development_plan_no_update", "update on development_plan", _FROZEN, _IS_FROZEN),
    _guard("development_plan_no_delete", "delete on development_plan", _FROZEN, _IS_FROZEN),
    *(
        _guard(f"{table}_no_{event}", f"{event} on {table}", _AGREED, _IS_AGREED.format(row=row))
        for table in PARTS
        for event, row in (("insert", "new"), ("update", "old"), ("delete", "old"))
    ),
)
AGREED_PLANS = Extra(
    name="plans_agreed",
    sqlite=tuple(sqlite for sqlite, _ in _GUARDS),
    postgres=tuple(text for _, postgres in _GUARDS for text in postgres),
)
