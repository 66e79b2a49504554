"""What the database refuses in negotiations: changing what was offered, asked for or answered."""

from __future__ import annotations

from portal.db.extras import Extra

_SAID = "what was said about a target does not change"
_OFFERED = "an offered target does not change"
_FIXED = (
    "season, account, version, side, baseline, baseline_minor, amount_minor, note, by_user_id, created_at"
)
_IS_OFFERED = "exists (select 1 from season_target t where t.id = {row}.target and t.offered_at is not null)"


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
    _guard("season_answer_no_update", "update on season_answer", _SAID, "true"),
    _guard("season_answer_no_delete", "delete on season_answer", _SAID, "true"),
    _guard(
        "season_target_no_update",
        f"update of {_FIXED} on season_target",
        _OFFERED,
        "old.offered_at is not null",
    ),
    _guard("season_target_no_delete", "delete on season_target", _OFFERED, "old.offered_at is not null"),
    *(
        _guard(f"{table}_no_{event}", f"{event} on {table}", _OFFERED, _IS_OFFERED.format(row=row))
        for table in ("season_target_share", "season_target_reason")
        for event, row in (("insert", "new"), ("update", "old"), ("delete", "old"))
    ),
)
NEGOTIATION = Extra(
    name="season_negotiation",
    sqlite=tuple(sqlite for sqlite, _ in _GUARDS),
    postgres=tuple(text for _, postgres in _GUARDS for text in postgres),
)
