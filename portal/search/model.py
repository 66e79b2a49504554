"""How text becomes search keys: folded text, first consonants (초성) and two-character grams.

The keys are made here for both databases, because neither indexes Korean by itself: SQLite's trigrams find
no two-syllable word, PostgreSQL's none at all under the C locale. Reasons and figures:
docs/algorithms/search.md.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.access import Viewer

TEXT_MAX = 100
TERMS_MAX = 8
KEY_STEP = 8
_FIRST_SYLLABLE, _LAST_SYLLABLE, _SYLLABLES_PER_CONSONANT = 0xAC00, 0xD7A3, 588
_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
# Full-width forms of ASCII, and conjoining consonants that stand alone, as other systems write them. NFKC is
# not used: it turns the very jamo people type into conjoining ones.
_FOLDS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x1100 + number: ord(consonant) for number, consonant in enumerate(_CONSONANTS)
}


class RecordKind(IntEnum):
    """What an entry stands for; part of its key, at most ``KEY_STEP - 1``."""

    DEALER = 1
    OUTLET = 2
    TERMINAL = 3
    SUSPECT = 4
    CONTACT = 5
    PRODUCT = 6

    def key(self, record_id: int) -> int:
        """Return the entry's key: record id and kind in one integer."""
        return record_id * KEY_STEP + self


@dataclass(frozen=True, slots=True)
class Keys:
    """What is stored of a record's texts.

    Attributes:
        folded: The texts, each folded, joined by spaces.
        initials: The same with every syllable as its first consonant.
        grams: Pairs of neighbouring characters of both, and single syllables, joined by spaces.
    """

    folded: str
    initials: str
    grams: str


@dataclass(frozen=True, slots=True)
class Term:
    """One word looked for: as text, or as first consonants."""

    text: str
    by_initials: bool

    @property
    def grams(self) -> tuple[str, ...]:
        """Grams that a record must hold, in order; empty when only reading the text can tell."""
        if len(self.text) > 1:
            return tuple(_pairs(self.text))
        return (self.text,) if _is_syllable(self.text) else ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found.

    Attributes:
        kind: What it is.
        title: Its name.
        detail: One line that tells it from others of the same name: code, area, dealer.
        url: Its page.
    """

    kind: RecordKind
    title: str
    detail: str
    url: str


class Finder(Protocol):
    """A slice's answer to a search, limited to what the viewer may see."""

    @property
    def kind(self) -> RecordKind:
        """What it finds."""

    @property
    def label(self) -> str:
        """English heading of its hits, translated where shown."""

    @property
    def list_url(self) -> str:
        """The list where all of them are."""

    @property
    def is_personal(self) -> bool:
        """Whether hits are data of people: shown on request only, never while somebody types."""

    async def find(self, viewer: Viewer, text: str, limit: int) -> Sequence[Hit]:
        """Return the best hits, best first, at most ``limit``."""


def fold(text: str) -> str:
    """Return the text as it is compared: NFC, lower case, letters and digits only."""
    plain = unicodedata.normalize("NFC", text).translate(_FOLDS).lower()
    return "".join(character for character in plain if character.isalnum())


def initials(folded: str) -> str:
    """Return folded text with every Hangul syllable replaced by its first consonant."""
    return "".join(
        _CONSONANTS[(ord(character) - _FIRST_SYLLABLE) // _SYLLABLES_PER_CONSONANT]
        if _is_syllable(character)
        else character
        for character in folded
    )


def keys_of(texts: Iterable[str]) -> Keys:
    """Make the keys of a record's texts; a search never matches across two of them."""
    parts = [part for part in map(fold, texts) if part]
    consonants = [initials(part) for part in parts]
    grams: list[str] = []
    for part in (*parts, *(short for short, part in zip(consonants, parts, strict=True) if short != part)):
        grams += [*_pairs(part), part[-1]]
    grams += sorted({character for part in parts for character in part if _is_syllable(character)})
    return Keys(" ".join(parts), " ".join(consonants), " ".join(grams))


def terms_of(text: str) -> tuple[Term, ...]:
    """Read what a person typed: every word must be found, in any order.

    A word with a lone consonant is taken as first consonants altogether, so 한ㅂㅎ finds what ㅎㅂㅎ finds.
    """
    words = [fold(word) for word in text[:TEXT_MAX].split()]
    return tuple(
        Term(initials(word), by_initials=True)
        if any(character in _CONSONANTS for character in word)
        else Term(word, by_initials=False)
        for word in words[:TERMS_MAX]
        if word
    )


def rank(title: str, text: str) -> tuple[int, int, str]:
    """Order hits: the very name first, then names that begin with it, then short ones."""
    name, wanted = fold(title), fold(text)
    nearness = 0 if name == wanted else 1 if name.startswith(wanted) else 2
    return nearness, len(name), name


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]


def _is_syllable(character: str) -> bool:
    return _FIRST_SYLLABLE <= ord(character) <= _LAST_SYLLABLE
