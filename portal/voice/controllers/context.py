"""What several pages of voice show: words in the current language, a photo as an answer."""

from typing import Any

from litestar import Response

from portal.errors import Invalid, NotFound
from portal.files.queries import get_file
from portal.network.controllers.requests import translated
from portal.voice import words
from portal.voice.queries.items import ItemView
from portal.web.forms import FormReader
from portal.web.responses import shown


def word_tables() -> dict[str, Any]:
    """Return the words of voice in the current language, by the code's text."""
    return {
        "kinds": translated(words.KINDS),
        "states": translated(words.STATES),
        "tones": {str(state): tone for state, tone in words.STATE_TONES.items()},
        "topics": translated(words.TOPICS),
        "causes": translated(words.CAUSES),
        "evidence_words": translated(words.EVIDENCE),
        "event_words": translated(words.EVENTS),
    }


def form_context(form: FormReader | None, error: Invalid | None) -> dict[str, Any]:
    """Return what was typed and what is wrong with it, for showing a form again."""
    found: dict[str, str] = {}
    for problem in error.problems if error else ():
        found.setdefault(problem.field, shown(problem.message))
    return {"values": form.values if form else {}, "problems": found}


async def photo_of(item: ItemView) -> Response[bytes]:
    """Return an item's photo.

    Raises:
        NotFound: It has none.
    """
    stored = None if item.photo_id is None else await get_file(item.photo_id)
    if stored is None:
        raise NotFound
    headers = {"Cache-Control": "no-store", "Content-Disposition": "inline"}
    return Response(stored.content, media_type="image/jpeg", headers=headers)
