"""What several pages of sessions show: words, days of the calendar, options of forms."""

from typing import Any

from portal.access import Viewer
from portal.network.controllers.requests import translated
from portal.occasions import words as occasion_words
from portal.web.i18n import translate
from training.courses.controllers.context import room_context
from training.sessions import words
from training.sessions.clashes import Clash

SESSIONS = "/training/sessions"


def session_words(viewer: Viewer) -> dict[str, Any]:
    """Return the tabs and the words of sessions in the current language."""
    return {
        "states": translated(occasion_words.STATES),
        "tones": {str(state): tone for state, tone in occasion_words.STATE_TONES.items()},
        "moves": translated(words.MOVES),
        "cost_kinds": translated(words.COSTS),
        "seat_states": translated(occasion_words.SEAT_STATES),
        "mark_names": translated(words.MARKS),
        **room_context(viewer, SESSIONS),
    }


def clash_rows(
    clashes: tuple[Clash, ...], said: dict[tuple[str, str], str] | None = None
) -> list[dict[str, Any]]:
    """Return what a page says about clashes: the reason, whether it is hard, the word said about it."""
    return [
        {
            "says": translate(one.says),
            "hard": one.kind.is_hard,
            "word": (said or {}).get((one.kind.value, one.key), ""),
        }
        for one in clashes
    ]
