"""English words for the codes of the target list, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.plans.targeting import ShareSource, Stage

STAGES = {
    Stage.TARGET: "On the list",
    Stage.VISITED: "Visited",
    Stage.TRIAL: "Trial",
    Stage.OPENED: "First order",
    Stage.REPEAT: "Ordered again",
}
STAGE_TONES = {
    Stage.TARGET: "",
    Stage.VISITED: "blue",
    Stage.TRIAL: "mid",
    Stage.OPENED: "good",
    Stage.REPEAT: "good",
}
SOURCES = {
    ShareSource.OBSERVED: "Seen there",
    ShareSource.TOLD: "Told to us",
    ShareSource.ESTIMATED: "Estimated",
    ShareSource.DECLINED: "Would not say",
}
PARTS = {
    "class": "Class",
    "target": "On the target list",
    "share": "Competitors’ share",
    "unseen": "Not seen for long",
}

register_words(
    {
        "plans.target_added": "put an account on the target list",
        "plans.target_proposed": "proposed an account for the target list",
        "plans.target_changed": "changed what is known of a target",
        "plans.target_removed": "took an account off the target list",
        "plans.target_shown": "showed a target to its dealer",
        "plans.target_hidden": "showed a target to its dealer no longer",
        "plans.targets_exported": "took the target list out of the portal",
    }
)
