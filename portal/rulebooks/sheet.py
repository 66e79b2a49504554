"""A score sheet as a grid that people who live in spreadsheets can edit, and back to a rulebook's content.

Pure, and tolerant: what is typed stays as it was typed, however wrong; checks say what to mend. A line whose
bands are single comparisons of its own input, all with the same sign, becomes cells; other lines are kept as
they are and shown in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules.kpis import catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

Content = dict[str, Any]
SPARE_BANDS = 1
LEAST_BANDS = 8
MOST_BANDS = 12
MOST_LINES = 40
OPERATORS = ("greater_than_or_equal_to", "greater_than", "less_than_or_equal_to", "less_than")
HEAD = (
    ("version", ("version",)),
    ("label_ko", ("label", "ko")),
    ("label_en", ("label", "en")),
    ("effective_from", ("effective_from",)),
    ("effective_until", ("effective_until",)),
    ("announced_on", ("change", "announced_on")),
    ("note_ko", ("change", "note", "ko")),
    ("note_en", ("change", "note", "en")),
    ("minimum_support", ("grades", "minimum_support")),
    ("keep_months", ("grades", "keep", "months")),
    ("keep_margin", ("grades", "keep", "margin")),
)
"""Fields of the whole sheet and where their values stand in the content."""
_DECIDES = {"rules", "table"}
"""Keys that decisions have and score sheets do not."""


@dataclass(frozen=True, slots=True)
class BandCells:
    """One band as two cells, as typed."""

    threshold: str
    points: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the grid.

    Attributes:
        place: Position in the content's lines.
        id: Id of the line, or empty while it has none.
        form: ``bands``, ``informative``, or ``fixed`` for what cells cannot hold.
        operator: Sign all thresholds share.
        bands: One per pair of cells, spare ones at the end.
    """

    place: int
    id: str
    label_ko: str
    label_en: str
    input: str
    weight: str
    form: str
    operator: str
    bands: tuple[BandCells, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole score sheet as cells.

    Attributes:
        head: Fields of the whole sheet by name.
        width: Pairs of cells per line.
        grades: Grade and its least points, as typed.
        total: Sum of the weights that are whole numbers.
    """

    head: Mapping[str, str]
    lines: tuple[SheetLine, ...]
    width: int
    grades: tuple[tuple[str, str], ...]
    total: int


def is_sheet(content: object) -> bool:
    """Tell whether content has the form of a score sheet, so that a grid can be made of it."""
    return (
        isinstance(content, dict)
        and isinstance(content.get("lines", []), list)
        and not _DECIDES & set(content)
    )


def sheet_of(content: Content) -> Sheet:
    """Return the grid of a content that ``is_sheet``; cells it has no values for are empty."""
    raw = [line for line in members(content.get("lines")) if isinstance(line, dict)]
    most = max((len(members(line.get("bands"))) for line in raw), default=0)
    width = min(MOST_BANDS, max(LEAST_BANDS, most + SPARE_BANDS))
    lines = tuple(_line(place, line, width) for place, line in enumerate(raw))
    steps = [step for step in members(mapping(content.get("grades")).get("bands")) if isinstance(step, dict)]
    return Sheet(
        head={name: text(_at(content, path)) for name, path in HEAD},
        lines=lines,
        width=width,
        grades=tuple((text(step.get("grade")), text(step.get("from"))) for step in steps),
        total=sum(int(line.weight) for line in lines if line.weight.isdigit()),
    )


def _line(place: int, line: Content, width: int) -> SheetLine:
    form, operator, cells = read_bands(line)
    spare = [BandCells("", "")] * (width - len(cells))
    label = mapping(line.get("label"))
    return SheetLine(
        place=place,
        id=text(line.get("id")),
        label_ko=text(label.get("ko")),
        label_en=text(label.get("en")),
        input=text(line.get("input")),
        weight=text(line.get("weight")),
        form=form,
        operator=operator,
        bands=(*cells, *spare) if form == "bands" else (),
    )


def read_bands(line: Content) -> tuple[str, str, list[BandCells]]:
    """Return form, shared sign and cells of a line's bands."""
    if line.get("informative") is True:
        return "informative", OPERATORS[0], []
    if "curve" in line:
        return "fixed", OPERATORS[0], []
    cells, operators = [], set()
    for band in members(line.get("bands")):
        condition = _single(mapping(band).get("when"), line.get("input"))
        if condition is None or not isinstance(band, dict):
            return "fixed", OPERATORS[0], []
        operators.add(condition["operator"])
        cells.append(BandCells(text(condition["value"]), text(band.get("points"))))
    if len(operators) > 1 or len(cells) > MOST_BANDS or not operators <= set(OPERATORS):
        return "fixed", OPERATORS[0], []
    return "bands", operators.pop() if operators else _usual_operator(text(line.get("input"))), cells


def _single(when: object, name: object) -> Content | None:
    """Return the one comparison of a clause with the line's own input, or None when it is anything else."""
    clause = mapping(when)
    for mode in ("all", "any"):
        members = clause.get(mode)
        if set(clause) == {mode} and isinstance(members, list) and len(members) == 1:
            clause = mapping(members[0])
    fits = set(clause) == {"name", "operator", "value"} and clause["name"] == name
    return clause if fits and isinstance(clause["operator"], str) else None


def _usual_operator(name: str) -> str:
    kpi = catalogue().get(name)
    return OPERATORS[2] if kpi is not None and kpi.better == "lower" else OPERATORS[0]


def _at(content: object, path: Sequence[str]) -> object:
    for key in path:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def text(value: object) -> str:
    """Return a scalar as it was typed, nothing for anything else."""
    return "" if value is None or isinstance(value, dict | list) else str(value)


def members(value: object) -> list[Any]:
    """Return a list, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def mapping(value: object) -> Content:
    """Return a mapping, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}
