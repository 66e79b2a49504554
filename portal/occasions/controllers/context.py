"""What several pages of occasions show: words, what is wrong with a form, the programme."""

from typing import Any

from portal.errors import Invalid
from portal.network.controllers.requests import translated
from portal.occasions import words
from portal.web.forms import FormReader
from portal.web.i18n import choose
from portal.web.responses import shown


def word_tables() -> dict[str, Any]:
    """Return the words of occasions in the current language, by the code's text."""
    return {
        "kinds": translated(words.KINDS),
        "states": translated(words.STATES),
        "tones": {str(state): tone for state, tone in words.STATE_TONES.items()},
        "seat_states": translated(words.SEAT_STATES),
        "seat_tones": {str(state): tone for state, tone in words.SEAT_TONES.items()},
        "choose": choose,
    }


def form_context(form: FormReader | None, error: Invalid | None) -> dict[str, Any]:
    """Return what was typed and what is wrong with it, for showing a form again."""
    found: dict[str, str] = {}
    for problem in error.problems if error else ():
        found.setdefault(problem.field, shown(problem.message))
    return {"values": form.values if form else {}, "problems": found}
