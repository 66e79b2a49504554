"""What several pages of opinions show: words, sources to choose from, a photo as an answer."""

from typing import Any

from litestar import Response

from portal.access import Viewer
from portal.errors import NotFound
from portal.files.queries import get_file
from portal.network.controllers.requests import translated
from portal.voice import words_opinions as words
from portal.voice.opinion_sources import SourceName, namer_of, names_of
from portal.voice.opinions import SourceKind
from portal.voice.queries.opinion_lists import source_of
from portal.voice.queries.opinions import OpinionView
from portal.web.formats import day
from portal.web.i18n import gettext


def word_tables() -> dict[str, Any]:
    """Return the words of opinions in the current language, by the code's text."""
    return {
        "states": translated(words.STATES),
        "tones": {str(state): tone for state, tone in words.STATE_TONES.items()},
        "topics": translated(words.TOPICS),
        "sources": translated(words.SOURCES),
        "event_words": translated(words.EVENTS),
    }


def source_label(kind: str, named: SourceName | None) -> str:
    """Return a source in words, in the current language; its kind alone when nobody names it."""
    word = gettext(words.SOURCES[SourceKind(kind)])
    return f"{word}: {named.label} ({day(named.on)})" if named else word


async def source_options(viewer: Viewer, chosen: str) -> list[tuple[str, str]]:
    """Return the sources the viewer may name, none in particular first, the one asked for among them."""
    options = {SourceKind.OWN.value: gettext(words.SOURCES[SourceKind.OWN])}
    for kind in SourceKind:
        namer = namer_of(kind.value)
        if namer is not None:
            for number, name in await namer.choices(viewer):
                options[f"{kind.value}-{number}"] = source_label(kind.value, name)
    asked = source_of(chosen)
    if asked and asked[1] is not None and chosen not in options:
        found = await names_of(viewer, [(asked[0].value, asked[1])])
        for (kind_name, number), name in found.items():
            options[f"{kind_name}-{number}"] = source_label(kind_name, name)
    return list(options.items())


async def source_of_opinion(viewer: Viewer, opinion: OpinionView) -> dict[str, str]:
    """Return label and link of an opinion's source as the viewer's side finds it."""
    kind = opinion.source_kind.value
    found = await names_of(viewer, [(kind, opinion.source_id)])
    named = found.get((kind, opinion.source_id or 0))
    href = "" if named is None else named.own_href if viewer.is_dealer_side else named.href
    return {"source_label": source_label(kind, named), "source_href": href}


async def photo_of(opinion: OpinionView) -> Response[bytes]:
    """Return an opinion's photo.

    Raises:
        NotFound: It has none.
    """
    stored = None if opinion.photo_id is None else await get_file(opinion.photo_id)
    if stored is None:
        raise NotFound
    headers = {"Cache-Control": "no-store", "Content-Disposition": "inline"}
    return Response(stored.content, media_type="image/jpeg", headers=headers)
