"""English words for the codes of occasions, the keys of their translations."""

from __future__ import annotations

from portal.occasions.model import OccasionKind, OccasionState, SeatState
from portal.occasions.service.notices import Notice

KINDS = {OccasionKind.TRAINING: "Training", OccasionKind.TRIP: "Trip"}
STATES = {
    OccasionState.DRAFT: "Draft",
    OccasionState.OPEN: "Signing up is open",
    OccasionState.CLOSED: "Signing up is over",
    OccasionState.HELD: "Took place",
    OccasionState.CANCELLED: "Called off",
}
STATE_TONES = {
    OccasionState.DRAFT: "",
    OccasionState.OPEN: "blue",
    OccasionState.CLOSED: "mid",
    OccasionState.HELD: "good",
    OccasionState.CANCELLED: "low",
}
SEAT_STATES = {
    SeatState.CONFIRMED: "Has a seat",
    SeatState.WAITING: "Waiting",
    SeatState.CANCELLED: "Cancelled",
}
SEAT_TONES = {SeatState.CONFIRMED: "good", SeatState.WAITING: "mid", SeatState.CANCELLED: ""}
LETTERS = {
    Notice.INVITED: "You are invited: %(title)s",
    Notice.CONFIRMED: "The seat is yours: %(title)s",
    Notice.WAITING: "You are on the waiting list: %(title)s",
    Notice.PROMOTED: "You have moved up, the seat is yours: %(title)s",
    Notice.WITHDRAWN: "The sign-up is cancelled: %(title)s",
    Notice.CHANGED: "Time or place have changed: %(title)s",
    Notice.CALLED_OFF: "Called off: %(title)s",
    Notice.REMINDER: "It begins soon: %(title)s",
}
