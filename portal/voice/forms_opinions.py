"""Forms of opinions: text in, commands out, every problem at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portal.voice.forms import free_text, new_key, read_photo
from portal.voice.opinion_sources import namer_of
from portal.voice.opinions import TEXT_MAX, OpinionCommand, OpinionTopic, SourceKind
from portal.voice.queries.opinion_lists import source_of

if TYPE_CHECKING:
    from litestar.datastructures import FormMultiDict

    from portal.access import Viewer
    from portal.voice.queries.dealers import VoiceDealer
    from portal.web.forms import FormReader

_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ROWS_MOST = 50
_ID_DIGITS = 16
CODE_MAX = 40


async def read_opinion(form: FormReader, viewer: Viewer, dealer: VoiceDealer | None) -> OpinionCommand:
    """Read an opinion, with a name or without.

    Args:
        form: Fields ``client_key, signed (1 or 0), topic, source, text, photo``; ``solution`` from our side.
        viewer: Who sends it; only sources that person may see count.
        dealer: The dealer named or the sender's; None when the form named none of the viewer's part.

    Raises:
        Invalid: With everything found wrong.
    """
    signed = form.choice("signed", ["1", "0"]) == "1"
    if signed and dealer is None:
        form.refuse("dealer", "No dealer of yours has this code or name.")
    key = form.values.get("client_key", "")
    kind, number = await _source(form, viewer)
    upload = form.files.get("photo")
    if not signed and upload is not None and await upload.read(1):
        form.refuse("photo", "A photo can tell who took it. Leave it out, or put your name to the opinion.")
    ours = not viewer.is_dealer_side
    command = OpinionCommand(
        client_key=key if _KEY.fullmatch(key) else new_key(),
        topic=form.member("topic", OpinionTopic),
        text=free_text(form, "text", TEXT_MAX, lines=True),
        dealer_id=dealer.id if signed and dealer else None,
        source_kind=kind,
        source_id=number,
        region_path=(dealer.region_path or "") if dealer and not signed else "",
        photo=await read_photo(form) if signed else None,
        solution=free_text(form, "solution", TEXT_MAX, shortest=0, lines=True) if ours else "",
    )
    form.check()
    return command


async def _source(form: FormReader, viewer: Viewer) -> tuple[SourceKind, int | None]:
    """Return the source chosen; one the viewer may not see is the same as one that is not there."""
    found = source_of(form.values.get("source") or SourceKind.OWN.value)
    if found is None:
        form.refuse("source", "Please choose one of the options.")
        return SourceKind.OWN, None
    kind, number = found
    if number is None:
        return SourceKind.OWN, None
    namer = namer_of(kind.value)
    if namer is None or number not in await namer.names(viewer, [number]):
        form.refuse("source", "Please choose one of the options.")
    return kind, number


def read_code(form: FormReader) -> str:
    """Read the code of an opinion without a name.

    Raises:
        Invalid: There is none.
    """
    code = form.text("code", longest=CODE_MAX)
    form.check()
    return code


def chosen_rows(form: FormMultiDict, field: str = "rows") -> list[int]:
    """Return the ids ticked in a list, at most 50; anything but numbers is ignored."""
    texts = [value for value in form.getall(field, []) if isinstance(value, str)]
    return [
        int(text)
        for text in texts[:ROWS_MOST]
        if text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS
    ]
