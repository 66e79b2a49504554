"""The language of decision-table cells: what people type into Excel, as conditions.

| cell | meaning |
|---|---|
| ``-`` | any value, missing too |
| ``120``, ``>= 120``, ``< 5`` | a comparison; ``≥`` and ``≤`` too |
| ``100..120``, ``[100..120)`` | from 100 to 120; a round bracket leaves the end out; ``~`` too |
| ``< 5, > 10`` | one of several |
| ``EI, EII`` | one of the options; for several chosen options at least one |
| ``all(A, B)``, ``only(A, B)`` | both chosen; nothing else chosen |
| ``"a, b"``, ``서*``, ``*점``, ``*본*`` | text with a comma; beginning, end, part of a text |
| ``yes``, ``no``, ``예``, ``아니요`` | truth |
| ``not(…)`` | anything but that, a missing value excepted |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules.fields import MAX_TEXT
from rules.vocabulary import DECIMAL, shortest_decimal

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules.decisions.model import Kind, Variable

ANY = "-"
MEANINGFUL = frozenset("0123456789.,-<>=[]()")
COMPARISONS = {
    ">=": "greater_than_or_equal_to",
    "<=": "less_than_or_equal_to",
    ">": "greater_than",
    "<": "less_than",
    "=": "equal_to",
    "": "equal_to",
}
TRUTHS = {
    **dict.fromkeys(("yes", "true", "예", "참"), "is_true"),
    **dict.fromkeys(("no", "false", "아니요", "아니오", "거짓"), "is_false"),
}
TRUTH_WORDS = {"is_true": "yes", "is_false": "no"}
WRAPPED = re.compile(r"(not|all|only)\s*\((.*)\)")
RANGE = re.compile(r"([\[(]?)\s*(\S+?)\s*\.\.\s*(\S+?)\s*([\])]?)")
COMPARED = re.compile(r"(>=|<=|>|<|=|)\s*(\S+)")
PART = re.compile(r'\s*("(?:[^"]|"")*"|[^",]*?)\s*(,|$)')
OPEN_ENDS = {"(": "greater_than", ")": "less_than"}
CHOSEN = {"all": "contains_all", "only": "is_contained_by", "": "shares_at_least_one_element_with"}
FORMS: dict[Kind, str] = {
    "numeric": 'expected "-", "120", ">= 120", "100..120", "[100..120)", a list of these, or "not(…)"',
    "boolean": 'expected "-", "yes" or "no"',
    "string": 'expected "-", texts with commas between them, "서*", "*점", "*본*", or "not(…)"',
    "select": 'expected "-", options with commas between them, or "not(…)"',
    "select_multiple": 'expected "-", options with commas between them, "all(…)", "only(…)" or "not(…)"',
}


class NotACell(ValueError):  # noqa: N818  a finding while reading, never shown
    """Text that is no cell of the language."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One input cell of a decision table.

    Attributes:
        text: The one way to write it.
        content: Conditions in the form of ``when``; empty for any value.
    """

    text: str
    content: dict[str, Any]


def read_cell(variable: Variable, cell: object) -> Cell:
    """Read a cell of a column; the conditions are still to be checked.

    Args:
        variable: Input of the column.
        cell: Text, a whole number or a truth value.

    Raises:
        NotACell: The cell is not in the language for inputs of this type.
    """
    text = _text(cell)
    if text == ANY:
        return Cell(ANY, {})
    wrap, parts = "", text
    if found := WRAPPED.fullmatch(text):
        wrap, parts = found.groups()
    if wrap in ("all", "only"):
        if variable.kind != "select_multiple":
            raise NotACell(FORMS[variable.kind])
        return _chosen(variable, parts, wrap)
    inner = READERS[variable.kind](variable, parts)
    return Cell(f"not({inner.text})", {"not": inner.content}) if wrap else inner


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return str(cell)
    if not isinstance(cell, str) or not cell.strip():
        raise NotACell(f'a cell is text; for any value write "{ANY}"')
    if len(cell) > MAX_TEXT or not cell.isprintable():
        raise NotACell(f"a cell is at most {MAX_TEXT} characters on one line")
    return cell.strip()


def _several(cells: list[Cell]) -> Cell:
    if len(cells) == 1:
        return cells[0]
    return Cell(", ".join(cell.text for cell in cells), {"any": [cell.content for cell in cells]})


def _one(variable: Variable, operator: str, value: object) -> dict[str, Any]:
    return {"name": variable.name, "operator": operator, "value": value}


def _numbers(variable: Variable, text: str) -> Cell:
    plain = text.replace("≥", ">=").replace("≤", "<=").replace("~", "..")
    if variable.unit and not set(variable.unit) & MEANINGFUL:
        plain = plain.replace(variable.unit, "")
    return _several([_number(variable, part.strip()) for part in plain.split(",")])


def _number(variable: Variable, part: str) -> Cell:
    if ".." in part:
        return _range(variable, part)
    found = COMPARED.fullmatch(part)
    if not found or not DECIMAL.fullmatch(found[2]):
        raise NotACell(FORMS["numeric"])
    number = shortest_decimal(found[2])
    sign = found[1].removeprefix("=")
    return Cell(f"{sign} {number}".strip(), _one(variable, COMPARISONS[sign], number))


def _range(variable: Variable, part: str) -> Cell:
    found = RANGE.fullmatch(part)
    if not found or not all(DECIMAL.fullmatch(found[place]) for place in (2, 3)):
        raise NotACell(FORMS["numeric"])
    left, right = found[1] or "[", found[4] or "]"
    if bool(found[1]) != bool(found[4]):
        raise NotACell("a range has brackets on both ends or on neither")
    lowest, highest = shortest_decimal(found[2]), shortest_decimal(found[3])
    members = [
        _one(variable, OPEN_ENDS.get(left, "greater_than_or_equal_to"), lowest),
        _one(variable, OPEN_ENDS.get(right, "less_than_or_equal_to"), highest),
    ]
    closed = (left, right) == ("[", "]")
    if Decimal(lowest) > Decimal(highest) or (lowest == highest and not closed):
        raise NotACell("a range has its lower end first and is not empty")
    text = f"{lowest}..{highest}"
    return Cell(text if closed else f"{left}{text}{right}", {"all": members})


def _truth(variable: Variable, text: str) -> Cell:
    operator = TRUTHS.get(text.lower())
    if operator is None:
        raise NotACell(FORMS["boolean"])
    return Cell(TRUTH_WORDS[operator], _one(variable, operator, ""))


def _options(variable: Variable, text: str) -> Cell:
    cells = [
        Cell(_quoted(option), _one(variable, "contains", option)) for option, _ in _parts(variable, text)
    ]
    return _several(cells)


def _chosen(variable: Variable, text: str, wrap: str = "") -> Cell:
    options = [option for option, _ in _parts(variable, text)]
    written = ", ".join(map(_quoted, options))
    return Cell(f"{wrap}({written})" if wrap else written, _one(variable, CHOSEN[wrap], options))


def _texts(variable: Variable, text: str) -> Cell:
    return _several([_pattern(variable, part, quoted=quoted) for part, quoted in _parts(variable, text)])


def _pattern(variable: Variable, part: str, *, quoted: bool) -> Cell:
    if quoted or "*" not in part:
        return Cell(_quoted(part), _one(variable, "equal_to", part))
    word = part.removeprefix("*").removesuffix("*")
    operators = {(True, True): "contains", (True, False): "ends_with", (False, True): "starts_with"}
    ends = part.startswith("*"), part.endswith("*")
    if "*" in word or ends not in operators or not word:
        raise NotACell(FORMS["string"])
    return Cell(part, _one(variable, operators[ends], word))


def _parts(variable: Variable, text: str) -> list[tuple[str, bool]]:
    """Split at commas outside quotation marks; each part with whether it was quoted."""
    parts, place, more = [], 0, True
    while more:
        found = PART.match(text, place)
        if not found or found[1] in ("", '""'):
            raise NotACell(FORMS[variable.kind])
        quoted = found[1].startswith('"')
        parts.append((found[1][1:-1].replace('""', '"') if quoted else found[1], quoted))
        place, more = found.end(), found[2] == ","
    return parts


def _quoted(text: str) -> str:
    """Write a text so that it is read back as itself."""
    plain = text == text.strip() and text != ANY and not set(text) & set('",*()')
    return text if plain else '"{}"'.format(text.replace('"', '""'))


READERS: dict[Kind, Callable[[Variable, str], Cell]] = {
    "numeric": _numbers,
    "boolean": _truth,
    "string": _texts,
    "select": _options,
    "select_multiple": _chosen,
}
