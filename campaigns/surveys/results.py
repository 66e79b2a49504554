"""Results in words: the sentence first, then a table with bars, by area too; the same on screen and paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from campaigns.surveys.charts import change_bar, share_bar
from campaigns.surveys.model import QuestionKind, share_bp
from portal.errors import Message
from portal.web.formats import change_bp, percent_bp
from portal.web.i18n import choose, gettext, translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from campaigns.surveys.model import Question
    from campaigns.surveys.queries.results import GroupTally, OptionTally, QuestionResult

_NAMED_MOST = 3


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A row of a result's table.

    Attributes:
        label: Choice, row, or step of a scale.
        n: How many said it.
        value: In words; "too few to say" under the floor.
        beside: The two quartiles or nothing.
        bar: Drawing of the value, or nothing under the floor.
        enough: Whether anything is said.
    """

    label: str
    n: int
    value: str
    beside: str
    bar: Markup | str
    enough: bool


@dataclass(frozen=True, slots=True)
class AreaLine:
    """What one area said, in a few words; greyed under the floor."""

    area: str
    n: int
    says: str
    enough: bool


@dataclass(frozen=True, slots=True)
class ResultView:
    """A question's result as pages and paper show it."""

    question_id: int
    kind: QuestionKind
    label: str
    n: int
    enough: bool
    sentence: str
    lines: tuple[ResultLine, ...]
    areas: tuple[AreaLine, ...]
    texts: tuple[str, ...]


def label_of(question: Question) -> str:
    """Return a question in the current language."""
    return choose(question.label, question.label_en)


def result_views(
    results: Sequence[QuestionResult], least: int, texts: Mapping[int, Sequence[str]] | None = None
) -> tuple[ResultView, ...]:
    """Return results in the current language.

    Args:
        results: In the form's order.
        least: The survey's floor.
        texts: What people wrote, by question, where the reader may see it; None = nothing.
    """
    written = texts or {}
    return tuple(_view(result, least, written.get(result.question.id, ())) for result in results)


def _view(result: QuestionResult, least: int, texts: Sequence[str]) -> ResultView:
    question, whole = result.question, result.whole
    is_text = question.kind is QuestionKind.TEXT
    areas = tuple(
        AreaLine(
            area.area or gettext("without an area"),
            area.n,
            _short(question, area, least) if area.enough else too_few(area.n, least),
            area.enough,
        )
        for area in result.areas
    )
    return ResultView(
        question.id,
        question.kind,
        label_of(question),
        whole.n,
        whole.enough,
        _sentence(question, whole, least),
        () if is_text or not whole.enough else _lines(question, whole, least),
        () if is_text else areas,
        tuple(texts),
    )


def too_few(n: int, least: int) -> str:
    """Return the words for a group under the floor."""
    return translate("Too few to say (n=%(n)s, at least %(least)s are needed)", n=n, least=least)


def _sentence(question: Question, group: GroupTally, least: int) -> str:
    if question.kind is QuestionKind.TEXT:
        return translate("%(n)s wrote something.", n=group.n)
    if not group.enough:
        return too_few(group.n, least)
    if question.kind is QuestionKind.SCALE:
        text = "On average %(mean)s on a scale from %(low)s to %(high)s (n=%(n)s)."
        low = _anchor(question.scale_least, question.low_anchor, question.low_anchor_en)
        high = _anchor(question.scale_most, question.high_anchor, question.high_anchor_en)
        return translate(Message(text, {"mean": _mean(group), "low": low, "high": high, "n": group.n}))
    if question.kind is QuestionKind.PERCENT:
        return _percent_sentence(question, group, least)
    return _named_sentence(question, group)


def _percent_sentence(question: Question, group: GroupTally, least: int) -> str:
    known = [tally for tally in group.options if tally.spread is not None]
    if not known:
        return too_few(group.n, least)
    if len(group.options) == 1:
        spread = known[0].spread
        if spread is None or spread.low is None or spread.high is None:
            return translate(
                Message(
                    "The middle answer is %(median)s (n=%(n)s).",
                    {"median": _median(known[0]), "n": known[0].n},
                )
            )
        text = "The middle answer is %(median)s (n=%(n)s); half of the answers lie from %(low)s to %(high)s."
        values = {"median": _median(known[0]), "n": known[0].n, "low": change_bp(spread.low),
                  "high": change_bp(spread.high)}  # fmt: skip
        return translate(Message(text, values))
    ordered = sorted(known, key=_median_bp)
    lowest, highest = ordered[0], ordered[-1]
    text = (
        "Lowest %(low_label)s with %(low)s, highest %(high_label)s with %(high)s (middle answers, n=%(n)s)."
    )
    values = {"low_label": _name(question, lowest), "low": _median(lowest), "n": group.n,
              "high_label": _name(question, highest), "high": _median(highest)}  # fmt: skip
    return translate(Message(text, values))


def _named_sentence(question: Question, group: GroupTally) -> str:
    named = sorted((tally for tally in group.options if tally.n), key=lambda tally: -tally.n)[:_NAMED_MOST]
    said = ", ".join(
        f"{_name(question, tally)} ({percent_bp(share_bp(tally.n, group.n))})" for tally in named
    )
    return translate(Message("Named most: %(named)s (n=%(n)s).", {"named": said, "n": group.n}))


def _short(question: Question, group: GroupTally, least: int) -> str:
    if question.kind is QuestionKind.SCALE:
        return _mean(group)
    if question.kind is not QuestionKind.PERCENT:
        named = max(group.options, key=lambda tally: tally.n, default=None)
        if named is None or not named.n:
            return "–"
        return f"{_name(question, named)} ({percent_bp(share_bp(named.n, group.n))})"
    known = [tally for tally in group.options if tally.spread is not None]
    if not known:
        return too_few(group.n, least)
    if len(group.options) == 1:
        return _median(known[0])
    return " · ".join(f"{_name(question, tally)} {_median(tally)}" for tally in known)


def _lines(question: Question, group: GroupTally, least: int) -> tuple[ResultLine, ...]:
    if question.kind is QuestionKind.SCALE:
        steps = zip(range(question.scale_least, question.scale_most + 1), group.steps, strict=True)
        return tuple(_share_line(_step(question, step), count, group.n) for step, count in steps)
    if question.kind is not QuestionKind.PERCENT:
        ordered = sorted(group.options, key=lambda tally: -tally.n)
        return tuple(_share_line(_name(question, tally), tally.n, group.n) for tally in ordered)
    known = [_median_bp(tally) for tally in group.options if tally.spread is not None]
    ends = (min([*known, 0]), max([*known, 0]))
    return tuple(_change_line(question, tally, ends, least) for tally in group.options)


def _share_line(label: str, count: int, whole: int) -> ResultLine:
    share = share_bp(count, whole) or 0
    text = percent_bp(share)
    return ResultLine(label, count, text, "", share_bar(share, f"{label} {text}"), enough=True)


def _change_line(question: Question, tally: OptionTally, ends: tuple[int, int], least: int) -> ResultLine:
    label = _name(question, tally) or gettext("All together")
    spread = tally.spread
    if spread is None:
        return ResultLine(label, tally.n, too_few(tally.n, least), "", "", enough=False)
    text = _median(tally)
    beside = (
        ""
        if spread.low is None or spread.high is None
        else f"{change_bp(spread.low)} … {change_bp(spread.high)}"
    )
    return ResultLine(
        label, tally.n, text, beside, change_bar(spread.median, ends, f"{label} {text}"), enough=True
    )


def _name(question: Question, tally: OptionTally) -> str:
    for option in question.options:
        if option.id == tally.option_id:
            return choose(option.label, option.label_en)
    return ""


def _median_bp(tally: OptionTally) -> int:
    return 0 if tally.spread is None else tally.spread.median


def _median(tally: OptionTally) -> str:
    return change_bp(_median_bp(tally))


def _mean(group: GroupTally) -> str:
    tenths = (group.total * 20 + group.n) // (2 * group.n)
    return f"{tenths // 10}.{tenths % 10}"


def _anchor(step: int, korean: str, english: str) -> str:
    words = choose(korean, english)
    return f"{step} ({words})" if words else str(step)


def _step(question: Question, step: int) -> str:
    if step == question.scale_least:
        return _anchor(step, question.low_anchor, question.low_anchor_en)
    if step == question.scale_most:
        return _anchor(step, question.high_anchor, question.high_anchor_en)
    return str(step)
