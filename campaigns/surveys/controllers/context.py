"""What several pages of surveys show: the survey, its questions, words, what is wrong with a form."""

from typing import Any

from campaigns.surveys import words
from campaigns.surveys.model import PERCENT_LEAST, PERCENT_MOST, TEXT_ANSWER_MAX
from portal.errors import Invalid
from portal.network.controllers.requests import translated
from portal.web.forms import FormReader
from portal.web.i18n import choose
from portal.web.responses import shown


def word_tables() -> dict[str, Any]:
    """Return the words of surveys in the current language, by the code's text."""
    return {
        "states": translated(words.STATES),
        "tones": {str(state): tone for state, tone in words.STATE_TONES.items()},
        "kinds": translated(words.KINDS),
        "sides": translated(words.SIDES),
        "place_kinds": translated(words.PLACE_KINDS),
        "choose": choose,
        "percent_ends": (PERCENT_LEAST, PERCENT_MOST),
        "text_most": TEXT_ANSWER_MAX,
    }


def form_context(form: FormReader | None, error: Invalid | None) -> dict[str, Any]:
    """Return what was typed and what is wrong with it, for showing a form again."""
    found: dict[str, str] = {}
    for problem in error.problems if error else ():
        found.setdefault(problem.field, shown(problem.message))
    return {"values": form.values if form else {}, "problems": found}
