"""English words for the codes of trips, the keys of their translations."""

from __future__ import annotations

from campaigns.trips.model import CostCategory, CostKind, HospitalityKind, Marker
from portal.audit.words import register_words

COST_KINDS = {CostKind.PLANNED: "Planned", CostKind.SPENT: "Spent"}
CATEGORIES = {
    CostCategory.TRANSPORT: "Transport",
    CostCategory.STAY: "Rooms",
    CostCategory.MEAL: "Meals",
    CostCategory.ENTRY: "Tickets",
    CostCategory.INSURANCE: "Insurance",
    CostCategory.GIFT: "Gifts",
    CostCategory.STAFF: "Our own people",
    CostCategory.OTHER: "Other",
}
MARKERS = {Marker.NONE: "not said", Marker.FEMALE: "women", Marker.MALE: "men"}
HOSPITALITY = {
    HospitalityKind.MEAL: "Meal",
    HospitalityKind.GOLF: "Golf",
    HospitalityKind.GIFT: "Gift",
    HospitalityKind.OTHER: "Other",
}
OPEN_KINDS = {"concern": "Concern", "complaint": "Complaint", "promise": "Promise", "opinion": "Opinion"}

register_words(
    {
        "trips.created": "planned a trip",
        "trips.changed": "changed a trip",
        "trips.criteria": "published the criteria of a trip",
        "trips.stop_added": "added a line to an itinerary",
        "trips.stop_removed": "took a line out of an itinerary",
        "trips.rooms": "changed the rooms of a trip",
        "trips.person": "noted a marker or an emergency contact",
        "trips.cost_added": "noted a cost of a trip",
        "trips.cost_removed": "took back a cost of a trip",
        "trips.booked": "booked what dealers were given on a trip",
        "trips.topic": "noted what was discussed on a trip",
        "trips.reported": "handed in the report of a trip",
        "trips.exported": "took trip figures out of the portal",
        "hospitality.noted": "noted hospitality",
        "hospitality.corrected": "took a hospitality entry back",
        "hospitality.exported": "took the hospitality log out of the portal",
    }
)
