"""The form of an appeal: what is wrong, and a photo or a PDF that shows it."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from portal.errors import Invalid
from portal.rebates.model import APPEAL_CHARACTERS
from portal.voice.photos import clean_photo

if TYPE_CHECKING:
    from portal.web.forms import FormReader

PDF = b"%PDF-"
MEGABYTE = 1024**2

Evidence = tuple[str, str, bytes]


async def read_appeal(form: FormReader, most_bytes: int) -> tuple[str, Evidence | None]:
    """Return the text and the evidence of an appeal: name, media type and bytes, or None.

    A photo comes back drawn anew as JPEG: where and with what it was taken is gone.

    Args:
        form: The form.
        most_bytes: Largest accepted file, inclusive.

    Raises:
        Invalid: Nothing is said, or the file is none of a photo and a PDF, or too large.
    """
    text = form.text("text", longest=APPEAL_CHARACTERS, lines=True)
    evidence = await _evidence(form, most_bytes)
    form.check()
    return text, evidence


async def _evidence(form: FormReader, most_bytes: int) -> Evidence | None:
    upload = form.files.get("evidence")
    if upload is None or not upload.filename:
        return None
    content = await upload.read(most_bytes + 1)
    if len(content) > most_bytes:
        size = max(1, most_bytes // MEGABYTE)
        form.refuse("evidence", "The file is larger than %(megabytes)s MB.", megabytes=size)
        return None
    name = PurePosixPath(upload.filename.replace("\\", "/"))
    if content.startswith(PDF):
        return name.name, "application/pdf", content
    try:
        return f"{name.stem}.jpg", "image/jpeg", await asyncio.to_thread(clean_photo, content)
    except Invalid:
        form.refuse("evidence", "Please attach a photo (JPEG, PNG, WebP) or a PDF.")
    return None
