"""Pages of surveys: building and results for the manufacturer, answering for both sides, the outbox."""

from campaigns.surveys.controllers.answering import OwnSurveys
from campaigns.surveys.controllers.building import SurveyBuilder
from campaigns.surveys.controllers.pages import SurveyPages
from campaigns.surveys.controllers.phone import SurveyPhone
from campaigns.surveys.controllers.results import SurveyResults

HANDLERS = [SurveyPages, SurveyBuilder, SurveyResults, OwnSurveys, SurveyPhone]

__all__ = ["HANDLERS"]
