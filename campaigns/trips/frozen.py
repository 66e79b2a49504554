"""What the database refuses, whoever asks: changing a benefit that was booked, or a hospitality entry."""

from __future__ import annotations

from portal.db.extras import Extra

_SAYS = "what a dealer was given is append-only"
_TABLES = ("hospitality", "trip_benefit", "trip_booking")
_FUNCTION = f"""create function trip_given_refuse() returns trigger language plpgsql as $$
begin
  raise exception '{_SAYS}';
end $$"""

APPEND_ONLY_BENEFITS = Extra(
    name="trip_benefits_append_only",
    sqlite=tuple(
        f"create trigger {table}_no_{event} before {event} on {table} when true"
        f" begin select raise(abort, '{_SAYS}'); end"
        for table in _TABLES
        for event in ("delete", "update")
    ),
    postgres=(
        _FUNCTION,
        *(
            f"create trigger {table}_no_change before update or delete on {table}"
            " for each row execute function trip_given_refuse()"
            for table in _TABLES
        ),
    ),
)
