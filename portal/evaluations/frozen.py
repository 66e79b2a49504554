"""Once a run is published its results are history: the database refuses to change them, whoever asks."""

from __future__ import annotations

from portal.db.extras import Extra

_MESSAGE = "a published result does not change"
_CARD = (
    "points_milli, grade, previous_grade, held_reason, condition_bits, months_below_before, months_below,"
    " run, subject_key"
)
_RUN = (
    "month_on, subject_kind, as_of_at, rulebook, snapshot_sha256, contexts_sha256, results_sha256,"
    " is_reference_only"
)
_GOES_BACK = (
    "(old.state = 'published' and new.state not in ('published', 'closed'))"
    " or (old.state = 'closed' and new.state <> 'closed')"
)


def _sqlite(name: str, event: str, when: str) -> str:
    return f"create trigger {name} before {event} when {when} begin select raise(abort, '{_MESSAGE}'); end"


def _sqlite_published(row: str) -> str:
    return (
        "exists (select 1 from evaluation_run r"  # noqa: S608  from code
        f" where r.id = {row}.run and r.state in ('published', 'closed'))"
    )


def _postgres(name: str, event: str, function: str, when: str = "true") -> str:
    return f"create trigger {name} before {event} for each row when ({when}) execute function {function}()"


_SQLITE = (
    _sqlite("scorecard_no_change", f"update of {_CARD} on scorecard", _sqlite_published("old")),
    _sqlite("scorecard_no_delete", "delete on scorecard", _sqlite_published("old")),
    _sqlite("scorecard_no_insert", "insert on scorecard", _sqlite_published("new")),
    _sqlite(
        "evaluation_run_no_change",
        f"update of {_RUN} on evaluation_run",
        "old.state in ('published', 'closed')",
    ),
    _sqlite("evaluation_run_no_return", "update of state on evaluation_run", _GOES_BACK),
)
_FUNCTIONS = (
    f"""create function evaluation_refuse() returns trigger language plpgsql as $$
begin
  raise exception '{_MESSAGE}';
end $$""",
    f"""create function scorecard_refuse_published() returns trigger language plpgsql as $$
declare
  run_id bigint := case when tg_op = 'INSERT' then new.run else old.run end;
begin
  if exists (select 1 from evaluation_run r where r.id = run_id and r.state in ('published', 'closed')) then
    raise exception '{_MESSAGE}';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$""",  # noqa: S608  from code
)
_POSTGRES = (
    *_FUNCTIONS,
    _postgres("scorecard_no_change", f"update of {_CARD} on scorecard", "scorecard_refuse_published"),
    _postgres("scorecard_no_delete", "delete or insert on scorecard", "scorecard_refuse_published"),
    _postgres(
        "evaluation_run_no_change",
        f"update of {_RUN} on evaluation_run",
        "evaluation_refuse",
        "old.state in ('published', 'closed')",
    ),
    _postgres(
        "evaluation_run_no_return", "update of state on evaluation_run", "evaluation_refuse", _GOES_BACK
    ),
)
PUBLISHED_RESULTS = Extra(name="evaluation_results_frozen", sqlite=_SQLITE, postgres=_POSTGRES)
