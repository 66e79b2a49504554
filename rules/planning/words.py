"""Reasons, violations and the cost of more, in Korean and English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.planning.model import HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.kpis import Locale, Text
    from rules.planning.edits import Violation, ViolationKind
    from rules.planning.model import Candidate, DayPlan, Decision, More, Reason


def _text(ko: str, en: str) -> Text:
    return MappingProxyType({"ko": ko, "en": en})


REASONS: Mapping[Reason, Text] = MappingProxyType(
    {
        "planned": _text("포함: 방문 {visits}회{rank}", "In the plan: visits {visits}{rank}"),
        "planned_fewer": _text(
            "포함: 영업하는 근무일이 {open}일뿐이어서 {asked}회 중 {visits}회 방문{rank}",
            "In the plan: open on {open} working days only, so visits {visits} of {asked}{rank}",
        ),
        "no_room": _text(
            "제외: 남은 시간이 모자람. 가장 나은 날에도 {minutes}분 부족{rank}",
            "Left out: no room. Its best day is {minutes} minutes short{rank}",
        ),
        "too_far": _text(
            "제외: 오가는 시간과 방문 시간만으로 하루를 넘음{rank}",
            "Left out: the way there and back and the visit alone are longer than a day{rank}",
        ),
        "never_open": _text(
            "제외: 이달 근무일에 영업하는 날이 없음", "Left out: not open on any working day of the month"
        ),
        "no_place": _text("제외: 위치를 모름", "Left out: its place is not known"),
        "no_visits": _text("제외: 유형 {code}의 방문 횟수가 0", "Left out: class {code} asks for no visits"),
        "nobody": _text("제외: 담당자가 없음", "Left out: nobody is responsible for it"),
    }
)
RANK: Text = _text(" (유형 {code}, 점수 {score})", " (class {code}, score {score})")
NO_CLASS: Text = _text("없음", "none")
VIOLATIONS: Mapping[ViolationKind, Text] = MappingProxyType(
    {
        "unknown": _text(
            "{on} {key}: 계획에 없는 점포 또는 담당자", "{on} {key}: outlet or representative not known"
        ),
        "no_place": _text("{on} {key}: 위치를 모름", "{on} {key}: its place is not known"),
        "holiday": _text("{on} {key}: 공휴일", "{on} {key}: a holiday"),
        "not_working": _text("{on} {key}: 근무일이 아님", "{on} {key}: not a working day"),
        "closed": _text("{on} {key}: 쉬는 날", "{on} {key}: closed"),
        "twice": _text("{on} {key}: 하루에 두 번", "{on} {key}: twice on one day"),
        "over_capacity": _text(
            "{on} {representative}: 하루 시간을 {minutes}분 넘음",
            "{on} {representative}: {minutes} minutes beyond the day",
        ),
        "fewer_visits": _text("{key}: 방문이 {amount}회 모자람", "{key}: visits too few: {amount}"),
        "more_visits": _text("{key}: 방문이 {amount}회 많음", "{key}: visits too many: {amount}"),
    }
)
MORE: Text = _text(
    "다음 {count}곳을 더하려면 방문 {visits}회, 적어도 {hours}시간이 더 필요합니다",
    "The next {count} would take visits {visits} and at least {hours} people-hours more",
)
NO_MORE: Text = _text("시간이 모자라 제외된 곳이 없습니다", "Nobody was left out for lack of room")
TENTHS = 10


def reason_text(decision: Decision, candidate: Candidate, locale: Locale) -> str:
    """Say why a candidate is in the plan or not."""
    code = candidate.class_code or NO_CLASS[locale]
    return REASONS[decision.reason][locale].format(
        visits=len(decision.days),
        asked=decision.asked,
        open=decision.open_days,
        minutes=minutes_up(decision.short_seconds),
        rank=RANK[locale].format(code=code, score=candidate.score),
        code=code,
    )


def violation_text(violation: Violation, locale: Locale) -> str:
    """Say what is wrong with an edited plan."""
    return VIOLATIONS[violation.kind][locale].format(
        on=violation.on,
        key=violation.key,
        representative=violation.representative,
        minutes=minutes_up(violation.amount),
        amount=violation.amount,
    )


def more_text(more: More, locale: Locale) -> str:
    """Say what those that come next would cost at least."""
    if not more.keys:
        return NO_MORE[locale]
    return MORE[locale].format(count=len(more.keys), visits=more.visits, hours=hours_text(more.seconds))


def route_ratio_bp(day: DayPlan) -> int:
    """Return travel ÷ travel of nearest neighbour in basis points, at most 10,000; 10,000 for no travel."""
    simple = day.nearest_neighbour_seconds
    return day.travel_seconds * 10_000 // simple if simple else 10_000


def minutes_up(seconds: int) -> int:
    """Return minutes, raised to the next one."""
    return -(-seconds // MINUTE)


def hours_text(seconds: int) -> str:
    """Write hours with one decimal, raised to the next tenth."""
    whole, tenth = divmod(-(-seconds * TENTHS // HOUR), TENTHS)
    return f"{whole:,}.{tenth}"
