"""Several finished PDFs as one ZIP file with equal bytes for equal content."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 100  # characters, without the ending
_NOT_IN_NAMES = re.compile(r"[^\w.\-]+")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the format knows no earlier date, and the clock would change the bytes


def file_name(*parts: str, ending: str = "pdf") -> str:
    """Join parts into a file name that every system and archive accepts.

    Letters of all scripts, digits, ``.``, ``-`` and ``_`` stay; everything else becomes ``_``.
    """
    words = [_NOT_IN_NAMES.sub("_", unicodedata.normalize("NFC", part)).strip("._") for part in parts]
    return f"{'_'.join(word for word in words if word)[:LONGEST_NAME] or 'document'}.{ending}"


def zip_files(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Pack files in the order given; a repeated name gets a number.

    PDFs are compressed inside already, so they are stored as they are.
    """
    target = io.BytesIO()
    seen: dict[str, int] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            seen[name] = seen.get(name, 0) + 1
            stem, dot, ending = name.rpartition(".")
            shown = name if seen[name] == 1 else f"{stem}-{seen[name]}{dot}{ending}"
            entry = zipfile.ZipInfo(shown, _EARLIEST)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()
