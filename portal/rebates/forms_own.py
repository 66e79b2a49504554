"""The form of an appeal: what is wrong, and a photo or a PDF that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.rebates.model import APPEAL_CHARACTERS

if TYPE_CHECKING:
    from portal.web.forms import FormReader

EVIDENCE_BYTES = 10 * 1024**2
"""A photo of a phone fits three times; the file is kept in the database."""
_KINDS: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"WEBP", 8, "image/webp"),
    (b"ftypheic", 4, "image/heic"),
)

Evidence = tuple[str, str, bytes]


async def read_appeal(form: FormReader) -> tuple[str, Evidence | None]:
    """Return the text and the evidence of an appeal: name, media type and bytes, or None.

    Raises:
        Invalid: Nothing is said, or the file is none of a photo and a PDF, or too large.
    """
    text = form.text("text", longest=APPEAL_CHARACTERS, lines=True)
    evidence = await _evidence(form)
    form.check()
    return text, evidence


async def _evidence(form: FormReader) -> Evidence | None:
    upload = form.files.get("evidence")
    if upload is None or not upload.filename:
        return None
    content = await upload.read(EVIDENCE_BYTES + 1)
    if len(content) > EVIDENCE_BYTES:
        form.refuse(
            "evidence", "The file is larger than %(megabytes)s MB.", megabytes=EVIDENCE_BYTES // 1024**2
        )
        return None
    media_type = media_type_of(content)
    if not media_type:
        form.refuse("evidence", "Please attach a photo (JPEG, PNG, WebP, HEIC) or a PDF.")
        return None
    return upload.filename, media_type, content


def media_type_of(content: bytes) -> str:
    """Return the media type by the first bytes, whatever the file is called; empty for anything else."""
    for mark, place, media_type in _KINDS:
        if content[place : place + len(mark)] == mark:
            return media_type
    return ""
