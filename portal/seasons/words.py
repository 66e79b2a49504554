"""English words for the codes of seasons, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.seasons.model import (
    AnswerKind,
    GrowthKind,
    GrowthState,
    Party,
    SeasonKind,
    SeasonState,
    Step,
    TargetState,
)

KINDS = {SeasonKind.OFF: "Off-season", SeasonKind.PEAK: "Peak season"}
STATES = {SeasonState.DRAFT: "Draft", SeasonState.OPEN: "Under way", SeasonState.CLOSED: "Season closed"}
STATE_TONES = {SeasonState.DRAFT: "", SeasonState.OPEN: "good", SeasonState.CLOSED: "blue"}
STEPS = {
    Step.SURVEY: "Season survey",
    Step.TARGET: "Targets",
    Step.PLAN: "Development plan",
    Step.TRAINING: "Dealer training",
    Step.TRIP: "Dealer trip",
    Step.FORECAST: "Joint peak forecast",
    Step.READINESS: "Readiness for the peak",
}
STEP_ICONS = {
    Step.SURVEY: "clipboard-list",
    Step.TARGET: "target",
    Step.PLAN: "map-pin",
    Step.TRAINING: "school",
    Step.TRIP: "users",
    Step.FORECAST: "chart-line",
    Step.READINESS: "shield-check",
}
STEP_ABOUT = {
    Step.SURVEY: "Ask dealers and representatives what the season does to demand.",
    Step.TARGET: "Agree on targets: natural sales, growth points, consent.",
    Step.PLAN: "Plan outlets, visits and days of each month.",
    Step.TRAINING: "Use the quiet months for training.",
    Step.TRIP: "Travel together after the training; collect opinions.",
    Step.FORECAST: "Forecast the peak together with the dealers.",
    Step.READINESS: "See what the off-season has built for the peak.",
}
PARTIES = {Party.MANUFACTURER: "Manufacturer", Party.DEALER: "Dealer"}
TARGET_STATES = {
    TargetState.DRAFT: "Being drafted",
    TargetState.OFFERED: "Not answered yet",
    TargetState.COUNTERED: "Dealer asks for changes",
    TargetState.ACCEPTED: "Target agreed",
    TargetState.REPLACED: "Replaced",
    TargetState.WITHDRAWN: "Withdrawn",
}
TARGET_TONES = {
    TargetState.DRAFT: "",
    TargetState.OFFERED: "mid",
    TargetState.COUNTERED: "blue",
    TargetState.ACCEPTED: "good",
    TargetState.REPLACED: "",
    TargetState.WITHDRAWN: "",
}
ANSWERS = {
    AnswerKind.OFFER: "offered",
    AnswerKind.ACCEPT: "accepted",
    AnswerKind.COUNTER: "asked for changes",
    AnswerKind.COMMENT: "commented on",
    AnswerKind.AGREE: "agreed to",
    AnswerKind.WITHDRAW: "withdrew",
}
GROWTH_KINDS = {
    GrowthKind.OUTLET: "Second-tier outlet",
    GrowthKind.TERMINAL: "Retail point",
    GrowthKind.PRODUCT: "Product",
    GrowthKind.CHANNEL: "Channel",
}
GROWTH_STATES = {
    GrowthState.PROPOSED: "Proposed by the dealer",
    GrowthState.COUNTED: "Counted",
    GrowthState.DROPPED: "Dropped",
}
LEVELS = {1: "Deliveries to the dealer", 2: "Sales of the dealer himself"}

register_words(
    {
        "seasons.planned": "planned the season",
        "seasons.changed": "changed the season",
        "seasons.opened": "opened the season",
        "seasons.closed": "closed the season",
        "seasons.step": "changed a step of the season",
        "seasons.need": "wrote down what the peak needs",
        "seasons.baseline": "chose how natural sales are measured",
        "seasons.exported": "took targets out of the portal",
        "seasons.imported": "read targets from a file",
        "seasons.target_drafted": "began a target",
        "seasons.target_spread": "spread a total over the dealers",
        "seasons.target_parts": "split the target over outlets and retail points",
        "seasons.parts_exported": "took the split over outlets out of the portal",
        "seasons.target_discarded": "threw the draft of a target away",
        "seasons.target_offered": "offered a target",
        "seasons.target_withdrawn": "withdrew the target",
        "seasons.target_agreed": "agreed to the dealer's figures",
        "seasons.target_accepted": "accepted the target",
        "seasons.target_countered": "asked for another target",
        "seasons.target_commented": "commented on the target",
        "seasons.growth_named": "named a growth point",
        "seasons.growth_changed": "changed a growth point",
        "seasons.growth_counted": "counted a growth point",
        "seasons.growth_dropped": "dropped a growth point",
        "seasons.growth_result": "wrote down what came of a growth point",
    }
)
