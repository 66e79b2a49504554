"""The fonts that printing may use: the bundled family, and a folder of the operator's for rare characters."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path

from portal.assets.fonts import FACES, FAMILY, MANIFEST, fonts_hash

BUNDLED = Path(__file__).resolve().parents[2] / "static" / "build" / "fonts"


@dataclass(frozen=True, slots=True)
class Typeface:
    """Where the print fonts are.

    Attributes:
        folder: The built fonts.
        fallback: Folder with further fonts for characters the bundled family lacks, such as Hanja.
        fallback_families: Names of the families in it.
    """

    folder: Path = BUNDLED
    fallback: Path | None = None
    fallback_families: frozenset[str] = frozenset()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder printing looks into."""
        return (self.folder, self.fallback) if self.fallback else (self.folder,)

    @property
    def families(self) -> frozenset[str]:
        """Names of the only families that may appear on paper."""
        return self.fallback_families | {FAMILY}

    def is_built(self) -> bool:
        """Whether all print fonts exist."""
        return all((self.folder / face.file_name).is_file() for face in FACES)

    def sha256(self) -> str:
        """Hash of the bundled fonts, ``""`` while they are not built."""
        return _hash_once(self.folder) if self.is_built() else ""


@functools.cache
def drawable_characters(folder: Path = BUNDLED) -> frozenset[int]:
    """Code points the bundled fonts can draw; empty while they are not built."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return frozenset()
    ranges = json.loads(manifest.read_text(encoding="utf-8"))["characters"]
    return frozenset(code for first, last in ranges for code in range(first, last + 1))


@functools.cache
def _hash_once(folder: Path) -> str:
    return fonts_hash(folder)
