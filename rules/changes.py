"""What differs between two versions of a score sheet, in Korean and English sentences dealers can read.

Pure: only the two books are read. Sentences come in the order of the sheet: lines, grades, keeping, days.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING

from rules.kpis import Text
from rules.words import clause_text, number_text, points_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.kpis import Locale
    from rules.rulebook import Rulebook
    from rules.terms import Band, Input, Line

LOCALES: tuple[Locale, ...] = ("ko", "en")
NO_END: Text = {"ko": "따로 정할 때까지", "en": "until further notice"}
MISSING: Mapping[str, Text] = {
    "no_match": {"ko": "다른 항목에 배점을 나눔", "en": "its weight goes to the other lines"},
    "hold": {"ko": "사람이 결정", "en": "a person decides"},
    "error": {"ko": "평가를 멈춤", "en": "the evaluation stops"},
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        area: Id of the line, name of the input, or ``grades``, ``keeping``, ``days``, ``rounding``.
        kind: ``added``, ``removed`` or ``changed``.
        text: The sentence, by locale.
    """

    area: str
    kind: str
    text: Text


def changes(before: Rulebook, after: Rulebook) -> tuple[Change, ...]:
    """Return every difference that can change a result, a date or what people read, in the sheet's order.

    Raises:
        RulebookError: One of the books has problems.
    """
    before.require_sound()
    after.require_sound()
    return tuple(
        change
        for part in (_lines, _order, _inputs, _grades, _keeping, _days)
        for change in part(before, after)
    )


def _lines(before: Rulebook, after: Rulebook) -> Iterator[Change]:
    old = {line.id: line for line in before.lines}
    new = {line.id: line for line in after.lines}
    for line in after.lines:
        if line.id in old:
            yield from _line(before, old[line.id], after, line)
        else:
            yield _said(line.id, "added", _ADDED, line)
            yield from (_band_change(line, "added", _BAND_ADDED, None, (after, line, b)) for b in line.bands)
    for line in before.lines:
        if line.id not in new:
            yield _said(line.id, "removed", _REMOVED, line)


_ADDED: Text = {"ko": "{label}: 항목 추가, 배점 {points}", "en": "{label}: line added, {points}"}
_REMOVED: Text = {"ko": "{label}: 항목 삭제 (배점 {points})", "en": "{label}: line removed ({points})"}
_INFORMATIVE: Text = {"ko": "참고", "en": "for information"}
_BAND: Text = {"ko": "{when} {points}", "en": "{when} gives {points}"}
_BAND_ADDED: Text = {"ko": "{label}: 기준 추가 – {after}", "en": "{label}: threshold added – {after}"}
_BAND_REMOVED: Text = {"ko": "{label}: 기준 삭제 – {before}", "en": "{label}: threshold removed – {before}"}
_BAND_CHANGED: Text = {"ko": "{label}: {before} → {after}", "en": "{label}: {before} → {after}"}


def _said(area: str, kind: str, text: Text, line: Line) -> Change:
    said = {locale: _weight(line, locale) for locale in LOCALES}
    return Change(
        area,
        kind,
        {locale: text[locale].format(label=line.label[locale], points=said[locale]) for locale in LOCALES},
    )


def _weight(line: Line, locale: Locale) -> str:
    return _INFORMATIVE[locale] if line.informative else points_words(line.weight_milli, locale)


def _line(before: Rulebook, old: Line, after: Rulebook, new: Line) -> Iterator[Change]:
    pairs: list[tuple[Text, Text, Text]] = []
    if old.label != new.label:
        pairs.append(({"ko": "항목 이름", "en": "name of a line"}, old.label, new.label))
    if _weights(old) != _weights(new):
        name = {locale: f"{new.label[locale]} {word}" for locale, word in _WEIGHT.items()}
        pairs.append((name, _weights(old), _weights(new)))
    if _measures(before, old) != _measures(after, new):
        name = {locale: f"{new.label[locale]} {word}" for locale, word in _MEASURE.items()}
        pairs.append((name, _measures(before, old), _measures(after, new)))
    yield from (_arrow(new.id, *pair) for pair in pairs)
    yield from _bands(before, old, after, new)
    if old.curve != new.curve or _curve(before, old) != _curve(after, new):
        text = {locale: f"{new.label[locale]}: {_CURVE[locale]}" for locale in LOCALES}
        yield Change(new.id, "changed", text)
    if old.reason != new.reason:
        name = {locale: f"{new.label[locale]} {word}" for locale, word in _REASON.items()}
        yield _arrow(new.id, name, old.reason, new.reason)


_WEIGHT: Text = {"ko": "배점", "en": "weight"}
_MEASURE: Text = {"ko": "지표", "en": "measure"}
_REASON: Text = {"ko": "사유", "en": "reason"}
_CURVE: Text = {"ko": "점수 곡선이 달라집니다", "en": "the curve that gives its points changes"}


def _weights(line: Line) -> Text:
    return {locale: _weight(line, locale) for locale in LOCALES}


def _measures(book: Rulebook, line: Line) -> Text:
    return book.inputs[line.input].label


def _curve(book: Rulebook, line: Line) -> object:
    return book.inputs[line.curve].curve if line.curve else None


def _bands(before: Rulebook, old: Line, after: Rulebook, new: Line) -> Iterator[Change]:
    """Pair bands that ask for the same, then the rest in order."""
    said_old = [_band(before, old, band, "ko") for band in old.bands]
    said_new = [_band(after, new, band, "ko") for band in new.bands]
    left_old = [band for band, text in zip(old.bands, said_old, strict=True) if text not in said_new]
    left_new = [band for band, text in zip(new.bands, said_new, strict=True) if text not in said_old]
    matched = _matched(before, old, left_old, after, new, left_new)
    for was, now in matched:
        if was is None:
            yield _band_change(new, "added", _BAND_ADDED, None, (after, new, now))
        elif now is None:
            yield _band_change(new, "removed", _BAND_REMOVED, (before, old, was), None)
        else:
            yield _band_change(new, "changed", _BAND_CHANGED, (before, old, was), (after, new, now))


_Pair = tuple["Band | None", "Band | None"]


def _matched(
    before: Rulebook, old: Line, left_old: list[Band], after: Rulebook, new: Line, left_new: list[Band]
) -> list[_Pair]:
    """Match bands with the same condition, then with the same points, then in order."""
    pairs: list[_Pair] = []
    for same in (
        lambda was, now: (
            clause_text(was.when, before, old.input, "ko") == clause_text(now.when, after, new.input, "ko")
        ),
        lambda was, now: was.points_milli == now.points_milli,
    ):
        for was in list(left_old):
            now = next((now for now in left_new if same(was, now)), None)
            if now is not None:
                pairs.append((was, now))
                left_old.remove(was)
                left_new.remove(now)
    return [*pairs, *zip_longest(left_old, left_new)]


_Placed = tuple["Rulebook", "Line", "Band | None"]


def _band_change(line: Line, kind: str, text: Text, was: _Placed | None, now: _Placed | None) -> Change:
    def said(placed: _Placed | None, locale: Locale) -> str:
        return "" if placed is None or placed[2] is None else _band(placed[0], placed[1], placed[2], locale)

    return Change(
        line.id,
        kind,
        {
            locale: text[locale].format(
                label=line.label[locale], before=said(was, locale), after=said(now, locale)
            )
            for locale in LOCALES
        },
    )


def _band(book: Rulebook, line: Line, band: Band, locale: Locale) -> str:
    when = clause_text(band.when, book, line.input, locale)
    return _BAND[locale].format(when=when, points=points_words(band.points_milli, locale))


def _order(before: Rulebook, after: Rulebook) -> Iterator[Change]:
    kept = [line.id for line in before.lines if any(line.id == other.id for other in after.lines)]
    now = [line.id for line in after.lines if line.id in kept]
    if kept != now:
        text: Text = {"ko": "항목의 순서가 달라집니다", "en": "the order of the lines changes"}
        yield Change("order", "changed", text)


def _inputs(before: Rulebook, after: Rulebook) -> Iterator[Change]:
    for name in (name for name in after.inputs if name in before.inputs):
        old, new = before.inputs[name], after.inputs[name]
        for word, was, now in (
            (_IF_MISSING, MISSING[old.missing], MISSING[new.missing]),
            (_RANGE, _range(old), _range(new)),
            (_SOURCE, old.source, new.source),
        ):
            if was != now:
                label = {locale: f"{new.label[locale]}, {word[locale]}" for locale in LOCALES}
                yield _arrow(name, label, was, now)


_IF_MISSING: Text = {"ko": "값이 없을 때", "en": "without a value"}
_RANGE: Text = {"ko": "값의 범위", "en": "range"}
_SOURCE: Text = {"ko": "자료", "en": "source"}


def _range(source: Input) -> Text:
    edges = [number_text(Decimal(edge), source.unit) for edge in (source.lowest, source.highest)]
    return dict.fromkeys(LOCALES, "–".join(edges))


def _grades(before: Rulebook, after: Rulebook) -> Iterator[Change]:
    old = {step.grade: step.from_milli for step in before.grades}
    new = {step.grade: step.from_milli for step in after.grades}
    for grade in (*new, *(grade for grade in old if grade not in new)):
        name: Text = {"ko": f"{grade} 등급 기준", "en": f"grade {grade} from"}
        if grade not in old:
            yield _plain("grades", "added", name, {"ko": "추가 {}", "en": "{}, new"}, new[grade])
        elif grade not in new:
            yield _plain("grades", "removed", name, {"ko": "삭제 ({})", "en": "{}, removed"}, old[grade])
        elif old[grade] != new[grade]:
            yield _arrow("grades", name, _points(old[grade]), _points(new[grade]))


def _plain(area: str, kind: str, name: Text, form: Text, milli: int) -> Change:
    said = {
        locale: f"{name[locale]} {form[locale].format(points_words(milli, locale))}" for locale in LOCALES
    }
    return Change(area, kind, said)


def _points(milli: int) -> Text:
    return {locale: points_words(milli, locale) for locale in LOCALES}


def _keeping(before: Rulebook, after: Rulebook) -> Iterator[Change]:
    old, new = before.keeping, after.keeping
    for name, was, now in (
        (_KEPT, _months(old.months), _months(new.months)),
        (_MARGIN, _points(old.margin_milli), _points(new.margin_milli)),
        (_SUPPORT, _points(before.minimum_support_milli), _points(after.minimum_support_milli)),
        (_QUANTUM, _points(before.points_quantum_milli), _points(after.points_quantum_milli)),
    ):
        if was != now:
            yield _arrow("rounding" if name is _QUANTUM else "keeping", name, was, now)


def _months(count: int) -> Text:
    return {"ko": f"{count}개월", "en": f"{count} months"}


_KEPT: Text = {"ko": "등급이 내려가기까지", "en": "a grade falls after"}
_MARGIN: Text = {"ko": "곧바로 내려가는 점수 차", "en": "falls at once by"}
_SUPPORT: Text = {"ko": "등급에 필요한 최소 배점", "en": "least weight with a value for a grade"}
_QUANTUM: Text = {"ko": "점수 반올림 단위", "en": "points rounded to"}


def _days(before: Rulebook, after: Rulebook) -> Iterator[Change]:
    first: Text = {"ko": "시행일", "en": "first day"}
    last: Text = {"ko": "종료일", "en": "last day"}
    if before.effective_from != after.effective_from:
        was, now = before.effective_from.isoformat(), after.effective_from.isoformat()
        yield _arrow("days", first, dict.fromkeys(LOCALES, was), dict.fromkeys(LOCALES, now))
    if before.effective_until != after.effective_until:
        yield _arrow("days", last, _until(before), _until(after))


def _until(book: Rulebook) -> Text:
    until = book.effective_until
    return NO_END if until is None else dict.fromkeys(LOCALES, until.isoformat())


def _arrow(area: str, name: Text, was: Text, now: Text) -> Change:
    said = {locale: f"{name[locale]} {was[locale]} → {now[locale]}" for locale in LOCALES}
    return Change(area, "changed", said)
