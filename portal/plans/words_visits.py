"""English words for the codes of visits, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.plans.model import Outcome, Rank

OUTCOMES = {
    Outcome.MET: "Met",
    Outcome.ABSENT: "Nobody there",
    Outcome.CLOSED: "Shut",
    Outcome.REFUSED: "Refused to talk",
    Outcome.TRIAL: "Takes a trial",
    Outcome.ORDER: "Ordered",
}
OUTCOME_TONES = {
    Outcome.MET: "blue",
    Outcome.ABSENT: "",
    Outcome.CLOSED: "",
    Outcome.REFUSED: "low",
    Outcome.TRIAL: "mid",
    Outcome.ORDER: "good",
}
RANKS = {
    Rank.REPRESENTATIVE: "Representative",
    Rank.MANAGER: "Manager",
    Rank.HEAD_OFFICE: "Head office",
    Rank.DEALER_STAFF: "Dealer’s staff",
}

register_words(
    {
        "plans.visited": "logged a visit",
        "plans.visit_cancelled": "took a visit back",
        "plans.visits_exported": "took a list of visits out of the portal",
    }
)
