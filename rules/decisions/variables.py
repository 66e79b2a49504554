"""Declared inputs of a decision: type, range, options and what a missing value means."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, get_args

from rules.decisions.model import Kind, Variable
from rules.fields import MAX_TEXT, Fields
from rules.terms import MissingRule
from rules.vocabulary import DECIMAL, MAX_SCALE, NAME_FORM, is_name, shortest_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.documents import Document, Path
    from rules.kpis import Kpi, Text

KINDS: tuple[Kind, ...] = get_args(Kind)
MISSING_RULES: tuple[MissingRule, ...] = get_args(MissingRule)
COMMON_KEYS = frozenset({"type", "label", "missing", "kpi", "topics"})
KEYS: Mapping[Kind, frozenset[str]] = {
    "numeric": COMMON_KEYS | {"scale", "unit", "range"},
    "boolean": COMMON_KEYS,
    "string": COMMON_KEYS | {"options"},
    "select": COMMON_KEYS | {"options"},
    "select_multiple": COMMON_KEYS | {"options"},
}
ALL_KEYS = frozenset().union(*KEYS.values())
MAX_OPTIONS = 100


class VariableReader:
    """Reads the inputs of one decision.

    Args:
        document: Receives the problems.
        catalogue: KPIs an input may refer to.

    Attributes:
        kpis: KPI code of the inputs that name one.
    """

    def __init__(self, document: Document, catalogue: Mapping[str, Kpi]) -> None:
        self._document = document
        self._catalogue = catalogue
        self.kpis: dict[str, str] = {}

    def read(self, book: Fields) -> Mapping[str, Variable]:
        """Return every input by name."""
        content = book.mapping("inputs")
        return MappingProxyType(
            {name: self._variable(name, part, ("inputs", name)) for name, part in content.items()}
        )

    def _variable(self, name: str, content: object, path: Path) -> Variable:
        part = Fields(self._document, content, path, ALL_KEYS)
        if not is_name(name):
            part.complain("", f"the name of an input consists of {NAME_FORM}: {name!r}")
        kind = part.choice("type", KINDS)
        for key in sorted(set(part.content) & ALL_KEYS - KEYS[kind]):
            part.complain(key, f"a {kind} input has no {key!r}")
        numeric = kind == "numeric"
        scale = part.whole("scale", 0, MAX_SCALE) if numeric and "scale" in part.content else 0
        unit = part.unit("unit") if numeric and "unit" in part.content else ""
        lowest, highest = _range(part, scale) if numeric else (0, 0)
        self._kpi(name, part, scale, unit)
        return Variable(
            name=name,
            kind=kind,
            label=part.labels("label") if "label" in part.content else _named(name),
            unit=unit,
            scale=scale,
            lowest=lowest,
            highest=highest,
            options=_options(part, kind),
            missing=part.choice("missing", MISSING_RULES),
            topics=_topics(part),
        )

    def _kpi(self, name: str, part: Fields, scale: int, unit: str) -> None:
        if "kpi" not in part.content:
            return
        code = part.word("kpi")
        kpi = self._catalogue.get(code)
        if kpi is None:
            part.complain("kpi", f"the KPI catalogue has no {code!r}")
        elif (kpi.scale, kpi.unit) != (scale, unit):
            part.complain("kpi", f"the KPI catalogue has {code} with scale {kpi.scale} and unit {kpi.unit!r}")
        self.kpis[name] = code


def _named(name: str) -> Text:
    return MappingProxyType({"ko": name, "en": name})


def _range(part: Fields, scale: int) -> tuple[int, int]:
    """Return both ends × 10^scale."""
    value = part.value("range")
    if isinstance(value, list) and all(isinstance(edge, str) and DECIMAL.fullmatch(edge) for edge in value):
        ends = [Decimal(shortest_decimal(edge)).scaleb(scale) for edge in value]
        whole = all(end == end.to_integral_value() for end in ends)
        if len(ends) == 2 and ends[0] < ends[1] and whole:  # noqa: PLR2004  a range has two ends
            return int(ends[0]), int(ends[1])
    if "range" in part.content:
        form = "two decimal numbers in quotation marks, lower one first, no finer than 'scale'"
        part.complain("range", f"'range' must be {form}")
    return -(10**17), 10**17


def _options(part: Fields, kind: Kind) -> tuple[str, ...]:
    needed = kind in ("select", "select_multiple")
    if not needed and (kind != "string" or "options" not in part.content):
        return ()
    options = part.members("options", MAX_OPTIONS)
    if not all(
        isinstance(text, str) and 0 < len(text) <= MAX_TEXT and text.isprintable() for text in options
    ):
        part.complain("options", f"options are texts of 1 to {MAX_TEXT} characters on one line")
        return ()
    if len({text.lower() for text in options}) < len(options):
        part.complain("options", "two options differ in capital letters only, or not at all")
    return tuple(options)


def _topics(part: Fields) -> tuple[str, ...]:
    if "topics" not in part.content:
        return ()
    topics = part.members("topics")
    if not all(map(is_name, topics)):
        part.complain("topics", f"topics are names of {NAME_FORM}")
    return tuple(map(str, topics))
