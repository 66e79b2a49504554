"""The letter that brings a result back to those who answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.web.i18n import choose, in_locale, translate

if TYPE_CHECKING:
    from campaigns.surveys.queries.surveys import SurveyRow


def result_letter(survey: SurveyRow, locale: str, public_url: str) -> tuple[str, str]:
    """Return subject and text of the letter in a language."""
    with in_locale(locale):
        title = choose(survey.title, survey.title_en)
        subject = translate("The result of the survey is there: %(title)s", title=title)
        lines = (
            translate(
                "You answered; this is what all answers say together: %(count)s answers.",
                count=survey.answers,
            ),
            f"{public_url.rstrip('/')}/my/surveys/{survey.id}/result",
            translate("Answering or not answering never changes a score, an incentive or a limit."),
        )
        return " ".join(subject.split())[:200], "\n\n".join(lines)
