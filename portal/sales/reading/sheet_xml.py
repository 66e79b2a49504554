"""Look through the XML of an XLSX, streaming, before a spreadsheet library may allocate for it.

Finds how far a sheet really reaches (a 4.8 KB file can claim 17 thousand million cells), formulas
that may lack a stored value, failed formulas, and numbers that are shown with leading zeros.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from portal.sales.reading.messages import FileRefused
from portal.sales.reading.spec import MIB

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.sales.reading.spec import Limits

BLOCK = 64 * 1024
COLUMN_BASE = 1 << 20
"""A cell's key is column × this + row, both 0-based: rows end at 1,048,576."""

REMEMBERED_CELLS = 2_000_000
_DIGITS = "0123456789"


@dataclass(slots=True)
class SheetScan:
    """What the XML of one sheet says; rows and columns 0-based.

    Attributes:
        cells: Cells of the rectangle from A1 to the farthest cell.
        formulas: Keys of formulas whose type allows a missing value.
        errors: Key → text of a failed formula, such as #N/A.
        padded: Key → number of digits shown, for numbers with a format such as 00000.
    """

    last_row: int = -1
    last_column: int = -1
    formulas: set[int] = field(default_factory=set)
    errors: dict[int, str] = field(default_factory=dict)
    padded: dict[int, int] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """Cells a library would have to hold."""
        return (self.last_row + 1) * (self.last_column + 1)


@dataclass(frozen=True, slots=True)
class WorkbookScan:
    """What the workbook part says: sheet name → archive entry, epoch, and zero-padding cell styles."""

    entries: dict[str, str]
    epoch_1904: bool
    padded_styles: dict[str, int]


def scan_workbook(archive: zipfile.ZipFile, limits: Limits) -> WorkbookScan:
    """Read workbook.xml, its relations and the number formats; look through the shared strings.

    Raises:
        FileRefused: A part is damaged or carries a document type declaration.
    """
    names = {name.lower(): name for name in archive.namelist()}
    sheets: dict[str, str] = {}
    targets: dict[str, str] = {}
    flags: dict[str, bool] = {}

    def workbook(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets[attributes.get("name", "")] = relation
        elif tag == "workbookPr":
            flags["1904"] = attributes.get("date1904", "0") in {"1", "true"}

    def relations(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            path = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = posixpath.normpath(
                path.lstrip("/") if path.startswith("/") else f"xl/{path}"
            )

    _each_element(archive, names.get("xl/workbook.xml", "xl/workbook.xml"), limits, workbook)
    _each_element(archive, names.get("xl/_rels/workbook.xml.rels", ""), limits, relations)
    if "xl/sharedstrings.xml" in names:
        _each_element(archive, names["xl/sharedstrings.xml"], limits, None)
    styles = _padded_styles(archive, names["xl/styles.xml"], limits) if "xl/styles.xml" in names else {}
    entries = {sheet: names.get(targets.get(relation, "").lower(), "") for sheet, relation in sheets.items()}
    return WorkbookScan(entries, flags.get("1904", False), styles)


def scan_sheet(archive: zipfile.ZipFile, entry: str, styles: dict[str, int], limits: Limits) -> SheetScan:
    """Stream one sheet.

    Args:
        archive: The open XLSX.
        entry: The sheet's part.
        styles: Cell style → digits shown, from ``scan_workbook``.
        limits: Bounds the unpacked size.

    Raises:
        FileRefused: The part is damaged or carries a document type declaration.
    """
    scan = SheetScan()
    letters_seen: dict[str, int] = {}
    row, column, key, kind = -1, -1, 0, None
    error_texts: list[str] = []

    def element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, key, kind
        if tag == "c":
            reference = attributes.get("r")
            if reference is None:
                column += 1
            else:
                letters = reference.rstrip(_DIGITS)
                found = letters_seen.get(letters)
                column = letters_seen[letters] = _column(letters) if found is None else found
                row = int(reference[len(letters) :] or 0) - 1
            scan.last_row = max(scan.last_row, row)
            scan.last_column = max(scan.last_column, column)
            key, kind = column * COLUMN_BASE + row, attributes.get("t")
            parser.CharacterDataHandler = error_text if kind == "e" else None
            if styles and attributes.get("s") in styles and len(scan.padded) < REMEMBERED_CELLS:
                scan.padded[key] = styles[attributes["s"]]
        elif tag == "f":
            if kind != "str" and len(scan.formulas) < REMEMBERED_CELLS:
                scan.formulas.add(key)
        elif tag == "row":
            row, column = int(attributes.get("r", row + 2)) - 1, -1
            scan.last_row = max(scan.last_row, row)
        elif tag == "v" and kind == "e":
            error_texts.clear()

    def error_text(text: str) -> None:
        error_texts.append(text)
        scan.errors[key] = "".join(error_texts)[:20]

    parser = _parser(element)
    _feed(archive, entry, parser, limits)
    return scan


def _padded_styles(archive: zipfile.ZipFile, entry: str, limits: Limits) -> dict[str, int]:
    """Cell style → digits, for number formats that only pad with zeros (00000, 000-00000 is left alone)."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = False

    def element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            styles.append(attributes.get("numFmtId", ""))

    _each_element(archive, entry, limits, element)
    return {
        str(place): len(formats[style])
        for place, style in enumerate(styles)
        if re.fullmatch("0{2,15}", formats.get(style, ""))
    }


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter.upper()) - 64
    return number - 1


def _parser(element: Callable[[str, dict[str, str]], None] | None) -> Any:
    parser = expat.ParserCreate(namespace_separator=None)

    def start(tag: str, attributes: dict[str, str]) -> None:
        if element is not None:
            element(tag.rpartition(":")[2], attributes)

    def doctype(*_: object) -> None:
        raise FileRefused.because("sheet_doctype")

    if element is not None:
        parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    return parser


def _each_element(
    archive: zipfile.ZipFile,
    entry: str,
    limits: Limits,
    element: Callable[[str, dict[str, str]], None] | None,
) -> None:
    _feed(archive, entry, _parser(element), limits)


def _feed(archive: zipfile.ZipFile, entry: str, parser: Any, limits: Limits) -> None:
    seen = 0
    try:
        with archive.open(entry) as part:
            while block := part.read(BLOCK):
                seen += len(block)
                if seen > limits.unzipped_bytes:
                    raise FileRefused.because("archive_size", limit=limits.unzipped_bytes // MIB)
                parser.Parse(block, False)  # noqa: FBT003  expat takes no keywords
            parser.Parse(b"", True)  # noqa: FBT003  expat takes no keywords
    except (expat.ExpatError, ValueError) as error:
        raise FileRefused.because("sheet_broken", reason=f"{entry}: {error}"[:120]) from error
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise FileRefused.because("archive_broken") from error
