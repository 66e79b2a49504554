"""English words for the codes of opinions, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.voice.opinions import OpinionEventKind, OpinionState, OpinionTopic, SourceKind

STATES = {
    OpinionState.OPEN: "Waits for an answer",
    OpinionState.REOPENED: "Asked again",
    OpinionState.ANSWERED: "Answered",
    OpinionState.CLOSED: "Concluded",
}
STATE_TONES = {
    OpinionState.OPEN: "mid",
    OpinionState.REOPENED: "low",
    OpinionState.ANSWERED: "blue",
    OpinionState.CLOSED: "good",
}
TOPICS = {
    OpinionTopic.PRODUCTS: "Products and mix",
    OpinionTopic.PRICES: "Prices and terms",
    OpinionTopic.INCENTIVES: "Incentives and settlement",
    OpinionTopic.DELIVERY: "Delivery",
    OpinionTopic.SUPPORT: "Support and materials",
    OpinionTopic.SYSTEM: "The portal and other systems",
    OpinionTopic.TRAINING: "Training and trips",
    OpinionTopic.EVALUATION: "Evaluation and criteria",
    OpinionTopic.MARKET: "Market and competition",
    OpinionTopic.OTHER: "Something else",
}
SOURCES = {
    SourceKind.TRAINING: "Training",
    SourceKind.TRIP: "Trip",
    SourceKind.VISIT: "Visit",
    SourceKind.OWN: "From nowhere in particular",
}
EVENTS = {
    OpinionEventKind.GIVEN: "gave it",
    OpinionEventKind.ASSIGNED: "named who answers",
    OpinionEventKind.ANSWERED: "answered",
    OpinionEventKind.WITHDRAWN: "took it back",
    OpinionEventKind.REOPENED: "asked again",
    OpinionEventKind.SOLVED: "said how it was solved",
    OpinionEventKind.CLOSED: "closed it",
    OpinionEventKind.NOTED: "noted for our side",
}

register_words(
    {
        "voice.opinion_given": "gave an opinion",
        "voice.opinion_assigned": "named who answers an opinion",
        "voice.opinion_taken_back": "took a step on an opinion back",
        "voice.opinion_answered": "answered an opinion",
        "voice.opinion_solved": "said how the problem of an opinion was solved",
        "voice.opinion_reopened": "asked again about an opinion",
        "voice.opinion_closed": "closed an opinion",
        "voice.opinions_exported": "took the register of opinions out of the portal",
        "voice.reverse_rated": "gave the manufacturer marks",
        "voice.reverse_taken_back": "took the marks for the manufacturer back",
        "voice.reverse_exported": "took the result of the reverse score card out of the portal",
    }
)
