"""Build the static TrueType print fonts from Pretendard's variable font.

Printing needs fonts of a certain kind (docs/printing.md): static, because a variable font costs a
second a document; TrueType outlines, because the CID-keyed OpenType ones print digits that some
readers leave blank; tabular digits as the default ones, because asking for them in CSS leaks memory.
The family is renamed: Pretendard is a reserved font name under the SIL Open Font Licence.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FAMILY = "Bisugi Sans"
SOURCE = "pretendard/dist/public/variable/PretendardVariable.ttf"
LICENCE = "pretendard/dist/LICENSE.txt"
MANIFEST = "fonts.json"
RECIPE = 4  # raise when the steps below change, so that cached fonts are built anew

KEPT_FEATURES = ("calt", "ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum")


@dataclass(frozen=True, slots=True)
class Face:
    """One weight of the print family."""

    style: str
    weight: int

    @property
    def file_name(self) -> str:
        """Name of the font file inside the output folder."""
        return f"BisugiSans-{self.style.replace(' ', '')}.ttf"


FACES = (Face("Regular", 400), Face("SemiBold", 600), Face("Bold", 700))


class FontSourceMissingError(FileNotFoundError):
    """The npm package with the variable font is not installed."""


def build_fonts(node_modules: Path, out: Path) -> list[Path]:
    """Make the three print fonts, or return those already made from the same source.

    Args:
        node_modules: Folder with npm's ``pretendard`` inside.
        out: Folder for the fonts, their licence and a manifest; made if missing.

    Returns:
        Paths of the regular, semibold and bold font. Equal sources give equal bytes.

    Raises:
        FontSourceMissingError: ``pretendard`` is not below ``node_modules``.
    """
    source = node_modules / SOURCE
    if not source.is_file():
        raise FontSourceMissingError(f"{source} is missing: install the npm packages first")
    paths = [out / face.file_name for face in FACES]
    recipe = {"recipe": RECIPE, "fonttools": _fonttools_version(), "source": _sha256(source)}
    if _is_current(out, recipe, paths):
        return paths
    out.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(min(len(FACES), os.cpu_count() or 1)) as workers:
        for built in [workers.submit(_build_face, source, face, out) for face in FACES]:
            built.result()
    shutil.copyfile(node_modules / LICENCE, out / "OFL.txt")
    fonts = {path.name: _sha256(path) for path in paths}
    manifest = {**recipe, "fonts": fonts, "characters": _character_ranges(paths[0])}
    (out / MANIFEST).write_text(json.dumps(manifest) + "\n", encoding="utf-8")
    return paths


def fonts_hash(folder: Path) -> str:
    """Return one SHA-256 over the three print fonts, or ``""`` where they are not built."""
    digest = hashlib.sha256()
    for face in FACES:
        path = folder / face.file_name
        if not path.is_file():
            return ""
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_current(out: Path, recipe: dict[str, Any], paths: list[Path]) -> bool:
    manifest = out / MANIFEST
    if not manifest.is_file() or not all(path.is_file() for path in paths):
        return False
    fonts = {path.name: _sha256(path) for path in paths}
    built = json.loads(manifest.read_text(encoding="utf-8"))
    return all(built.get(key) == value for key, value in {**recipe, "fonts": fonts}.items())


def _build_face(source: Path, face: Face, out: Path) -> None:
    from fontTools.ttLib import TTFont  # noqa: PLC0415  only the asset build needs it
    from fontTools.varLib.instancer import instantiateVariableFont  # noqa: PLC0415  as above

    with TTFont(source, recalcTimestamp=False) as variable:
        font = instantiateVariableFont(variable, {"wght": face.weight}, static=True)
        _use_tabular_digits(font)
        _subset(font)
        _rename(font, face)
        font["OS/2"].usWeightClass = face.weight
        partial = out / f"{face.file_name}.part"
        font.save(partial, reorderTables=True)
    partial.replace(out / face.file_name)


def _character_ranges(path: Path) -> list[tuple[int, int]]:
    """List the characters of a font as first and last code points, both inclusive."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  only the asset build needs it

    ranges: list[tuple[int, int]] = []
    with TTFont(path, lazy=True) as font:
        codes = sorted(font.getBestCmap())
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return ranges


def _use_tabular_digits(font: Any) -> None:
    """Point the characters 0 to 9 at their equally wide glyphs."""
    wide = _single_substitutions(font, "tnum")
    for table in font["cmap"].tables:
        for code in range(ord("0"), ord("9") + 1):
            if code in table.cmap:
                table.cmap[code] = wide.get(table.cmap[code], table.cmap[code])


def _single_substitutions(font: Any, feature: str) -> dict[str, str]:
    table = font["GSUB"].table
    indexes = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == feature
        for index in record.Feature.LookupListIndex
    }
    pairs: dict[str, str] = {}
    for index in sorted(indexes):
        for subtable in table.LookupList.Lookup[index].SubTable:
            pairs.update(getattr(getattr(subtable, "ExtSubTable", subtable), "mapping", {}))
    return pairs


def _subset(font: Any) -> None:
    """Keep every character, drop the alternates and hints that print never asks for."""
    from fontTools import subset  # noqa: PLC0415  only the asset build needs it

    options = subset.Options(
        layout_features=list(KEPT_FEATURES),
        hinting=False,
        glyph_names=False,
        name_IDs=["*"],
        notdef_outline=True,
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)


def _rename(font: Any, face: Face) -> None:
    names = {
        1: FAMILY,
        2: face.style,
        3: f"{FAMILY} {face.style}",
        4: f"{FAMILY} {face.style}",
        6: f"{FAMILY.replace(' ', '')}-{face.style.replace(' ', '')}",
        16: FAMILY,
        17: face.style,
    }
    table = font["name"]
    copyright_lines = [record for record in table.names if record.nameID in (0, 13, 14)]
    table.names = copyright_lines
    for name_id, text in names.items():
        table.setName(text, name_id, 3, 1, 0x409)


def _fonttools_version() -> str:
    import fontTools  # noqa: PLC0415  only the asset build needs it

    return str(fontTools.version)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
