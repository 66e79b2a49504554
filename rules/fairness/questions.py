"""The questions a pack may ask of a book; each answers with rules, inputs and subjects that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.fairness.case import Case, Found, in_order, labels, words_of
from rules.fairness.grades import graded_by
from rules.fairness.material import effects_of, numbers_of, texts_of
from rules.fairness.packs import Article, CheckName
from rules.fairness.payouts import loss, measures
from rules.fairness.worsening import worsened
from rules.verify.boxes import Budget

if TYPE_CHECKING:
    from rules.verify.tables import Row, Table

Question = Callable[[Case, Article], Iterator[Found]]
MONEY = frozenset({"money", "eligibility"})
NOTHING = "—"


def forfeited(case: Case, article: Article) -> Iterator[Found]:
    """Money that is there, and is gone, or nearly gone, when nothing but an input of the topic changes."""
    for table in case.book.tables:
        named: set[str] = set()
        for name in case.about(table, article.topics):
            found = _all_lost(case, table, name)
            if found:
                named |= set(found.rules)
                yield found
        for row in table.rows:
            if row.rule.id not in named and case.spoken(row, article.topics) and _gives_nothing(case, row):
                yield Found((row.rule.id,), values={"input": words_of(row)})


def _all_lost(case: Case, table: Table, name: str) -> Found | None:
    budget = Budget()
    for measure in measures(table, case.pack):
        pair = loss(measure, name, case.pack.whole_bp, budget)
        if pair is not None:
            worse = {row.rule.id for row in table.counted(pair[1].facts)}
            changed = sorted(table.changed(pair[0].facts, pair[1].facts), key=worse.__contains__)
            return Found(tuple(changed), (name,), pair, {"input": labels(table, [name])})
    return None


def _gives_nothing(case: Case, row: Row) -> bool:
    """Tell whether a rule pays nothing, or takes all of what others pay."""
    for action in row.rule.then:
        role, numbers = case.pack.role(action.name), numbers_of(action)
        if role in ("pays", "scales", "gates") and not any(numbers):
            return True
        if role in ("reduces", "withholds") and sum(numbers) >= case.pack.whole_bp:
            return True
    return False


def proportional(case: Case, article: Article) -> Iterator[Found]:
    """Rules that take a share because of an input of the topic, where not all is lost."""
    for table in case.book.tables:
        for place, row in enumerate(table.rows):
            names = [name for name in case.deciding(table, place, article.topics) if name not in case.blamed]
            if names and _has_role(case, row, ("reduces", "withholds")):
                yield Found((row.rule.id,), tuple(names), (), {"input": labels(table, names)})


def influencing(case: Case, article: Article) -> Iterator[Found]:
    """Inputs of the topic that decide, straight or through a grade, which money rule counts."""
    for table in case.book.tables:
        for name in case.about(table, article.topics):
            rules = {
                row.rule.id
                for place, row in enumerate(table.rows)
                if effects_of(row) & MONEY and name in case.deciding(table, place, article.topics)
            }
            if rules and name not in case.blamed:
                words = labels(table, [name])
                yield Found(in_order(table, rules), (name,), (), {"input": words, "path": f"{name} →"})
    yield from _through_grades(case, article)


def _through_grades(case: Case, article: Article) -> Iterator[Found]:
    readers = [
        (table, row, names)
        for table in case.book.tables
        for place, row in enumerate(table.rows)
        if effects_of(row) & MONEY and (names := case.deciding(table, place, ("grade",)))
    ]
    if not readers:
        return
    rules = tuple(dict.fromkeys(row.rule.id for _, row, _ in readers))
    carried = ", ".join(dict.fromkeys(name for _, _, names in readers for name in names))
    for source in (*case.upstream, case.book):
        for table, name in graded_by(case, source, article.topics):
            path = f"{name} → {carried} →"
            yield Found(rules, (name,), (), {"input": labels(table, [name]), "path": path})


def negative(case: Case, _: Article) -> Iterator[Found]:
    """Rules that pay less than nothing."""
    for _table, row in _rows(case):
        given = [action for action in row.rule.then if case.pack.role(action.name) in ("pays", "scales")]
        if any(number < 0 for action in given for number in numbers_of(action)):
            yield Found((row.rule.id,), values={"rule": words_of(row)})


def penalised(case: Case, article: Article) -> Iterator[Found]:
    """Rules that charge, stop or take, decided by inputs of the topics or speaking of them."""
    for table in case.book.tables:
        for place, row in enumerate(table.rows):
            names = case.deciding(table, place, article.topics)
            meant = not article.topics or names or case.spoken(row, article.topics)
            if meant and _has_role(case, row, article.roles):
                yield Found((row.rule.id,), tuple(names), (), {"rule": words_of(row)})


def scored(case: Case, article: Article) -> Iterator[Found]:
    """Inputs of the topics that decide any rule that gives points, a grade, money or eligibility."""
    for table in case.book.tables:
        for name in case.about(table, article.topics):
            rules = {
                row.rule.id
                for place, row in enumerate(table.rows)
                if effects_of(row) and name in case.deciding(table, place, article.topics)
            }
            if rules:
                yield Found(in_order(table, rules), (name,), (), {"input": labels(table, [name])})


def goods_paid(case: Case, article: Article) -> Iterator[Found]:
    """Rules that pay, where goods of the topics are sold or the book speaks of them."""
    topics = [case.pack.topics[name] for name in article.topics]
    for table in case.book.tables:
        texts = [*case.book.label.values(), *texts_of(table)]
        spoken = any(topic.in_text(text) for topic in topics for text in texts)
        for row in table.rows if spoken or case.goods & set(article.topics) else ():
            if any(_pays(case, row)):
                yield Found((row.rule.id,), values={"rule": words_of(row)})


def _pays(case: Case, row: Row) -> Iterator[bool]:
    for action in row.rule.then:
        if case.pack.role(action.name) in ("pays", "scales", "gates"):
            yield any(numbers_of(action))


def _has_role(case: Case, row: Row, roles: tuple[str, ...]) -> bool:
    """Tell whether a rule gives something in some roles that is more than nothing."""
    given = [action for action in row.rule.then if case.pack.role(action.name) in roles]
    return any(any(numbers_of(action)) for action in given)


def _rows(case: Case) -> Iterator[tuple[Table, Row]]:
    return ((table, row) for table in case.book.tables for row in table.rows)


QUESTIONS: Mapping[CheckName, Question] = MappingProxyType(
    {
        "forfeit": forfeited,
        "proportional": proportional,
        "influence": influencing,
        "negative": negative,
        "penalty": penalised,
        "scored": scored,
        "worsening": worsened,
        "goods": goods_paid,
    }
)
