"""QR codes of badges: an address that holds a sign-up's door code, as a drawing that needs no style."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import segno
from markupsafe import Markup

if TYPE_CHECKING:
    from portal.occasions.queries.roster import RosterRow
    from portal.settings import Settings


def door_url(settings: Settings, row: RosterRow) -> str:
    """Return the address on a badge: 144 random bits of the sign-up, worth something only at the door."""
    return f"{settings.public_url.rstrip('/')}/occasions/{row.occasion_id}/door/{row.door_code}"


def qr_svg(text: str, label: str) -> Markup:
    """Return a text as a QR drawing, black on white in every theme; ``label`` is read out."""
    drawing = segno.make(text, error="m", micro=False)
    sink = io.BytesIO()
    drawing.save(
        sink, kind="svg", xmldecl=False, svgns=True, scale=4, border=3, dark="#000", light="#fff",
        title=label, svgclass="qr", omitsize=True,
    )  # fmt: skip
    return Markup(sink.getvalue().decode())  # noqa: S704  segno escapes the title; the rest are numbers
