"""What the database refuses, whoever asks: changing a stored or approved rulebook, approving one's own."""

from __future__ import annotations

from portal.db.extras import Extra

_STORED = "a stored rulebook version does not change"
_APPROVED = "an approved rulebook does not change"
_TWO_PEOPLE = "nobody approves a rulebook of his own"
_FIXED = (
    "text, subject_kind, decision, label, base, content, effective_from, effective_until, announced_on,"
    " rehearsal, author_user_id, submitted_by_user_id, submitted_for_user_id, submitted_at,"
    " approved_by_user_id, approved_for_user_id, approved_at"
)
_GOES_BACK = (
    "(old.state = 'approved' and new.state not in ('approved', 'scheduled', 'cancelled'))"
    " or (old.state = 'scheduled' and new.state not in ('scheduled', 'cancelled'))"
    " or (old.state = 'cancelled' and new.state <> 'cancelled')"
)
_APPROVED_ONCE = "old.approved_at is not null"
_OWN = (
    "exists (select 1 from rulebook_editor e where e.proposal = new.id"
    " and e.user_id in (new.approved_by_user_id, new.approved_for_user_id))"
)


def _sqlite(name: str, event: str, when: str, message: str) -> str:
    return f"create trigger {name} before {event} when {when} begin select raise(abort, '{message}'); end"


def _postgres(name: str, event: str, function: str, when: str = "true") -> str:
    return f"create trigger {name} before {event} for each row when ({when}) execute function {function}()"


def _refusing(name: str, message: str) -> str:
    return f"""create function {name}() returns trigger language plpgsql as $$
begin
  raise exception '{message}';
end $$"""


_SQLITE = (
    _sqlite("rulebook_version_no_update", "update on rulebook_version", "true", _STORED),
    _sqlite("rulebook_version_no_delete", "delete on rulebook_version", "true", _STORED),
    _sqlite(
        "rulebook_proposal_no_change", f"update of {_FIXED} on rulebook_proposal", _APPROVED_ONCE, _APPROVED
    ),
    _sqlite("rulebook_proposal_no_delete", "delete on rulebook_proposal", _APPROVED_ONCE, _APPROVED),
    _sqlite("rulebook_proposal_no_return", "update of state on rulebook_proposal", _GOES_BACK, _APPROVED),
    _sqlite(
        "rulebook_proposal_two_people",
        "update of approved_by_user_id on rulebook_proposal",
        _OWN,
        _TWO_PEOPLE,
    ),
)
_POSTGRES = (
    _refusing("rulebook_refuse_stored", _STORED),
    _refusing("rulebook_refuse_approved", _APPROVED),
    f"""create function rulebook_refuse_own() returns trigger language plpgsql as $$
begin
  if {_OWN} then
    raise exception '{_TWO_PEOPLE}';
  end if;
  return new;
end $$""",
    _postgres("rulebook_version_no_change", "update or delete on rulebook_version", "rulebook_refuse_stored"),
    _postgres(
        "rulebook_proposal_no_change",
        f"update of {_FIXED} on rulebook_proposal",
        "rulebook_refuse_approved",
        _APPROVED_ONCE,
    ),
    _postgres(
        "rulebook_proposal_no_delete",
        "delete on rulebook_proposal",
        "rulebook_refuse_approved",
        _APPROVED_ONCE,
    ),
    _postgres(
        "rulebook_proposal_no_return",
        "update of state on rulebook_proposal",
        "rulebook_refuse_approved",
        _GOES_BACK,
    ),
    _postgres(
        "rulebook_proposal_two_people",
        "update of approved_by_user_id on rulebook_proposal",
        "rulebook_refuse_own",
    ),
)
APPROVED_RULEBOOKS = Extra(name="rulebooks_frozen", sqlite=_SQLITE, postgres=_POSTGRES)
