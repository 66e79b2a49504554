"""From plain data to the parts of a segment book, reporting every problem and never stopping at the first."""

from __future__ import annotations

from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from rules.fields import ABSENT, Fields
from rules.money import BASIS_POINTS
from rules.months import Month
from rules.segments.model import (
    CLASSES,
    LEAST_RATING,
    LEVELS,
    MOST_RATING,
    PROSPECT_CLASSES,
    AccountRules,
    BeforeFirst,
    ClassTerms,
    Contribution,
    ContributionRule,
    Found,
    Hysteresis,
    Indicator,
    Limit,
    ProspectRules,
    StabilityMeasure,
    Within,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from rules.documents import Document
    from rules.kpis import Text

Code = TypeVar("Code", bound=str)
BOOK_KEYS = frozenset({"segments", "version", "label", "effective_from", "accounts", "prospects"})
ACCOUNT_KEYS = frozenset(
    {"months", "least_months", "before_first", "contribution", "stability", "limits", "hysteresis", "classes"}
)
PROSPECT_KEYS = frozenset(
    {"indicators", "intent", "intent_limit", "contribution_limit", "adjustment_limit", "classes"}
)
MAX_MONTHS = 60
MAX_LIMIT_BP = 100_000
MAX_VISITS = 31
TOTAL_WEIGHT = 100
EARLIEST = Month.parse("1900-01")


class SegmentReader:
    """Reads one document into the attributes of a segment book.

    Args:
        document: Content, and where problems go.
    """

    def __init__(self, document: Document) -> None:
        self._document = document

    def read(self) -> dict[str, Any]:
        """Return the attributes of the book; stand-ins where the document has problems."""
        unread = self._document.content is None and self._document.problems
        book = Fields(self._document, ABSENT if unread else self._document.content, (), BOOK_KEYS)
        return {
            "code": book.word("segments"),
            "version": book.text("version"),
            "label": book.labels("label"),
            "effective_from": self._first_day(book),
            "accounts": self._accounts(book.part("accounts", ACCOUNT_KEYS)),
            "prospects": self._prospects(book.part("prospects", PROSPECT_KEYS)),
        }

    @staticmethod
    def _first_day(book: Fields) -> dt.date:
        start = book.day("effective_from")
        if start.day != 1:
            book.complain("effective_from", "a version begins on the first day of a month")
        return start

    def _accounts(self, part: Fields) -> AccountRules:
        months = part.whole("months", 1, MAX_MONTHS)
        least = part.whole("least_months", 1, MAX_MONTHS)
        if least > months:
            part.complain("least_months", f"a window of {months} months cannot ask for {least}")
        stability = part.part("stability", frozenset({"measure"}))
        return AccountRules(
            months,
            least,
            part.choice("before_first", get_args(BeforeFirst)),
            _contribution(part),
            stability.choice("measure", get_args(StabilityMeasure)),
            self._limits(part),
            _hysteresis(part),
            _classes(part, CLASSES),
        )

    def _limits(self, part: Fields) -> tuple[Limit, ...]:
        limits: list[Limit] = []
        for place, content in enumerate(part.members("limits")):
            keys = frozenset({"level", "channel", "limit_bp", "found"})
            entry = Fields(self._document, content, (*part.path, "limits", place), keys)
            limit = _limit(entry)
            if any((limit.level, limit.channel) == (one.level, one.channel) for one in limits):
                entry.complain("", f"the limit of {limit.level} {limit.channel!r} is given twice")
            limits.append(limit)
        general = {limit.level for limit in limits if not limit.channel}
        for level in sorted({limit.level for limit in limits} - general):
            part.complain("limits", f"{level} needs a limit for channels without one of their own")
        return tuple(limits)

    def _prospects(self, part: Fields) -> ProspectRules:
        indicators = self._indicators(part)
        highest = MOST_RATING * TOTAL_WEIGHT
        return ProspectRules(
            indicators,
            self._anchors(part, "intent"),
            part.whole("intent_limit", LEAST_RATING, MOST_RATING),
            part.whole("contribution_limit", LEAST_RATING * TOTAL_WEIGHT, highest),
            part.whole("adjustment_limit", 0, highest),
            _classes(part, PROSPECT_CLASSES),
        )

    def _indicators(self, part: Fields) -> tuple[Indicator, ...]:
        found: list[Indicator] = []
        for place, content in enumerate(part.members("indicators")):
            keys = frozenset({"id", "label", "weight", "anchors"})
            entry = Fields(self._document, content, (*part.path, "indicators", place), keys)
            name, label = entry.word("id"), entry.labels("label")
            weight = entry.whole("weight", 0, TOTAL_WEIGHT)
            if any(name == one.id for one in found):
                entry.complain("id", f"the id {name!r} is used twice")
            found.append(Indicator(name, label, weight, self._anchors(entry, "anchors")))
        whole = sum(one.weight for one in found)
        if found and whole != TOTAL_WEIGHT:
            part.complain("indicators", f"the weights add up to {whole}, not {TOTAL_WEIGHT}")
        return tuple(found)

    def _anchors(self, part: Fields, key: str) -> tuple[Text, ...]:
        entries = part.members(key)
        if entries and len(entries) != MOST_RATING:
            part.complain(key, f"{key!r} says what each step from {LEAST_RATING} to {MOST_RATING} means")
        keys = frozenset({"ko", "en"})
        steps = (
            Fields(self._document, content, (*part.path, key, place), keys)
            for place, content in enumerate(entries)
        )
        return tuple(MappingProxyType({"ko": step.text("ko"), "en": step.text("en")}) for step in steps)


def _contribution(accounts: Fields) -> Contribution:
    part = accounts.part("contribution", frozenset({"rule", "share_bp", "within"}))
    rule = part.choice("rule", get_args(ContributionRule))
    if rule == "smallest_set":
        share = part.whole("share_bp", 1, BASIS_POINTS)
    else:
        share = BASIS_POINTS
        if "share_bp" in part.content:
            part.complain("share_bp", "only the smallest set has a share")
    return Contribution(rule, share, part.choice("within", get_args(Within)))


def _hysteresis(accounts: Fields) -> Hysteresis:
    part = accounts.part("hysteresis", frozenset({"contribution_bp", "stability_bp", "months"}))
    return Hysteresis(
        part.whole("contribution_bp", 0, BASIS_POINTS),
        part.whole("stability_bp", 0, BASIS_POINTS),
        part.whole("months", 1, MAX_MONTHS),
    )


def _limit(entry: Fields) -> Limit:
    channel = entry.text("channel") if "channel" in entry.content else ""
    limit = entry.whole("limit_bp", 0, MAX_LIMIT_BP)
    found = None
    if "found" in entry.content:
        part = entry.part("found", frozenset({"month", "accounts"}))
        found = Found(_month(part), part.whole("accounts", 1, 10**9))
    return Limit(entry.choice("level", LEVELS), channel, limit, found)


def _month(part: Fields) -> Month:
    text = part.text("month")
    with suppress(ValueError):
        return Month.parse(text)
    if text:
        part.complain("month", f"'month' must be a month, YYYY-MM: {text!r}")
    return EARLIEST


def _classes(part: Fields, codes: tuple[Code, ...]) -> Mapping[Code, ClassTerms]:
    classes = part.part("classes", frozenset(codes))
    found: dict[Code, ClassTerms] = {}
    for code in codes:
        terms = classes.part(code, frozenset({"label", "visits_per_month"}))
        found[code] = ClassTerms(terms.labels("label"), terms.whole("visits_per_month", 0, MAX_VISITS))
    return MappingProxyType(found)
