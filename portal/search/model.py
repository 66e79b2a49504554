"""How text becomes search keys: folded text, first consonants (초성) and two-character grams.

The keys are made here for both databases, because neither indexes Korean by itself: SQLite's trigrams find
no two-syllable word, PostgreSQL's none at all under the C locale. Reasons and figures:
docs/algorithms/search.md.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from operator import add
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
_INITIALS = {
    code: _CONSONANTS[(code - _FIRST_SYLLABLE) // _SYLLABLES_PER_CONSONANT]
    for code in range(_FIRST_SYLLABLE, _LAST_SYLLABLE + 1)
}
_FOLDED = re.compile("[\uff01-\uff5e\u1100-\u1112]")
_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")
_SYLLABLE = re.compile("[\uac00-\ud7a3]")


class RecordKind(IntEnum):
    """What an entry stands for; part of its key, at most ``KEY_STEP - 1``."""

    DEALER = 1
    OUTLET = 2
    TERMINAL = 3
    SUSPECT = 4
    CONTACT = 5
    PRODUCT = 6

    @property
    def gram(self) -> str:
        """The mark that entries of this kind hold among their grams; no text can contain it."""
        return f"§{int(self)}"

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
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if _FOLDED.search(text):
            text = text.translate(_FOLDS)
    return _NO_LETTER_OR_DIGIT.sub("", text.lower())


def initials(folded: str) -> str:
    """Return folded text with every Hangul syllable replaced by its first consonant."""
    return folded.translate(_INITIALS)


def keys_of(texts: Iterable[str]) -> Keys:
    """Make the keys of a record's texts; a search never matches across two of them."""
    parts = [part for part in map(fold, texts) if part]
    consonants = [part if part.isascii() else part.translate(_INITIALS) for part in parts]
    grams: list[str] = []
    for part in parts:
        grams += _pairs(part)
        grams.append(part[-1])
    folded = " ".join(parts)
    for short in consonants:
        if not short.isascii():
            grams += _pairs(short)
            grams.append(short[-1])
    grams += sorted(set(_SYLLABLE.findall(folded)))
    return Keys(folded, " ".join(consonants), " ".join(grams))


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
    return list(map(add, text, text[1:]))


def _is_syllable(character: str) -> bool:
    return _FIRST_SYLLABLE <= ord(character) <= _LAST_SYLLABLE
