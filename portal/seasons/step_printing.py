"""The sheet of one season step on paper: the words of the season page, with room to write by hand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.seasons import words
from portal.seasons.model import Step
from portal.seasons.printing import print_pool, step_line
from portal.seasons.steps import words_of
from portal.seasons.views import label_of, place_of, span_of
from portal.web.i18n import LOCALES, choose, gettext, in_locale, translate
from portal.web.printing.step import STYLESHEET, StepDocument, render_step, step_metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.seasons.queries.seasons import SeasonRow, StepRow
    from portal.seasons.steps import StepStanding
    from portal.settings import Settings


def step_document(
    season: SeasonRow,
    step: Step,
    rows: Mapping[Step, StepRow],
    standing: StepStanding | None,
    settings: Settings,
    now: dt.datetime,
) -> StepDocument:
    """Fill the document with what the season page shows, in the current language.

    Args:
        season: The season.
        step: Which of its steps.
        rows: Owner, day and note of every step.
        standing: How far the step is, or None when nobody can say.
        settings: Manufacturer, zone and public address.
        now: Instant the sheet stands as of.
    """
    count = f"{standing.done} / {standing.of}" if standing and standing.of else ""
    return StepDocument(
        manufacturer=choose(settings.company_name, settings.company_name_en),
        season=label_of(season),
        place=place_of(season),
        span=span_of(season),
        step=gettext(words.STEPS[step]),
        about=gettext(words.STEP_ABOUT[step]),
        says=translate(words_of(step, standing)),
        count=count,
        note=rows[step].note,
        at=list(Step).index(step),
        steps=tuple(step_line(rows[each]) for each in Step),
        code=season.code,
        as_of=now,
        verify_url=f"{settings.public_url.rstrip('/')}/seasons/{season.id}",
        zone=settings.business_zone,
    )


async def print_step(
    season: SeasonRow,
    step: Step,
    rows: Mapping[Step, StepRow],
    standing: StepStanding | None,
    settings: Settings,
    locale: str,
) -> bytes:
    """Return a step's sheet as PDF, as of this minute; an unknown language prints Korean.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    language = "en" if locale == LOCALES[1] else "ko"
    now = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)
    with in_locale(language):
        document = step_document(season, step, rows, standing, settings, now)
        html, metadata = render_step(document, language), step_metadata(document, language)
    return (await print_pool(settings).render(html, STYLESHEET, metadata)).pdf
