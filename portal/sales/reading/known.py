"""The kinds of import as table specs, from ``kinds.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from portal.sales.reading.spec import ColumnSpec, Kind, TableSpec

HERE = Path(__file__).parent
LONGEST_TEXT = 200


@cache
def _kinds() -> dict[str, dict[str, dict[str, Any]]]:
    loaded: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
        (HERE / "kinds.yaml").read_text(encoding="utf-8")
    )
    return loaded


def import_kinds() -> tuple[str, ...]:
    """Name every kind of import there is a spec for."""
    return tuple(_kinds())


def table_spec(kind: str, *, scale: int = 0, currency: str = "KRW", zone: str = "Asia/Seoul") -> TableSpec:
    """Build the spec of a kind of import.

    Args:
        kind: One of ``import_kinds()``.
        scale: Decimal places of the installation's minor unit (KRW 0, USD 2).
        currency: The installation's currency.
        zone: Its business time zone.

    Raises:
        KeyError: There is no such kind.
    """
    columns = tuple(_column(name, entry, scale) for name, entry in _kinds()[kind].items())
    return TableSpec(kind, columns, currency, zone)


def ready_map_text(name: str) -> str:
    """Text of a shipped map, such as ``iowa_portal_orders``; FileNotFoundError when there is none."""
    return (HERE / "maps" / f"{Path(name).name}.yaml").read_text(encoding="utf-8")


def ready_maps() -> tuple[str, ...]:
    """Names of the maps that ship with the portal."""
    return tuple(sorted(path.stem for path in (HERE / "maps").glob("*.yaml")))


def _column(name: str, entry: dict[str, Any], money_scale: int) -> ColumnSpec:
    scale = entry.get("scale", 0)
    return ColumnSpec(
        name,
        Kind(entry["kind"]),
        required=entry.get("required", False),
        scale=money_scale if scale == "money" else scale,
        aliases=tuple(entry["aliases"]),
        enum=entry.get("enum"),
        max_length=entry.get("max_length", LONGEST_TEXT),
        summed=entry.get("summed", False),
    )
