"""VisitBook: the dated version of how long days and visits are, how often, and what makes a candidate rank.

Its identity is the SHA-256 of its canonical JSON, as with rulebooks. Points of a candidate are whole numbers,
and each part is shown beside the sum.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rules.documents import Document, Problem
from rules.fields import ABSENT, Fields
from rules.kpis import Text
from rules.money import BASIS_POINTS
from rules.planning.model import PlanSettings
from rules.segments.model import CLASSES
from rules.versioned import DocumentBook, latest_begun, shipped_from

if TYPE_CHECKING:
    from rules.months import Month

FOLDER = Path(__file__).parents[1] / "books" / "planning"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = frozenset(
    {
        *("visits", "version", "label", "effective_from", "day", "travel", "visit_minutes"),
        *("visits_unclassed", "visits_target", "more", "score"),
    }
)
SCORE_KEYS = frozenset({"classes", "unclassed", "target", "target_share", "unseen", "unseen_days"})
MAX_POINTS = 1_000
MAX_MINUTES = 960
MAX_VISITS = 31


@dataclass(frozen=True, slots=True)
class Score:
    """What makes a candidate rank, in whole points.

    Attributes:
        classes: Points by class.
        unclassed: Points without a class.
        target: Points for being on the target list.
        target_share: Points more when all of a target is the competitors'; in proportion for a part.
        unseen: Points for not having been seen for ``unseen_days`` or longer; in proportion before.
        unseen_days: Days, 1 or more.
    """

    classes: Mapping[str, int]
    unclassed: int
    target: int
    target_share: int
    unseen: int
    unseen_days: int

    def parts(
        self, class_code: str, *, target: bool, competitor_bp: int | None, unseen_days: int | None
    ) -> Mapping[str, int]:
        """Return the points of a candidate by part; parts without points are left out.

        Args:
            class_code: Its class; empty for none.
            target: Whether it is on the target list.
            competitor_bp: Share of the competitors in basis points; None when nobody said.
            unseen_days: Days since the last visit; None when it was never visited.
        """
        longest = self.unseen_days
        unseen = longest if unseen_days is None else min(max(unseen_days, 0), longest)
        found = {
            "class": self.classes.get(class_code, self.unclassed),
            "target": self.target if target else 0,
            "share": self.target_share * (competitor_bp or 0) // BASIS_POINTS if target else 0,
            "unseen": self.unseen * unseen // longest,
        }
        return MappingProxyType({name: points for name, points in found.items() if points})


@dataclass(frozen=True)
class VisitBook(DocumentBook):
    """One version. Only one without problems may plan.

    Attributes:
        code: Family of the book.
        version: Version label shown to people.
        label: Name by locale.
        effective_from: First day; it stands until the next version begins.
        settings: Days, roads, and for how many the cost of more is worked out.
        visit_minutes: Minutes of a visit by kind of account.
        visits_unclassed: Visits a month for accounts without a class.
        visits_target: Least visits a month for accounts of the target list.
        score: What makes a candidate rank.
        problems: What is wrong with the text it came from; other attributes are then incomplete.
    """

    code: str
    version: str
    label: Text
    effective_from: dt.date
    settings: PlanSettings
    visit_minutes: Mapping[str, int]
    visits_unclassed: int
    visits_target: int
    score: Score
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @classmethod
    def of_document(cls, document: Document) -> VisitBook:
        """Read a book from a document, which takes its problems too."""
        content = _read(document)
        return cls(**content, problems=tuple(sorted(set(document.problems))))

    def visits_of(self, class_code: str, by_class: Mapping[str, int], *, target: bool) -> int:
        """Return the visits asked in a month.

        Args:
            class_code: Class of the account; empty for none.
            by_class: Visits a month by class, from the class book.
            target: Whether it is on the target list.
        """
        asked = by_class.get(class_code, self.visits_unclassed)
        return max(asked, self.visits_target) if target else asked

    def plain(self) -> Mapping[str, object]:
        """Return the content as plain data, the form that is hashed; only for a sound book."""
        return _content(self)


@cache
def shipped_visit_books() -> tuple[VisitBook, ...]:
    """Return every shipped book in file order, read once.

    Raises:
        RulebookError: A shipped book has problems.
    """
    return shipped_from(FOLDER, VisitBook)


def visit_book_in_force(books: tuple[VisitBook, ...], month: Month) -> VisitBook:
    """Return the version that began last, on or before the month's first day.

    Raises:
        RulebookError: None has begun, or two began on the same day.
    """
    return latest_begun(books, month.first_on, "visits")


def _read(document: Document) -> dict[str, Any]:
    unread = document.content is None and document.problems
    book = Fields(document, ABSENT if unread else document.content, (), KEYS)
    minutes = book.part("visit_minutes", frozenset({"outlet", "terminal"}))
    return {
        "code": book.word("visits"),
        "version": book.text("version"),
        "label": book.labels("label"),
        "effective_from": book.day("effective_from"),
        "settings": _settings(book),
        "visit_minutes": MappingProxyType(
            {kind: minutes.whole(kind, 1, MAX_MINUTES) for kind in ("outlet", "terminal")}
        ),
        "visits_unclassed": book.whole("visits_unclassed", 0, MAX_VISITS),
        "visits_target": book.whole("visits_target", 0, MAX_VISITS),
        "score": _score(book.part("score", SCORE_KEYS)),
    }


def _settings(book: Fields) -> PlanSettings:
    day = book.part("day", frozenset({"minutes", "weekdays"}))
    travel = book.part("travel", frozenset({"road_factor_bp", "metres_per_hour"}))
    names = day.members("weekdays", len(WEEKDAYS))
    for name in names:
        if name not in WEEKDAYS:
            day.complain("weekdays", f"a weekday is one of {', '.join(WEEKDAYS)}: {name!r}")
    return PlanSettings(
        day_minutes=day.whole("minutes", 1, MAX_MINUTES),
        working_weekdays=frozenset(WEEKDAYS.index(name) for name in names if name in WEEKDAYS),
        road_factor_bp=travel.whole("road_factor_bp", BASIS_POINTS, 10 * BASIS_POINTS),
        metres_per_hour=travel.whole("metres_per_hour", 1_000, 200_000),
        more=book.whole("more", 0, 100),
    )


def _score(part: Fields) -> Score:
    classes = part.part("classes", frozenset(CLASSES))
    return Score(
        MappingProxyType({code: classes.whole(code, 0, MAX_POINTS) for code in CLASSES}),
        part.whole("unclassed", 0, MAX_POINTS),
        part.whole("target", 0, MAX_POINTS),
        part.whole("target_share", 0, MAX_POINTS),
        part.whole("unseen", 0, MAX_POINTS),
        part.whole("unseen_days", 1, 3_650),
    )


def _content(book: VisitBook) -> dict[str, Any]:
    settings, score = book.settings, book.score
    return {
        "visits": book.code,
        "version": book.version,
        "label": dict(book.label),
        "effective_from": book.effective_from.isoformat(),
        "day": {
            "minutes": settings.day_minutes,
            "weekdays": [WEEKDAYS[day] for day in sorted(settings.working_weekdays)],
        },
        "travel": {
            "road_factor_bp": settings.road_factor_bp,
            "metres_per_hour": settings.metres_per_hour,
        },
        "visit_minutes": dict(book.visit_minutes),
        "visits_unclassed": book.visits_unclassed,
        "visits_target": book.visits_target,
        "more": settings.more,
        "score": {
            "classes": dict(score.classes),
            "unclassed": score.unclassed,
            "target": score.target,
            "target_share": score.target_share,
            "unseen": score.unseen,
            "unseen_days": score.unseen_days,
        },
    }
