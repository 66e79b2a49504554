"""English words for the codes of evaluations, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from portal.evaluations.model import ActionKind, CardState, CommentKind, Outcome, RunState, SubjectKind, Tab

SUBJECTS = {SubjectKind.DEALER: "Dealers", SubjectKind.REPRESENTATIVE: "Sales representatives"}
CARD_STATES = {
    CardState.OPEN: "Awaits decision",
    CardState.SIGNED: "Signed off",
    CardState.RETURNED: "Returned",
}
CARD_TONES = {CardState.OPEN: "blue", CardState.SIGNED: "good", CardState.RETURNED: "mid"}
RUN_STATES = {
    RunState.COMPUTING: "Being computed",
    RunState.DRAFT: "Under review",
    RunState.REVIEWED: "Reviewed",
    RunState.PUBLISHED: "Published",
    RunState.CLOSED: "Month closed",
    RunState.FAILED: "Failed",
}
RUN_TONES = {
    RunState.COMPUTING: "",
    RunState.DRAFT: "blue",
    RunState.REVIEWED: "mid",
    RunState.PUBLISHED: "good",
    RunState.CLOSED: "good",
    RunState.FAILED: "low",
}
TABS = {Tab.ALL: "All", Tab.DECIDE: "To decide", Tab.DROPPED: "Grade fell", Tab.HELD: "Held"}
COMMENTS = {
    CommentKind.COMMENT: "Manager's comment",
    CommentKind.SELF_REVIEW: "Self-review",
    CommentKind.REPLY: "Reply",
    CommentKind.RETURN: "Returned",
    CommentKind.OBJECTION: "Objection",
    CommentKind.ANSWER: "Answer to the objection",
}
ACTIONS = {ActionKind.REWARD: "Reward", ActionKind.COACHING: "Coaching plan"}
OUTCOMES = {
    Outcome.REACHED: "Goal reached",
    Outcome.PARTLY: "Partly reached",
    Outcome.MISSED: "Goal not reached",
}
OUTCOME_TONES = {Outcome.REACHED: "good", Outcome.PARTLY: "mid", Outcome.MISSED: "low"}
# Names short enough to stand below a column of the waterfall.
SHORT_LINES = {
    "growth": "Growth",
    "terminals": "Retail points",
    "stability": "Stability",
    "attainment": "Attainment",
    "collection": "Collection",
    "retained": "New retained",
    "distribution": "Distribution",
    "conversion": "Conversion",
    "plan": "Plan",
    "coverage": "Coverage",
    "adherence": "Adherence",
}

register_words(
    {
        "evaluations.evaluate": "started the evaluation",
        "evaluations.computed": "computed the scorecards",
        "evaluations.comment": "commented",
        "evaluations.sign_off": "signed off",
        "evaluations.sign_off_undone": "took the sign-off back",
        "evaluations.return": "returned the scorecard",
        "evaluations.publish": "published the month",
        "evaluations.close_request": "asked to close the month",
        "evaluations.close": "closed the month",
        "evaluations.close_declined": "kept the month open",
        "evaluations.read": "read the sheet",
        "evaluations.reply": "replied",
        "evaluations.objection": "objected",
        "evaluations.answer": "answered the objection",
        "evaluations.self_review": "reviewed his own month",
        "evaluations.reward": "added a reward",
        "evaluations.coaching": "added a coaching plan",
        "evaluations.action_done": "marked as done",
        "evaluations.follow_ups_exported": "took coaching plans and rewards out of the portal",
        "evaluations.action_moved": "gave a coaching plan or reward a new day",
    }
)
