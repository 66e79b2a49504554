"""What several pages of trips show: words, tabs, days, what is wrong with a form."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.trips import words
from campaigns.trips.policies import LEAD, MONEY, PLAN
from campaigns.trips.queries.trips import TripRow
from campaigns.trips.service.report import leads
from campaigns.trips.service.trips import CHANGEABLE
from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, translated
from portal.occasions import words as occasion_words
from portal.voice import words_opinions
from portal.web.forms import FormReader
from portal.web.i18n import choose, gettext
from portal.web.responses import shown


def word_tables() -> dict[str, Any]:
    """Return the words of trips in the current language, by the code's text."""
    return {
        "states": translated(occasion_words.STATES),
        "tones": {str(state): tone for state, tone in occasion_words.STATE_TONES.items()},
        "cost_kinds": translated(words.COST_KINDS),
        "categories": translated(words.CATEGORIES),
        "markers": translated(words.MARKERS),
        "hospitality_kinds": translated(words.HOSPITALITY),
        "open_kinds": translated(words.OPEN_KINDS),
        "opinion_topics": translated(words_opinions.TOPICS),
        "opinion_states": translated(words_opinions.STATES),
        "choose": choose,
    }


def form_context(form: FormReader | None, error: Invalid | None) -> dict[str, Any]:
    """Return what was typed and what is wrong with it, for showing a form again."""
    found: dict[str, str] = {}
    for problem in error.problems if error else ():
        words_ = shown(problem.message)
        found[problem.field] = f"{found[problem.field]} {words_}" if problem.field in found else words_
    return {"values": form.values if form else {}, "problems": found}


def trip_context(request: AnyRequest, viewer: Viewer, trip: TripRow) -> dict[str, Any]:
    """Return what every page of one trip shows: the trip, its tabs, what the viewer may do."""
    here = f"/trips/{trip.id}"
    path = request.scope["path"].rstrip("/")
    may_plan, may_lead = viewer.allowed(PLAN), viewer.allowed(LEAD) and leads(viewer, trip)
    tabs = [
        ("Overview", here),
        ("Invitation criteria", f"{here}/criteria"),
        ("Itinerary", f"{here}/itinerary"),
        *([("Rooms", f"{here}/rooms")] if may_plan or may_lead else []),
        *([("Costs", f"{here}/costs")] if viewer.allowed(MONEY) else []),
        *([("Leader’s pack", f"{here}/pack")] if may_lead else []),
        ("What came of it", f"{here}/result"),
    ]
    return {
        "trip": trip,
        "occasion": trip.occasion,
        "here_url": here,
        "trip_tabs": [
            {"href": href, "label": gettext(label), "count": None, "current": path == href}
            for label, href in tabs
        ],
        "may_plan": may_plan,
        "may_lead": may_lead,
        "is_changeable": trip.occasion.state in CHANGEABLE,
        "last_on": last_day(trip, viewer.zone),
        **word_tables(),
    }


def last_day(trip: TripRow, zone: str) -> dt.date:
    """Return a trip's last business day."""
    return (trip.occasion.ends_at - dt.timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def days_of(trip: TripRow, zone: str) -> list[dt.date]:
    """Return the business days of a trip, in order."""
    first = trip.occasion.starts_at.astimezone(ZoneInfo(zone)).date()
    return [first + dt.timedelta(days=n) for n in range((last_day(trip, zone) - first).days + 1)]
