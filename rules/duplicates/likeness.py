"""How alike two accounts are: normalised texts, the keys that bring them together, the score with reasons.

Pure: two profiles and a book in, reasons out. In words: docs/algorithms/duplicates.md.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.duplicates.book import LikenessBook

KEY_MAX = 80
_PHONE_DIGITS_LEAST = 8
_BEGINNING_LEAST = 3
_PREFIX = 2
_MOST_POINTS = 100
_METRES_PER_DEGREE = 111_320
_MICRO = 1_000_000
_FULL_WIDTH: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    0x3000: 0x20,
    0x321C: "(주)",
}
# Legal forms say nothing about which shop it is; what stands in brackets is taken with them.
_LEGAL = re.compile(
    r"\((?:주|유|합|재|사)\)|(?:주식|유한|합자|합명)\s*회사|㈐|㈕|"
    r"\b(?:co\.?\s*,?\s*ltd|ltd|inc|corp|llc|gmbh)\b\.?"
)
_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")
_DISTRICT = re.compile(r"([가-힣]{1,6}(?:시|군|구))(?=\s)")
_STREET = re.compile(r"([가-힣a-z0-9·.]+(?:대로|로|길|동|리|가))\s*(?:번지\s*)?(\d+(?:-\d+)?)(?!\d)")
_COUNTRY = re.compile(r"^\+?82\s*\(?0?\)?")


class Sign(StrEnum):
    """What speaks for or against two accounts being one; ``TOLD`` is a person's word, without points."""

    TOLD = "told"
    PHONE = "phone"
    NUMBER = "number"
    OTHER_NUMBER = "other_number"
    ADDRESS = "address"
    NAME_ALIKE = "name_alike"
    NAME_SIMILAR = "name_similar"
    NEAR = "near"
    AROUND = "around"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Reason:
    """One sign, the points it gives (below 0 when it speaks against), and its measure.

    Attributes:
        measure: Percent of letters in common, or metres; 0 for signs without one.
    """

    sign: Sign
    points: int
    measure: int = 0


@dataclass(frozen=True)
class Profile:
    """What of an account is compared.

    Attributes:
        area: Where names are compared: its area, or its region where it has none.
        place: Latitude and longitude in micro-degrees, or None.
    """

    id: int
    kind: str
    name: str
    phone: str = ""
    address: str = ""
    number: str = ""
    area: str = ""
    place: tuple[int, int] | None = None

    @cached_property
    def core(self) -> str:
        """The name without legal form, spaces and signs."""
        return core_name(self.name)

    @cached_property
    def letters(self) -> str:
        """The name's letters, syllables taken apart."""
        return unicodedata.normalize("NFD", self.core)

    @cached_property
    def digits(self) -> str:
        """The telephone's digits, empty when there are too few to tell anybody apart."""
        return phone_digits(self.phone)

    @cached_property
    def street(self) -> str:
        """District, road or lot, and number; see ``street_of``."""
        return street_of(self.address)


def core_name(name: str) -> str:
    """Return what of a name is compared: ``(주) 한빛 호프`` → ``한빛호프``; empty only without letters."""
    text = unicodedata.normalize("NFC", name).translate(_FULL_WIDTH).lower()
    bare = _NO_LETTER_OR_DIGIT.sub("", _LEGAL.sub(" ", text))
    return bare or _NO_LETTER_OR_DIGIT.sub("", text)


def phone_digits(phone: str) -> str:
    """Return a telephone's digits in national form, empty below eight of them."""
    digits = re.sub(r"\D", "", _COUNTRY.sub("0", phone.strip()))
    return digits if len(digits) >= _PHONE_DIGITS_LEAST else ""


def street_of(address: str) -> str:
    """Return district, road or lot, and number of an address as one word, or the whole of it without signs.

    Floor, room and the building's name do not count: ``대전 유성구 대학로 99, 1층`` → ``유성구대학로99``.
    """
    text = unicodedata.normalize("NFC", address).translate(_FULL_WIDTH).lower()
    found = _STREET.search(text)
    if found is None:
        return _NO_LETTER_OR_DIGIT.sub("", text)
    districts = _DISTRICT.findall(text[: found.start() + 1])
    return f"{districts[-1] if districts else ''}{found[1]}{found[2]}"


def likeness_percent(one: Profile, other: Profile) -> int:
    """Return the letters that two names have in common, 0 to 100; the same whichever comes first."""
    if one.core == other.core:
        return 100 if one.core else 0
    lower, higher = sorted((one.letters, other.letters))
    matcher = SequenceMatcher(None, lower, higher, autojunk=False)
    return int(matcher.ratio() * 100)


def metres_between(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Return the distance of two places in micro-degrees, in whole metres; good below some kilometres."""
    north = (one[0] - other[0]) / _MICRO * _METRES_PER_DEGREE
    middle = math.radians((one[0] + other[0]) / 2 / _MICRO)
    east = (one[1] - other[1]) / _MICRO * _METRES_PER_DEGREE * math.cos(middle)
    return round(math.hypot(north, east))


def keys_of(profile: Profile, book: LikenessBook) -> list[str]:
    """Return the keys of an account, sorted: two accounts that share none are never compared."""
    return sorted({f"{profile.kind[:1]}{key}"[:KEY_MAX] for key in _keys(profile, book)})


def _keys(profile: Profile, book: LikenessBook) -> Iterator[str]:
    if profile.digits:
        yield f"p{profile.digits}"
    if profile.number:
        yield f"b{profile.number}"
    if profile.street:
        yield f"a{profile.street}"
    if profile.core:
        yield f"n{profile.core[:40]}|{profile.area[:36]}"
        yield f"s{profile.core[:_PREFIX]}|{profile.area[:36]}"
    if profile.place is not None:
        yield from _squares(profile.place, book.near_m)


def _squares(place: tuple[int, int], near_m: int) -> Iterator[str]:
    """Yield the squares of four grids shifted by half a square; places within ``near_m`` share one of them.

    Squares are measured at the place's latitude in whole degrees, so that neighbours use the same grid;
    across a whole degree two neighbours may be missed.
    """
    half_north = max(1, round(near_m * _MICRO / _METRES_PER_DEGREE))
    width = math.cos(math.radians(min(89, abs(place[0]) // _MICRO + 1)))
    half_east = max(1, math.ceil(half_north / width))
    for north in (0, half_north):
        for east in (0, half_east):
            row = (place[0] + north) // (2 * half_north)
            column = (place[1] + east) // (2 * half_east)
            yield f"g{int(north > 0)}{int(east > 0)}:{row}:{column}"


def reasons_for(one: Profile, other: Profile, book: LikenessBook) -> list[Reason]:
    """Return what speaks for and against two accounts of one kind being one."""
    found = [_number(one, other, book), _phone(one, other, book), _address(one, other, book)]
    found += [_name(one, other, book), _distance(one, other, book)]
    return [reason for reason in found if reason is not None]


def score_of(reasons: list[Reason]) -> int:
    """Return the points of all reasons, 0 to 100."""
    return max(0, min(_MOST_POINTS, sum(reason.points for reason in reasons)))


def _number(one: Profile, other: Profile, book: LikenessBook) -> Reason | None:
    if not one.number or not other.number:
        return None
    if one.number == other.number:
        return Reason(Sign.NUMBER, book.same_number_points)
    return Reason(Sign.OTHER_NUMBER, -book.other_number_points)


def _phone(one: Profile, other: Profile, book: LikenessBook) -> Reason | None:
    same = one.digits and one.digits == other.digits
    return Reason(Sign.PHONE, book.same_phone_points) if same else None


def _address(one: Profile, other: Profile, book: LikenessBook) -> Reason | None:
    same = one.street and one.street == other.street
    return Reason(Sign.ADDRESS, book.same_address_points) if same else None


def _name(one: Profile, other: Profile, book: LikenessBook) -> Reason | None:
    percent = likeness_percent(one, other)
    if percent >= book.alike_name_percent:
        return Reason(Sign.NAME_ALIKE, book.alike_name_points, percent)
    if percent >= book.similar_name_percent or _begins(one.core, other.core):
        return Reason(Sign.NAME_SIMILAR, book.similar_name_points, percent)
    return None


def _begins(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _BEGINNING_LEAST and longer.startswith(shorter)


def _distance(one: Profile, other: Profile, book: LikenessBook) -> Reason | None:
    if one.place is None or other.place is None:
        return None
    metres = metres_between(one.place, other.place)
    if metres <= book.near_m:
        return Reason(Sign.NEAR, book.near_points, metres)
    if metres <= book.around_m:
        return Reason(Sign.AROUND, book.around_points, metres)
    return Reason(Sign.FAR, -book.far_points, metres) if metres > book.far_m else None
