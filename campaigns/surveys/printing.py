"""The summary of a survey on paper: the values of the result page in the printing package's document."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from campaigns.surveys.queries.results import list_coverage, list_results
from campaigns.surveys.queries.surveys import list_questions
from campaigns.surveys.results import result_views
from portal.errors import NotFound
from portal.web.i18n import LOCALES, choose, gettext, in_locale
from portal.web.printing.pool import PrintPool
from portal.web.printing.survey import (
    STYLESHEET,
    PrintedArea,
    PrintedQuestion,
    PrintedRow,
    SurveyDocument,
    render_survey,
    survey_metadata,
)

if TYPE_CHECKING:
    from campaigns.surveys.queries.surveys import SurveyRow
    from campaigns.surveys.results import ResultView
    from portal.settings import Settings


async def document_of(survey: SurveyRow, settings: Settings, locale: str) -> SurveyDocument:
    """Fill the document with what the result page shows.

    Raises:
        NotFound: The survey still collects answers: its figures would not stand.
    """
    if survey.closed_at is None or survey.opened_at is None or survey.due_on is None:
        raise NotFound
    zone = settings.zone
    coverage = await list_coverage(survey.id)
    results = await list_results(survey, await list_questions(survey.id))
    with in_locale(locale):
        views = result_views(results, survey.least_answers)
        return SurveyDocument(
            manufacturer=choose(settings.company_name, settings.company_name_en),
            title=choose(survey.title, survey.title_en),
            season=choose(survey.season_label, survey.season_label_en),
            from_on=survey.opened_at.astimezone(zone).date(),
            until_on=survey.closed_at.astimezone(zone).date(),
            answers=survey.answers,
            dealers=sum(row.dealer for row in coverage),
            representatives=sum(row.manufacturer for row in coverage),
            declined=sum(row.declined for row in coverage),
            least=survey.least_answers,
            conclusion=survey.conclusion,
            questions=tuple(_question(view) for view in views),
            coverage=tuple(
                (row.area or gettext("without an area"), row.dealer, row.manufacturer, row.declined)
                for row in coverage
            ),
            verify_url=f"{settings.public_url.rstrip('/')}/my/surveys/{survey.id}/result",
            as_of=(survey.published_at or survey.closed_at).replace(microsecond=0),
            zone=settings.business_zone,
        )


def _question(view: ResultView) -> PrintedQuestion:
    return PrintedQuestion(
        view.label,
        view.sentence,
        view.enough,
        tuple(
            PrintedRow(line.label, line.n, line.value, line.beside, line.bar, line.enough)
            for line in view.lines
        ),
        tuple(PrintedArea(area.area, area.n, area.says, area.enough) for area in view.areas),
    )


def file_name(survey: SurveyRow) -> str:
    """Return the name of the PDF on the reader's disk."""
    return f"{gettext('Survey summary')}-{survey.season_code}-{survey.id}.pdf"


@cache
def _pool(workers: int, seconds: int, memory_bytes: int) -> PrintPool:
    from portal.settings import Settings  # noqa: PLC0415  only to hand the three limits on

    limits = {"print_workers": workers, "print_wall_seconds": seconds, "print_memory_bytes": memory_bytes}
    return PrintPool.from_settings(Settings.model_validate(limits))


async def print_survey(survey: SurveyRow, settings: Settings, locale: str) -> bytes:
    """Return a survey's summary as PDF; an unknown language prints Korean.

    Raises:
        NotFound: The survey still collects answers.
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    language = "en" if locale == LOCALES[1] else "ko"
    document = await document_of(survey, settings, language)
    pool = _pool(settings.print_workers, settings.print_wall_seconds, settings.print_memory_bytes)
    html, about = render_survey(document, language), survey_metadata(document, language)
    return (await pool.render(html, STYLESHEET, about)).pdf
