"""How one source's columns become ours: a saved map in YAML or JSON.

A map says where each column comes from: a source header or 0-based position, a constant,
a piece of a value cut out by a pattern, a product of two columns, or a running number.
See docs/algorithms/import-reading.md for every key with an example.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from portal.sales.reading.days import declared_pattern

Source = str | int
MAP_KEYS = frozenset(
    {"kind", "name", "attribution", "sheet", "encoding", "delimiter", "skip_rows", "header_rows", "epoch",
     "fill_down", "skip", "columns"}
)  # fmt: skip
RULE_KEYS = frozenset(
    {"from", "constant", "split", "group", "values", "date_format", "unit", "times", "rounded",
     "decimal_code", "multiply", "join", "separator", "if_blank", "count_within", "blank"}
)  # fmt: skip
UNITS = frozenset({"major", "minor", "basis_points", "percent", "ratio"})
LONGEST_PATTERN = 200


class MapError(ValueError):
    """The map cannot be used; the text names the place and what is expected."""


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """Where one column's values come from and how they are written there.

    Attributes:
        source: Source header, or 0-based position.
        constant: The same text for every row.
        split: Pattern that must match the whole source value; ``group`` is the piece taken.
        values: Source spelling → our spelling, applied after ``split``.
        date_format: Declared order of a date, such as MM/DD/YYYY.
        unit: minor (already in minor units) or major for amounts; basis_points, percent or ratio for rates.
        times: What one written unit stands for; None is 1 and refuses headers that speak of thousands.
        rounded: Round surplus decimals half away from zero.
        decimal_code: Codes stand as 17850.0 in this source.
        join: Sources whose texts are joined by ``separator`` into one code or name.
        separator: Stands between joined texts.
        if_blank: Taken where the source (when joining: a part) is blank; all parts blank is one of it.
        multiply: Two sources whose product, rounded half away from zero, is the amount.
        count_within: Number rows 1, 2, 3 … within equal values of this other column of ours.
        blank: Text that stands for no value.
    """

    source: Source | None = None
    constant: str | None = None
    split: str | None = None
    group: str | int = 1
    values: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    unit: str | None = None
    times: int | None = None
    rounded: bool = False
    decimal_code: bool = False
    multiply: tuple[Source, Source] | None = None
    join: tuple[Source, ...] = ()
    separator: str = " / "
    if_blank: str = ""
    count_within: str | None = None
    blank: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source the rule reads."""
        return self.multiply or self.join or (() if self.source is None else (self.source,))


@dataclass(frozen=True, slots=True)
class SkipRule:
    """Rows to leave out: where the source column has one of the values."""

    source: Source
    equals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A saved map. ``text`` is what it was read from, kept so that it can be stored and sent on."""

    text: str
    columns: Mapping[str, ColumnRule]
    kind: str | None = None
    name: str = ""
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    skip_rows: int = 0
    header_rows: int | None = None
    epoch_1904: bool = False
    fill_down: tuple[Source, ...] = ()
    skip: tuple[SkipRule, ...] = ()

    @property
    def sources(self) -> set[str]:
        """Every source header the map names."""
        return {source for source in self._named() if isinstance(source, str)}

    @property
    def positions(self) -> set[int]:
        """Every source position the map names."""
        return {source for source in self._named() if isinstance(source, int)}

    def _named(self) -> set[Source]:
        named: set[Source] = set(self.fill_down) | {rule.source for rule in self.skip}
        for rule in self.columns.values():
            named |= set(rule.sources)
        return named


def load_column_map(text: str) -> ColumnMap:
    """Read a map from YAML or JSON text.

    Raises:
        MapError: The text is not a map, or a key is unknown or has the wrong form.
    """
    data = _parsed(text)
    _known(data, MAP_KEYS, "the map")
    columns = data.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise MapError("columns: name at least one column")
    return ColumnMap(
        text=text,
        columns={_text(name, "columns"): _rule(rule, f"columns.{name}") for name, rule in columns.items()},
        kind=_optional_text(data, "kind"),
        name=_optional_text(data, "name") or "",
        sheet=_optional_text(data, "sheet"),
        encoding=_optional_text(data, "encoding"),
        delimiter=_optional_text(data, "delimiter"),
        skip_rows=_count(data, "skip_rows", 0) or 0,
        header_rows=_count(data, "header_rows", None),
        epoch_1904=_count(data, "epoch", 1900) == 1904,  # noqa: PLR2004  the name of the epoch
        fill_down=tuple(_source(entry, "fill_down") for entry in _sequence(data, "fill_down")),
        skip=tuple(_skip(entry, f"skip[{place}]") for place, entry in enumerate(_sequence(data, "skip"))),
    )


def _parsed(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise MapError(f"this is neither YAML nor JSON: {error}") from None
    if not isinstance(data, dict):
        raise MapError("a map is a list of keys and values")
    return data


def _rule(data: Any, place: str) -> ColumnRule:
    if isinstance(data, str | int) and not isinstance(data, bool):
        return ColumnRule(source=data)
    if not isinstance(data, dict):
        raise MapError(f"{place}: give a source header, a position or keys")
    _known(data, RULE_KEYS, place)
    origins = [key for key in ("from", "constant", "multiply", "join", "count_within") if key in data]
    if len(origins) != 1:
        raise MapError(f"{place}: give exactly one of from, constant, multiply, join, count_within")
    return ColumnRule(
        source=_source(data["from"], place) if "from" in data else None,
        constant=None if "constant" not in data else str(data["constant"]),
        split=_pattern(data, place),
        group=data.get("group", 1),
        values={str(key): str(value) for key, value in dict(data.get("values") or {}).items()},
        date_format=_date_format(data, place),
        unit=_unit(data, place),
        times=_count(data, "times", None),
        rounded=_switch(data, "rounded", place),
        decimal_code=_switch(data, "decimal_code", place),
        multiply=_pair(data, place),
        join=tuple(_source(entry, place) for entry in _sequence(data, "join")),
        separator=str(data.get("separator", " / ")),
        if_blank=str(data.get("if_blank", "")),
        count_within=_optional_text(data, "count_within"),
        blank=tuple(str(entry) for entry in _sequence(data, "blank")),
    )


def _pattern(data: dict[str, Any], place: str) -> str | None:
    pattern = _optional_text(data, "split")
    if pattern is None:
        return None
    if len(pattern) > LONGEST_PATTERN:
        raise MapError(f"{place}: split is longer than {LONGEST_PATTERN} characters")
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise MapError(f"{place}: split is no valid pattern: {error}") from None
    group = data.get("group", 1)
    known = group in compiled.groupindex if isinstance(group, str) else 0 < group <= compiled.groups
    if not known:
        raise MapError(f"{place}: split has no group {group}")
    return pattern


def _date_format(data: dict[str, Any], place: str) -> str | None:
    declared = _optional_text(data, "date_format")
    if declared is not None:
        try:
            declared_pattern(declared)
        except ValueError as error:
            raise MapError(f"{place}: {error}") from None
    return declared


def _unit(data: dict[str, Any], place: str) -> str | None:
    unit = _optional_text(data, "unit")
    if unit is not None and unit not in UNITS:
        raise MapError(f"{place}: unit is one of {', '.join(sorted(UNITS))}")
    return unit


def _pair(data: dict[str, Any], place: str) -> tuple[Source, Source] | None:
    entries = _sequence(data, "multiply")
    if not entries:
        return None
    if len(entries) != 2:  # noqa: PLR2004  a product of two columns
        raise MapError(f"{place}: multiply names two columns")
    return _source(entries[0], place), _source(entries[1], place)


def _skip(data: Any, place: str) -> SkipRule:
    if not isinstance(data, dict) or set(data) != {"from", "equals"}:
        raise MapError(f"{place}: give from and equals")
    values = data["equals"]
    return SkipRule(
        _source(data["from"], place),
        tuple(str(value) for value in (values if isinstance(values, list) else [values])),
    )


def _known(data: dict[str, Any], keys: frozenset[str], place: str) -> None:
    unknown = sorted(str(key) for key in data if key not in keys)
    if unknown:
        raise MapError(f"{place}: unknown key {', '.join(unknown)}; known are {', '.join(sorted(keys))}")


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise MapError(f"{place}: text is expected, not {value!r}")
    return value


def _optional_text(data: dict[str, Any], key: str) -> str | None:
    return None if data.get(key) is None else _text(data[key], key)


def _source(value: Any, place: str) -> Source:
    if isinstance(value, bool) or not isinstance(value, str | int) or (isinstance(value, int) and value < 0):
        raise MapError(f"{place}: a source is a header or a position from 0, not {value!r}")
    return value


def _count(data: dict[str, Any], key: str, default: int | None) -> int | None:
    value = data.get(key, default)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise MapError(f"{key}: a whole number from 0 is expected, not {value!r}")
    return value


def _switch(data: dict[str, Any], key: str, place: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise MapError(f"{place}: {key} is true or false")
    return value


def _sequence(data: dict[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise MapError(f"{key}: a list is expected, not {value!r}")
    return value
