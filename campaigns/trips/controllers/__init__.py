"""Pages of trips: planning, people, money, leading, fairness, hospitality, and a dealer's own view."""

from campaigns.trips.controllers.fairness import FairnessPages
from campaigns.trips.controllers.hospitality import HospitalityPages
from campaigns.trips.controllers.leading import TripLeading
from campaigns.trips.controllers.money import TripMoney
from campaigns.trips.controllers.own import OwnTrips
from campaigns.trips.controllers.pages import TripPages
from campaigns.trips.controllers.papers import TripPapers
from campaigns.trips.controllers.planning import TripPlanning
from campaigns.trips.controllers.rooms import TripRooms

HANDLERS = [
    TripPages,
    TripPlanning,
    TripRooms,
    TripMoney,
    TripLeading,
    TripPapers,
    FairnessPages,
    HospitalityPages,
    OwnTrips,
]

__all__ = ["HANDLERS"]
