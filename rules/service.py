"""Service tiers: what contracted dealers get beyond the contract, by size of orders and payment in time.

A dated book with two criteria that are the same for everybody and no third one. A tier adds service and terms
of payment; it is no incentive and nothing about incentives reads it.
Source: FEATURES S95; 대리점법 제9조 제1항 (FEATURES A7, L1).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from rules.documents import Problem, document_from
from rules.errors import RulebookError
from rules.fields import ABSENT, Fields
from rules.kpis import Text
from rules.money import BASIS_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.documents import Document

FOLDER = Path(__file__).parent / "books" / "service"
MAX_TIERS = 10
_KEYS = frozenset(
    {"service", "version", "label", "announced_on", "effective_from", "order_months", "in_time_days"}
    | {"early_days", "tiers", "source"}
)
_TIER_KEYS = frozenset({"id", "label", "order_from_minor", "in_time_from_bp", "benefits"})
_BENEFIT_KEYS = frozenset({"deliveries_a_week", "extra_terms_days", "early_payment_bp"})
_MONTHS, _DAYS, _MINOR, _DELIVERIES = 36, 366, 10**15, 7


@dataclass(frozen=True, slots=True)
class Benefits:
    """What a tier gives.

    Attributes:
        deliveries_a_week: Days of the week on which orders are delivered, 0 to 7.
        extra_terms_days: Days to pay beyond the contract.
        early_payment_bp: Taken off an invoice that is paid ``early_days`` before it is due, in basis points
            of its supply value.
    """

    deliveries_a_week: int
    extra_terms_days: int
    early_payment_bp: int

    @property
    def numbers(self) -> tuple[int, int, int]:
        """All three, for comparisons."""
        return self.deliveries_a_week, self.extra_terms_days, self.early_payment_bp


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier and what it takes, both bounds inclusive.

    Attributes:
        order_from_minor: Least average of a month's orders, supply value in minor units.
        in_time_from_bp: Least share paid in time of what fell due, in basis points.
    """

    id: str
    label: Text
    order_from_minor: int
    in_time_from_bp: int
    benefits: Benefits

    def fits(self, order_minor: int, in_time_bp: int | None) -> bool:
        """Tell whether both criteria are met; where nothing fell due, payment in time is not asked for."""
        in_time = in_time_bp is None or in_time_bp >= self.in_time_from_bp
        return in_time and order_minor >= self.order_from_minor


@dataclass(frozen=True, slots=True)
class ServiceBook:
    """A version of the tiers.

    Attributes:
        order_months: Complete months whose orders are averaged, at most.
        in_time_days: Days back in which amounts fell due.
        early_days: How long before the due day a payment is early.
        tiers: Best first; the last one asks for nothing.
        problems: What is wrong with the text.
    """

    version: str
    label: Text
    announced_on: dt.date
    effective_from: dt.date
    order_months: int
    in_time_days: int
    early_days: int
    tiers: tuple[Tier, ...]
    problems: tuple[Problem, ...] = ()

    @classmethod
    def load(cls, source: Path | str) -> ServiceBook:
        """Read a book from a file in UTF-8 or from its text; problems are collected, not raised.

        Raises:
            OSError: The file cannot be read.
        """
        document = document_from(source)
        unread = document.content is None and document.problems
        book = Fields(document, ABSENT if unread else document.content, (), _KEYS)
        book.word("service")
        book.text("source")
        announced_on, effective_from = book.day("announced_on"), book.day("effective_from")
        if announced_on > effective_from:
            book.complain("announced_on", "dealers are told before the first day")
        return cls(
            version=book.text("version"),
            label=book.labels("label"),
            announced_on=announced_on,
            effective_from=effective_from,
            order_months=book.whole("order_months", 1, _MONTHS),
            in_time_days=book.whole("in_time_days", 1, _DAYS),
            early_days=book.whole("early_days", 0, _DAYS),
            tiers=_tiers(document, book.members("tiers", MAX_TIERS)),
            problems=tuple(sorted(set(document.problems))),
        )

    def tier_of(self, order_minor: int, in_time_bp: int | None) -> Tier:
        """Return the best tier a dealer's figures reach; the last one is everybody's."""
        fitting = (tier for tier in self.tiers if tier.fits(order_minor, in_time_bp))
        return next(fitting, self.tiers[-1])

    def next_up(self, tier: Tier) -> Tier | None:
        """Return the tier above, or None above the best."""
        place = self.tiers.index(tier)
        return self.tiers[place - 1] if place else None


def _tiers(document: Document, members: list[object]) -> tuple[Tier, ...]:
    tiers = tuple(
        _tier(Fields(document, member, ("tiers", place), _TIER_KEYS)) for place, member in enumerate(members)
    )
    if len({tier.id for tier in tiers}) < len(tiers):
        document.complain(("tiers",), "two tiers have one id")
    for place, (above, below) in enumerate(pairwise(tiers), start=1):
        path = ("tiers", place)
        if _asks(below) == _asks(above) or _exceeds(_asks(below), _asks(above)):
            document.complain(path, "a tier asks for less than the one above it")
        if _exceeds(below.benefits.numbers, above.benefits.numbers):
            document.complain(path, "a tier gives no more than the one above it")
    if tiers and _asks(tiers[-1]) != (0, 0):
        document.complain(("tiers", len(tiers) - 1), "the last tier asks for nothing: it is everybody's")
    return tiers


def _tier(part: Fields) -> Tier:
    given = part.part("benefits", _BENEFIT_KEYS)
    return Tier(
        part.word("id"),
        part.labels("label"),
        part.whole("order_from_minor", 0, _MINOR),
        part.whole("in_time_from_bp", 0, BASIS_POINTS),
        Benefits(
            given.whole("deliveries_a_week", 0, _DELIVERIES),
            given.whole("extra_terms_days", 0, _DAYS),
            given.whole("early_payment_bp", 0, BASIS_POINTS),
        ),
    )


def _asks(tier: Tier) -> tuple[int, int]:
    return tier.order_from_minor, tier.in_time_from_bp


def _exceeds(one: Iterable[int], other: Iterable[int]) -> bool:
    return any(mine > theirs for mine, theirs in zip(one, other, strict=True))


@cache
def service_books() -> tuple[ServiceBook, ...]:
    """Return every shipped book in file order, read once.

    Raises:
        RulebookError: A shipped book has problems.
    """
    books = tuple(ServiceBook.load(path) for path in sorted(FOLDER.glob("*.yaml")))
    for book in books:
        if book.problems:
            raise RulebookError(book.version, [str(problem) for problem in book.problems])
    return books


def service_book_on(day: dt.date, books: Iterable[ServiceBook] | None = None) -> ServiceBook | None:
    """Return the book in force on a day: the one that began last; None before the first."""
    begun = [book for book in (service_books() if books is None else books) if book.effective_from <= day]
    return max(begun, key=lambda book: book.effective_from, default=None)
