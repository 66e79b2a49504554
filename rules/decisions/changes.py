"""What differs between two versions of a decision, in Korean and English sentences people can read.

Pure: only the two books are read. Sentences come in the order hit policy, inputs, rules, days.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules.changes import LOCALES, NO_END, Change
from rules.decisions.explain import OTHERWISE
from rules.decisions.words import AGGREGATES, HIT_POLICIES, MISSING, action_text, condition_text
from rules.terms import Condition
from rules.vocabulary import shortest_decimal
from rules.words import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.decisions.book import DecisionBook
    from rules.decisions.model import Rule, Variable
    from rules.kpis import Locale, Text
    from rules.terms import Clause

JOINED: Mapping[str, Text] = {
    "all": {"ko": " 그리고 ", "en": " and "},
    "any": {"ko": " 또는 ", "en": " or "},
}
_ADDED: Text = {"ko": "{}: 규칙 추가 – {}", "en": "{}: rule added – {}"}
_REMOVED: Text = {"ko": "{}: 규칙 삭제 ({})", "en": "{}: rule removed ({})"}
_CHANGED: Text = {"ko": "{}: {} → {}", "en": "{}: {} → {}"}
_RULE: Text = {"ko": "{when}이면 {then}", "en": "{when} gives {then}"}
_ORDER: Text = {"ko": "규칙의 순서가 달라집니다", "en": "the order of the rules changes"}
_POLICY: Text = {"ko": "적용 방식", "en": "hit policy"}
_AGGREGATE: Text = {"ko": "모으는 방법", "en": "put together as"}
_INPUT_ADDED: Text = {"ko": "{}: 입력 추가", "en": "{}: input added"}
_INPUT_REMOVED: Text = {"ko": "{}: 입력 삭제", "en": "{}: input removed"}
_FIRST: Text = {"ko": "시행일", "en": "first day"}
_LAST: Text = {"ko": "종료일", "en": "last day"}
_MISSING: Text = {"ko": "값이 없을 때", "en": "without a value"}
_SPAN: Text = {"ko": "값의 범위", "en": "range"}
_OPTIONS: Text = {"ko": "선택지", "en": "options"}
_NAME: Text = {"ko": "이름", "en": "name"}
_PRIORITY: Text = {"ko": "우선순위", "en": "priority"}


def decision_changes(before: DecisionBook, after: DecisionBook) -> tuple[Change, ...]:
    """Return every difference that can change a result, a date or what people read.

    Rules are matched by their id; whether a rule stood in a table or was written out makes no difference.

    Raises:
        RulebookError: One of the books has problems.
    """
    before.require_sound()
    after.require_sound()
    return tuple(
        change for part in (_policy, _inputs, _rules, _order, _days) for change in part(before, after)
    )


def clause_words(clause: Clause, variables: Mapping[str, Variable], locale: Locale) -> str:
    """Say a condition or a group of them in one line, groups inside groups in brackets.

    Args:
        clause: Condition or group of a sound decision.
        variables: Its inputs by name.
        locale: ``ko`` or ``en``.
    """
    if isinstance(clause, Condition):
        return condition_text(clause, variables[clause.name], locale)
    parts = []
    for member in clause.members:
        said = clause_words(member, variables, locale)
        parts.append(said if isinstance(member, Condition) else f"({said})")
    return JOINED[clause.mode][locale].join(parts)


def _rules(before: DecisionBook, after: DecisionBook) -> Iterator[Change]:
    old = {rule.id: rule for rule in before.ruleset.rules}
    new = {rule.id for rule in after.ruleset.rules}
    for rule in after.ruleset.rules:
        if rule.id not in old:
            yield _filled(rule.id, "added", _ADDED, rule.label, _said(after, rule))
            continue
        was, now = _said(before, old[rule.id]), _said(after, rule)
        if was != now:
            yield _filled(rule.id, "changed", _CHANGED, rule.label, was, now)
        for word, earlier, later in (
            (_NAME, old[rule.id].label, rule.label),
            (_PRIORITY, _both(old[rule.id].priority), _both(rule.priority)),
        ):
            if earlier != later:
                yield _arrow(rule.id, _of(rule.label, word), earlier, later)
    for rule in before.ruleset.rules:
        if rule.id not in new:
            yield _filled(rule.id, "removed", _REMOVED, rule.label, _said(before, rule))


def _said(book: DecisionBook, rule: Rule) -> Text:
    return {locale: _rule_words(book, rule, locale) for locale in LOCALES}


def _rule_words(book: DecisionBook, rule: Rule, locale: Locale) -> str:
    then = ", ".join(action_text(action, locale) for action in rule.then)
    if rule.when is None:
        return f"{OTHERWISE[locale]}: {then}"
    when = clause_words(rule.when, book.ruleset.variables, locale)
    return _RULE[locale].format(when=when, then=then)


def _order(before: DecisionBook, after: DecisionBook) -> Iterator[Change]:
    old, new = ([rule.id for rule in book.ruleset.rules] for book in (before, after))
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Change("order", "changed", _ORDER)


def _policy(before: DecisionBook, after: DecisionBook) -> Iterator[Change]:
    old, new = before.ruleset, after.ruleset
    if old.hit_policy != new.hit_policy:
        yield _arrow("hit_policy", _POLICY, HIT_POLICIES[old.hit_policy], HIT_POLICIES[new.hit_policy])
    if old.aggregate != new.aggregate:
        yield _arrow("aggregate", _AGGREGATE, AGGREGATES[old.aggregate], AGGREGATES[new.aggregate])


def _inputs(before: DecisionBook, after: DecisionBook) -> Iterator[Change]:
    old, new = before.ruleset.variables, after.ruleset.variables
    for name, variable in new.items():
        if name not in old:
            yield _filled(name, "added", _INPUT_ADDED, variable.label)
            continue
        was = old[name]
        for word, earlier, later in (
            (_NAME, was.label, variable.label),
            (_MISSING, MISSING[was.missing], MISSING[variable.missing]),
            (_SPAN, _span(was), _span(variable)),
            (_OPTIONS, _both(", ".join(was.options)), _both(", ".join(variable.options))),
        ):
            if earlier != later:
                yield _arrow(name, _of(variable.label, word), earlier, later)
    for name, variable in old.items():
        if name not in new:
            yield _filled(name, "removed", _INPUT_REMOVED, variable.label)


def _span(variable: Variable) -> Text:
    ends = (f"{Decimal(end).scaleb(-variable.scale):f}" for end in (variable.lowest, variable.highest))
    return _both("–".join(number_text(Decimal(shortest_decimal(end)), variable.unit) for end in ends))


def _days(before: DecisionBook, after: DecisionBook) -> Iterator[Change]:
    if before.effective_from != after.effective_from:
        yield _arrow("days", _FIRST, _both(before.effective_from), _both(after.effective_from))
    if before.effective_until != after.effective_until:
        yield _arrow("days", _LAST, _until(before), _until(after))


def _until(book: DecisionBook) -> Text:
    return NO_END if book.effective_until is None else _both(book.effective_until)


def _both(value: object) -> Text:
    return dict.fromkeys(LOCALES, str(value))


def _of(label: Text, word: Text) -> Text:
    return {locale: f"{label[locale]}, {word[locale]}" for locale in LOCALES}


def _filled(area: str, kind: str, form: Text, *parts: Text) -> Change:
    said = {locale: form[locale].format(*(part[locale] for part in parts)) for locale in LOCALES}
    return Change(area, kind, said)


def _arrow(area: str, name: Text, was: Text, now: Text) -> Change:
    said = {locale: f"{name[locale]} {was[locale] or '–'} → {now[locale] or '–'}" for locale in LOCALES}
    return Change(area, "changed", said)
