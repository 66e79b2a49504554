"""English words for the codes of surveys, the keys of their translations."""

from __future__ import annotations

from campaigns.surveys.model import QuestionKind, SurveyState
from portal.audit.words import register_words

STATES = {
    SurveyState.DRAFT: "Draft",
    SurveyState.OPEN: "Being answered",
    SurveyState.CLOSED: "No more answers",
    SurveyState.PUBLISHED: "Result given back",
}
STATE_TONES = {
    SurveyState.DRAFT: "",
    SurveyState.OPEN: "blue",
    SurveyState.CLOSED: "mid",
    SurveyState.PUBLISHED: "good",
}
KINDS = {
    QuestionKind.PERCENT: "Change in percent",
    QuestionKind.ONE: "One of several",
    QuestionKind.MANY: "Any of several",
    QuestionKind.PRODUCTS: "Products",
    QuestionKind.SCALE: "Scale",
    QuestionKind.TEXT: "Short text",
}
SIDES = {"": "Everybody", "dealer": "Dealers", "manufacturer": "Representatives"}
PLACE_KINDS = {"dealer": "Dealer", "outlet": "Outlet", "terminal": "Retail point"}

register_words(
    {
        "surveys.created": "started a survey",
        "surveys.changed": "changed a survey",
        "surveys.opened": "opened a survey",
        "surveys.closed": "closed a survey",
        "surveys.published": "gave the result of a survey back",
        "surveys.answered": "answered a survey",
        "surveys.exported": "took answers of a survey out of the portal",
    }
)
