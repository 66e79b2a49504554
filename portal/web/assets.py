"""Addresses of built files: the name in the source, the hash of its content in the address."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

BUILD = Path(__file__).parents[1] / "static" / "build"
MANIFEST = BUILD / "manifest.json"
PREFIX = "/static/build/"


class AssetsMissingError(RuntimeError):
    """The asset build has not run."""


@cache
def manifest() -> dict[str, str]:
    """Return source name → hashed name.

    Raises:
        AssetsMissingError: Nothing was built; ``./dev assets`` builds it.
    """
    if not MANIFEST.exists():
        raise AssetsMissingError("front-end files are not built: run ./dev assets")
    names: dict[str, str] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return names


def asset(name: str) -> str:
    """Return the address of a built file, good for ever because its content's hash is in it.

    Raises:
        KeyError: No such file was built.
    """
    return PREFIX + manifest()[name]
