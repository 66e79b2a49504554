"""Korean names for the demo: dealers, outlets, retail points, people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

_WORDS = yaml.safe_load((Path(__file__).parent / "names.yaml").read_text(encoding="utf-8"))
_DEALER_STEMS: list[str] = _WORDS["dealer_stems"]
_DEALER_ENDINGS: list[str] = _WORDS["dealer_endings"]
_OUTLET_ENDINGS: list[str] = _WORDS["outlet_endings"]
_SHOP_WORDS: list[str] = _WORDS["shop_words"]
_SURNAMES: list[str] = _WORDS["surnames"]
_GIVEN: list[str] = _WORDS["given"]
_SHOP_ENDINGS: dict[str, list[str]] = _WORDS["shop_endings"]


def dealer_name(index: int, city: str) -> str:
    """Return the name of a dealer; different for every index below 320, then told apart by the city."""
    stem = _DEALER_STEMS[(index * 7 + index // len(_DEALER_STEMS)) % len(_DEALER_STEMS)]
    ending = _DEALER_ENDINGS[(index * 3 + index // len(_DEALER_STEMS)) % len(_DEALER_ENDINGS)]
    return f"{stem}{ending}" if index < len(_DEALER_STEMS) else f"{city[:2]}{stem}{ending}"


def outlet_names(rng: np.random.Generator, cities: Sequence[str]) -> list[str]:
    """Return a second-tier outlet's name for each city given."""
    stems = rng.integers(0, len(_DEALER_STEMS), len(cities))
    endings = rng.integers(0, len(_OUTLET_ENDINGS), len(cities))
    return [
        f"{city[:2]}{_DEALER_STEMS[stem]}{_OUTLET_ENDINGS[ending]}"
        for city, stem, ending in zip(cities, stems, endings, strict=True)
    ]


def shop_names(rng: np.random.Generator, channels: Sequence[str], cities: Sequence[str]) -> list[str]:
    """Return a retail point's name for each pair of channel and city."""
    words = rng.integers(0, len(_SHOP_WORDS), len(channels))
    endings = rng.integers(0, 1 << 16, len(channels))
    branch = rng.integers(0, 4, len(channels))
    names = []
    for channel, city, word, ending, chain in zip(channels, cities, words, endings, branch, strict=True):
        choice = _SHOP_ENDINGS[channel]
        name = f"{_SHOP_WORDS[word]}{choice[ending % len(choice)]}"
        names.append(f"{name} {city[:2]}점" if chain == 0 else name)
    return names


def person_name(index: int) -> str:
    """Return a person's name."""
    return _SURNAMES[(index * 7) % len(_SURNAMES)] + _GIVEN[(index * 11 + index // 20) % len(_GIVEN)]


def business_number(index: int) -> str:
    """Return a well-formed 사업자등록번호 of ten digits whose check digit is right."""
    digits = f"{100 + index % 880:03d}{81 + index % 8:02d}{(index * 7919 + 1013) % 10_000:04d}"
    weights = (1, 3, 7, 1, 3, 7, 1, 3, 5)
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    total += int(digits[8]) * 5 // 10
    return f"{digits}{(10 - total % 10) % 10}"
