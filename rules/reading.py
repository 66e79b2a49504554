"""From plain data to the parts of a rulebook, reporting every problem and never stopping at the first."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from rules.curves import CurveReader, check_line_curve
from rules.fields import ABSENT, NO_DAY, TOTAL_POINTS, Fields
from rules.months import Month
from rules.terms import (
    MILLI,
    Band,
    Brought,
    Change,
    Grade,
    Group,
    Input,
    Keeping,
    Line,
    MissingRule,
    SubjectKind,
)
from rules.vocabulary import (
    DECIMAL,
    MAX_SCALE,
    NAME_FORM,
    TYPES,
    ClauseReader,
    is_name,
    shortest_decimal,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from rules.documents import Document, Path
    from rules.kpis import Kpi

GRADE_NAMES = ("S", "A", "B", "C", "D")
MISSING_RULES: tuple[MissingRule, ...] = get_args(MissingRule)
SUBJECTS: tuple[SubjectKind, ...] = get_args(SubjectKind)
QUANTA = ("0.001", "0.01", "0.1", "0.5", "1")
CHANGE_KINDS = ("new", "weights", "thresholds", "inputs", "wording")
MAX_MONTHS = 12
WIDEST_RANGE = ("-999999999999", "999999999999")
BOOK_KEYS = frozenset(
    {"decision", "subject", "version", "label", "effective_from", "effective_until", "hit_policy"}
    | {"round_points_to", "change", "inputs", "curves", "lines", "grades"}
)
INPUT_KEYS = frozenset({"type", "kpi", "brings", "label", "unit", "scale", "range", "missing", "source"})
LINE_KEYS = frozenset({"id", "label", "input", "weight", "informative", "bands", "curve", "reason"})
BROUGHT: tuple[Brought, ...] = get_args(Brought)


class BookReader:
    """Reads one document into the attributes of a rulebook.

    Args:
        document: Content, and where problems go.
        kpis: Catalogue that inputs refer to.
    """

    def __init__(self, document: Document, kpis: Mapping[str, Kpi]) -> None:
        self._document = document
        self._kpis = kpis
        self._ids: set[str] = set()
        self._quantum = 1

    def read(self) -> dict[str, Any]:
        """Return the attributes of the rulebook; stand-ins where the document has problems."""
        unread = self._document.content is None and self._document.problems
        book = self._fields(ABSENT if unread else self._document.content, (), BOOK_KEYS)
        book.choice("hit_policy", ("first",))
        self._quantum = int(Decimal(book.choice("round_points_to", QUANTA)) * MILLI)
        inputs = {
            name: self._input(name, content, ("inputs", name))
            for name, content in book.mapping("inputs").items()
        }
        inputs |= CurveReader(self._document, inputs).read(book)
        clauses = ClauseReader(self._document, inputs)
        lines = tuple(
            self._line(content, ("lines", place), inputs, clauses)
            for place, content in enumerate(book.members("lines"))
        )
        total = sum(line.weight for line in lines)
        if lines and total != TOTAL_POINTS:
            book.complain("lines", f"the weights add up to {total}, not {TOTAL_POINTS}")
        start = book.day("effective_from")
        if start.day != 1:
            book.complain("effective_from", "a version begins on the first day of a month")
        return {
            "decision": book.word("decision"),
            "subject": book.choice("subject", SUBJECTS),
            "version": book.text("version"),
            "label": book.labels("label"),
            "effective_from": start,
            "effective_until": self._until(book, start),
            "inputs": MappingProxyType(inputs),
            "lines": lines,
            **self._grades(book),
            "points_quantum_milli": self._quantum,
            "change": self._change(book, start),
        }

    def _fields(self, content: object, path: Path, allowed: frozenset[str]) -> Fields:
        return Fields(self._document, content, path, allowed)

    @staticmethod
    def _until(book: Fields, start: dt.date) -> dt.date | None:
        if "effective_until" not in book.content:
            return None
        until = book.day("effective_until")
        if until != NO_DAY and (until < start or until != Month.of(until).last_on):
            book.complain("effective_until", "a version ends on the last day of a month, after it began")
        return until

    def _input(self, name: str, content: object, path: Path) -> Input:
        part = self._fields(content, path, INPUT_KEYS)
        if not is_name(name):
            part.complain("", f"the name of an input consists of {NAME_FORM}: {name!r}")
        part.choice("type", TYPES)
        scale, unit = part.whole("scale", 0, MAX_SCALE), part.unit("unit")
        brings = part.choice("brings", BROUGHT) if "brings" in part.content else None
        if brings and "kpi" in part.content:
            part.complain("brings", "an input is measured (kpi) or brought along (brings), not both")
        lowest, highest = self._range(part)
        return Input(
            name=name,
            kpi="" if brings else self._kpi(part, scale, unit),
            brings=brings,
            label=part.labels("label"),
            unit=unit,
            scale=scale,
            lowest=lowest,
            highest=highest,
            missing=part.choice("missing", MISSING_RULES),
            source=part.labels("source"),
        )

    def _kpi(self, part: Fields, scale: int, unit: str) -> str:
        code = part.word("kpi")
        if code and code not in self._kpis:
            part.complain("kpi", f"the KPI catalogue has no {code!r}")
            return ""
        if code and (self._kpis[code].scale, self._kpis[code].unit) != (scale, unit):
            kpi = self._kpis[code]
            part.complain("kpi", f"the KPI catalogue has {code} with scale {kpi.scale} and unit {kpi.unit!r}")
        return code

    @staticmethod
    def _range(part: Fields) -> tuple[str, str]:
        value = part.value("range")
        if isinstance(value, list) and all(
            isinstance(edge, str) and DECIMAL.fullmatch(edge) for edge in value
        ):
            edges = [shortest_decimal(edge) for edge in value]
            if len(edges) == 2 and Decimal(edges[0]) < Decimal(edges[1]):  # noqa: PLR2004  a range has two ends
                return edges[0], edges[1]
        if value is not ABSENT:
            part.complain("range", "'range' must be two decimal numbers in quotation marks, lower one first")
        return WIDEST_RANGE

    def _line(self, content: object, path: Path, inputs: Mapping[str, Input], clauses: ClauseReader) -> Line:
        part = self._fields(content, path, LINE_KEYS)
        informative = part.content.get("informative") is True
        if "informative" in part.content and not informative:
            part.complain("informative", "'informative' is true or left out")
        source = part.word("input")
        if source and source not in inputs:
            part.complain("input", f"unknown input {source!r}")
        for key in ("weight", "bands", "curve"):
            if informative and key in part.content:
                part.complain(key, f"an informative line has no {key}")
        weight = 0 if informative else part.whole("weight", 1, TOTAL_POINTS)
        curve = check_line_curve(part, inputs, source, weight) if "curve" in part.content else ""
        silent = informative or "curve" in part.content
        return Line(
            id=self._unique(part),
            label=part.labels("label"),
            input=source,
            weight=weight,
            informative=informative,
            bands=() if silent else self._bands(part, weight, clauses),
            reason=part.labels("reason"),
            curve=curve,
        )

    def _bands(self, line: Fields, weight: int, clauses: ClauseReader) -> tuple[Band, ...]:
        bands = []
        for place, content in enumerate(line.members("bands")):
            path = (*line.path, "bands", place)
            part = self._fields(content, path, frozenset({"id", "points", "when"}))
            when = part.value("when")
            clause = None if when is ABSENT else clauses.read(when, (*path, "when"))
            band = Band(self._unique(part), part.points("points", weight), clause or Group("all", ()))
            if band.points_milli % self._quantum:
                part.complain("points", "the points are finer than 'round_points_to'")
            bands.append(band)
        if bands and max(band.points_milli for band in bands) != weight * MILLI:
            line.complain("bands", "no band gives the full weight of the line")
        return tuple(bands)

    def _unique(self, part: Fields) -> str:
        word = part.word("id")
        if word and word in self._ids:
            part.complain("id", f"the id {word!r} is used twice")
        self._ids.add(word)
        return word

    def _grades(self, book: Fields) -> dict[str, Any]:
        part = book.part("grades", frozenset({"bands", "minimum_support", "keep"}))
        steps = []
        for place, content in enumerate(part.members("bands")):
            step = self._fields(content, ("grades", "bands", place), frozenset({"grade", "from"}))
            steps.append(Grade(step.choice("grade", GRADE_NAMES), step.points("from")))
        edges = [step.from_milli for step in steps]
        names = [step.grade for step in steps]
        if edges and (
            edges != sorted(set(edges), reverse=True) or edges[-1] != 0 or len(set(names)) < len(names)
        ):
            part.complain("bands", "grades go from the best down, each once, and the last begins at 0 points")
        keep = part.part("keep", frozenset({"months", "margin"}))
        return {
            "grades": tuple(steps),
            "keeping": Keeping(keep.whole("months", 1, MAX_MONTHS), keep.points("margin")),
            "minimum_support_milli": part.points("minimum_support"),
        }

    def _change(self, book: Fields, start: dt.date) -> Change:
        part = book.part("change", frozenset({"kind", "areas", "announced_on", "note"}))
        areas = part.members("areas")
        if not all(is_name(area) for area in areas):
            part.complain("areas", "areas are names of lines, inputs or grades")
        announced = part.day("announced_on")
        if announced > start:
            part.complain("announced_on", "a version is announced before it begins, not after")
        kind = part.choice("kind", CHANGE_KINDS)
        return Change(kind, tuple(map(str, areas)), part.labels("note"), announced)
