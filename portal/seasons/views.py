"""What pages of seasons show, made from rows: the ribbon, suggestions, words in the current language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.network.controllers.requests import translated
from portal.seasons import words
from portal.seasons.model import SeasonKind
from portal.seasons.queries.suggestions import next_dates
from portal.seasons.ribbon import Lane, ribbon
from portal.web import formats
from portal.web.i18n import choose, gettext, translate
from rules.months import Month, months_between

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from markupsafe import Markup

    from portal.seasons.queries.seasons import SeasonRow
    from portal.seasons.queries.suggestions import Found
    from rules.seasons import Season

_BEFORE, _SHOWN = 6, 18


def word_tables() -> dict[str, Any]:
    """Return the words every page of seasons uses, in the current language."""
    return {
        "kinds": translated(words.KINDS),
        "states": translated(words.STATES),
        "state_tones": {str(state): tone for state, tone in words.STATE_TONES.items()},
        "target_states": translated(words.TARGET_STATES),
        "target_tones": {str(state): tone for state, tone in words.TARGET_TONES.items()},
        "growth_kinds": translated(words.GROWTH_KINDS),
        "growth_states": translated(words.GROWTH_STATES),
        "answers": translated(words.ANSWERS),
        "parties": translated(words.PARTIES),
        "levels": translated(words.LEVELS),
    }


def label_of(season: SeasonRow) -> str:
    """Return a season's name in the current language."""
    return choose(season.label, season.label_en)


def place_of(season: SeasonRow) -> str:
    """Return where a season holds, in words."""
    region = choose(season.region_name, season.region_name_en) if season.region else gettext("All regions")
    return f"{region} · {season.category or gettext('all categories')}"


def span_of(season: SeasonRow) -> str:
    """Return the first and the last month in words."""
    first, last = season.months[0], season.months[-1]
    return f"{formats.month(first)} – {formats.month(last)}"


def calendar_ribbon(seasons: Sequence[SeasonRow], today: dt.date) -> Markup | str:
    """Draw the seasons half a year back and a year ahead; empty when there is none."""
    now = Month.of(today)
    months = months_between(now.shift(-_BEFORE), now.shift(_SHOWN - _BEFORE - 1))
    lanes: dict[str, list[tuple[str, SeasonRow]]] = {}
    for season in reversed(seasons):
        if not set(season.months).isdisjoint(months):
            lanes.setdefault(place_of(season), []).append((label_of(season), season))
    if not lanes:
        return ""
    rows = [Lane(name, tuple(found)) for name, found in lanes.items()]
    return ribbon(rows, months, now, gettext("Seasons of the year"))


def suggestion_view(found: Found, today: dt.date) -> dict[str, Any]:
    """Return a suggestion as the page shows it: months with their index, seasons to take over."""
    now = Month.of(today)
    return {
        "found": found,
        "months": [
            {
                "month": month.month,
                "index": None if month.index_bp is None else formats.percent_bp(month.index_bp),
                "index_bp": month.index_bp or 0,
                "years": month.years,
                "kind": month.kind,
            }
            for month in found.months
        ],
        "seasons": [_season_view(found, season, now, sure=True) for season in found.seasons],
        "impressions": [_season_view(found, season, now, sure=False) for season in found.impressions],
    }


def _season_view(found: Found, season: Season, now: Month, *, sure: bool) -> dict[str, Any]:
    start, end = next_dates(season, now)
    region = choose(found.region.name, found.region.name_en)
    kind = gettext(words.KINDS[SeasonKind(season.kind)])
    years = (
        f"{start.first_on.year}"
        if start.first_on.year == end.shift(-1).first_on.year
        else (f"{start.first_on.year}–{end.shift(-1).first_on.year}")
    )
    return {
        "kind": season.kind,
        "kind_words": kind,
        "span": f"{formats.month(start)} – {formats.month(end.shift(-1))}",
        "sure": sure,
        "years": season.years,
        "values": {
            "label": f"{found.region.name} {years} {'비수기' if season.kind == 'off' else '성수기'}",
            "label_en": f"{found.region.name_en or found.region.name} {years}"
            f" {'off-season' if season.kind == 'off' else 'peak season'}",
            "kind": season.kind,
            "region": found.region.id,
            "category": found.category,
            "from_on": start.first_on,
            "until_on": end.first_on,
            "found": translate(
                "Found in %(months)s months of %(dealers)s dealers in %(region)s, %(years)s years per month.",
                months=found.known,
                dealers=found.dealers,
                region=region,
                years=season.years,
            ),
        },
    }
