"""English words for the codes of sessions, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.occasions.model import OccasionMove
from training.sessions.model import CostKind, View

MOVES = {
    OccasionMove.OPEN: "Open it for sign-up",
    OccasionMove.CLOSE: "Close the list",
    OccasionMove.REOPEN: "Open it again",
    OccasionMove.HOLD: "It was held",
    OccasionMove.CANCEL: "Call it off",
}
COSTS = {
    CostKind.LECTURERS: "Lecturers",
    CostKind.VENUE: "Venue",
    CostKind.MEALS: "Meals",
    CostKind.MATERIALS: "Materials",
    CostKind.OTHER: "Other",
}
VIEWS = {View.MONTH: "Month", View.WEEK: "Week"}
MARKS = {
    "content": "Content",
    "lecturers": "Lecturers",
    "place": "Place and organisation",
    "usefulness": "Of use in my work",
}

register_words(
    {
        "training.session_planned": "planned a training session",
        "training.session_changed": "changed a training session",
        "training.session_moved": "moved a training session on",
        "training.costs_changed": "changed the costs of a training session",
        "training.key_shown": "opened the right answers of a test",
        "training.test_taken": "took a test",
        "training.feedback_given": "gave feedback on a training session",
        "training.certified": "issued certificates",
        "training.certificate_revoked": "revoked a certificate",
        "training.printed": "printed certificates",
    }
)
