"""From plain data to the parts of a rulebook, reporting every problem and never stopping at the first."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rules.months import Month
from rules.terms import MILLI, Band, Change, Grade, Group, Input, Keeping, Line
from rules.vocabulary import DECIMAL, MAX_SCALE, TYPES, ClauseReader, is_name, shortest_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.documents import Document, Path
    from rules.kpis import Kpi, Text

NO_TEXT: Text = MappingProxyType({"ko": "", "en": ""})
NO_DAY = dt.date(1, 1, 1)
TOTAL_POINTS = 100
GRADE_NAMES = frozenset("SABCDE")
MISSING_RULES = ("error", "no_match", "hold")
SUBJECTS = ("dealer", "representative")
CHANGE_KINDS = ("new", "weights", "thresholds", "inputs", "wording")
MAX_MEMBERS = 100
MAX_TEXT = 400
MAX_MONTHS = 12


class Fields:
    """Typed access to one mapping of a document; what does not fit becomes a problem and a stand-in.

    Args:
        document: Receives the problems.
        content: The mapping, or anything else, which is a problem.
        path: Where it stands.
        allowed: Every key it may have.
    """

    def __init__(self, document: Document, content: object, path: Path, allowed: frozenset[str]) -> None:
        self.document = document
        self.path = path
        self.content: Mapping[str, Any] = content if isinstance(content, dict) else {}
        if not isinstance(content, dict):
            self.complain("", "expected a mapping")
            return
        for key in content:
            if key not in allowed:
                self.complain(key, f"unknown key {key!r}")

    def complain(self, key: str, message: str) -> None:
        """Report a problem at a key of this mapping."""
        self.document.complain((*self.path, key) if key else self.path, message)

    def value(self, key: str) -> Any:
        """Return what stands at a required key, None when nothing does."""
        if self.content and key not in self.content:
            self.complain("", f"{key!r} is missing")
        return self.content.get(key)

    def text(self, key: str) -> str:
        """Return text of 1 to 400 printable characters."""
        value = self.value(key)
        if isinstance(value, str) and 0 < len(value) <= MAX_TEXT and value.isprintable():
            return value
        return self._refuse(key, f"{key!r} must be text of 1 to {MAX_TEXT} characters on one line", "")

    def unit(self, key: str) -> str:
        """Return text that may be empty."""
        value = self.value(key)
        return value if isinstance(value, str) else self._refuse(key, f"{key!r} must be text", "")

    def word(self, key: str) -> str:
        """Return a name: small letters, digits and single underscores."""
        value = self.value(key)
        if is_name(value):
            return str(value)
        return self._refuse(
            key, f"{key!r} must be a name of small letters, digits and underscores: {value!r}", ""
        )

    def choice(self, key: str, choices: tuple[str, ...]) -> Any:
        """Return one of the offered words; the first one stands in for anything else."""
        value = self.value(key)
        if isinstance(value, str) and value in choices:
            return value
        return self._refuse(key, f"{key!r} must be one of {', '.join(choices)}", choices[0])

    def whole(self, key: str, lowest: int, highest: int) -> int:
        """Return a whole number between two bounds, both inclusive."""
        value = self.value(key)
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        return self._refuse(key, f"{key!r} must be a whole number from {lowest} to {highest}", lowest)

    def points(self, key: str, highest: int = TOTAL_POINTS) -> int:
        """Return points with at most three decimals as thousandths, 0 up to an inclusive bound in points."""
        value = self.value(key)
        if isinstance(value, str) and DECIMAL.fullmatch(value):
            milli = Decimal(value) * MILLI
            if milli == int(milli) and 0 <= milli <= highest * MILLI:
                return int(milli)
        return self._refuse(
            key,
            f"{key!r} must be points in quotation marks, 0 to {highest}, at most 3 decimals: {value!r}",
            0,
        )

    def day(self, key: str) -> dt.date:
        """Return a date written YYYY-MM-DD."""
        value = self.value(key)
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            return self._refuse(key, f"{key!r} must be a date, YYYY-MM-DD: {value!r}", NO_DAY)

    def labels(self, key: str) -> Text:
        """Return one text per locale, Korean and English both required."""
        part = Fields(self.document, self.value(key), (*self.path, key), frozenset({"ko", "en"}))
        return MappingProxyType({"ko": part.text("ko"), "en": part.text("en")})

    def members(self, key: str) -> list[Any]:
        """Return a list of 1 to 100 entries."""
        value = self.value(key)
        if isinstance(value, list) and 0 < len(value) <= MAX_MEMBERS:
            return value
        return self._refuse(key, f"{key!r} must be a list of 1 to {MAX_MEMBERS} entries", [])

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Return a mapping with at least one entry."""
        value = self.value(key)
        if isinstance(value, dict) and value:
            return value
        return self._refuse(key, f"{key!r} must be a mapping with at least one entry", {})

    def _refuse(self, key: str, message: str, stand_in: Any) -> Any:
        if not self.content or key in self.content:
            self.complain(key, message)
        return stand_in


BOOK_KEYS = frozenset(
    "decision subject version label effective_from effective_until hit_policy change inputs lines grades".split()
)
INPUT_KEYS = frozenset("type kpi label unit scale range missing source".split())
LINE_KEYS = frozenset("id label input weight informative bands reason".split())


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

    def read(self) -> dict[str, Any]:
        """Return the attributes of the rulebook; stand-ins where the document has problems."""
        book = self._fields(self._document.content, (), BOOK_KEYS)
        book.choice("hit_policy", ("first",))
        inputs = {
            name: self._input(name, content, ("inputs", name))
            for name, content in book.mapping("inputs").items()
        }
        clauses = ClauseReader(self._document, inputs)
        lines = tuple(
            self._line(content, ("lines", place), inputs, clauses)
            for place, content in enumerate(book.members("lines"))
        )
        self._check_weights(book, lines)
        return {
            "decision": book.word("decision"),
            "subject": book.choice("subject", SUBJECTS),
            "version": book.text("version"),
            "label": book.labels("label"),
            **self._period(book),
            "inputs": MappingProxyType(inputs),
            "lines": lines,
            **self._grades(book),
            "change": self._change(book),
        }

    def _fields(self, content: object, path: Path, allowed: frozenset[str]) -> Fields:
        return Fields(self._document, content, path, allowed)

    def _period(self, book: Fields) -> dict[str, Any]:
        start = book.day("effective_from")
        until = book.day("effective_until") if "effective_until" in book.content else None
        if start.day != 1:
            book.complain("effective_from", "a version begins on the first day of a month")
        if until is not None and until != NO_DAY and (until < start or until != Month.of(until).last_on):
            book.complain("effective_until", "a version ends on the last day of a month, after it began")
        return {"effective_from": start, "effective_until": until}

    def _input(self, name: str, content: object, path: Path) -> Input:
        part = self._fields(content, path, INPUT_KEYS)
        if not is_name(name):
            part.complain("", f"{name!r} must be a name of small letters, digits and underscores")
        part.choice("type", tuple(sorted(TYPES)))
        kpi = self._kpis.get(str(part.value("kpi")))
        scale = part.whole("scale", 0, MAX_SCALE)
        if part.content and kpi is None:
            part.complain("kpi", f"the KPI catalogue has no {part.content.get('kpi')!r}")
        elif kpi is not None and kpi.scale != scale:
            part.complain("scale", f"the KPI catalogue measures {kpi.code} with scale {kpi.scale}")
        lowest, highest = self._range(part)
        return Input(
            name=name,
            kpi=kpi.code if kpi else "",
            label=part.labels("label"),
            unit=part.unit("unit"),
            scale=scale,
            lowest=lowest,
            highest=highest,
            missing=part.choice("missing", MISSING_RULES),
            source=part.labels("source"),
        )

    @staticmethod
    def _range(part: Fields) -> tuple[str, str]:
        value = part.value("range")
        if isinstance(value, list) and all(
            isinstance(edge, str) and DECIMAL.fullmatch(edge) for edge in value
        ):
            edges = [shortest_decimal(edge) for edge in value]
            if len(edges) == 2 and Decimal(edges[0]) < Decimal(edges[1]):  # noqa: PLR2004  a range has two ends
                return edges[0], edges[1]
        part.complain("range", "'range' must be two decimal numbers in quotation marks, the lower one first")
        return "-999999999999", "999999999999"

    def _line(self, content: object, path: Path, inputs: Mapping[str, Input], clauses: ClauseReader) -> Line:
        part = self._fields(content, path, LINE_KEYS)
        informative = part.content.get("informative") is True
        if "informative" in part.content and not informative:
            part.complain("informative", "'informative' is true or left out")
        source = part.word("input")
        if source and source not in inputs:
            part.complain("input", f"unknown input {source!r}")
        for key in ("weight", "bands"):
            if informative and key in part.content:
                part.complain(key, f"an informative line has no {key}")
        weight = 0 if informative else part.whole("weight", 1, TOTAL_POINTS)
        bands = () if informative else self._bands(part, weight, clauses)
        return Line(
            self._unique(part),
            part.labels("label"),
            source,
            weight,
            informative,
            bands,
            part.labels("reason"),
        )

    def _bands(self, line: Fields, weight: int, clauses: ClauseReader) -> tuple[Band, ...]:
        bands = []
        for place, content in enumerate(line.members("bands")):
            path = (*line.path, "bands", place)
            part = self._fields(content, path, frozenset({"id", "points", "when"}))
            clause = clauses.read(part.value("when"), (*path, "when")) if part.content else None
            band = Band(self._unique(part), part.points("points", weight), clause or Group("all", ()))
            bands.append(band)
        return tuple(bands)

    def _unique(self, part: Fields) -> str:
        word = part.word("id")
        if word in self._ids:
            part.complain("id", f"the id {word!r} is used twice")
        self._ids.add(word)
        return word

    @staticmethod
    def _check_weights(book: Fields, lines: tuple[Line, ...]) -> None:
        total = sum(line.weight for line in lines)
        if lines and total != TOTAL_POINTS:
            book.complain("lines", f"the weights add up to {total}, not {TOTAL_POINTS}")

    def _grades(self, book: Fields) -> dict[str, Any]:
        part = self._fields(
            book.value("grades"), ("grades",), frozenset({"bands", "minimum_support", "keep"})
        )
        steps = []
        for place, content in enumerate(part.members("bands")):
            step = self._fields(content, ("grades", "bands", place), frozenset({"grade", "from"}))
            steps.append(Grade(step.choice("grade", tuple(sorted(GRADE_NAMES))), step.points("from")))
        edges = [step.from_milli for step in steps]
        names = [step.grade for step in steps]
        if edges and (
            edges != sorted(set(edges), reverse=True) or edges[-1] != 0 or len(set(names)) < len(names)
        ):
            part.complain("bands", "grades go from the best down, each once, and the last begins at 0 points")
        keep = self._fields(part.value("keep"), ("grades", "keep"), frozenset({"months", "margin"}))
        return {
            "grades": tuple(steps),
            "keeping": Keeping(keep.whole("months", 1, MAX_MONTHS), keep.points("margin")),
            "minimum_support_milli": part.points("minimum_support"),
        }

    def _change(self, book: Fields) -> Change:
        keys = frozenset({"kind", "areas", "announced_on", "note"})
        part = self._fields(book.value("change"), ("change",), keys)
        areas = [area for area in part.members("areas") if is_name(area)]
        if len(areas) < len(part.content.get("areas") or []):
            part.complain("areas", "areas are names of lines, inputs or grades")
        return Change(
            part.choice("kind", CHANGE_KINDS), tuple(areas), part.labels("note"), part.day("announced_on")
        )
