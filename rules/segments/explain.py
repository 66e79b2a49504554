"""Why an account or a prospect has its class, in words anybody can work out again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.rebate.words import amount_text, percent_text
from rules.segments.model import UNDEFINED
from rules.segments.words import AXES, SENTENCES, hundredths_text, ratio_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.kpis import Locale
    from rules.segments.book import SegmentBook
    from rules.segments.model import AccountRules, Classified, Prospect
    from rules.segments.words import Sentence


@dataclass(frozen=True, slots=True)
class Explanation:
    """One class in words.

    Attributes:
        title: The class with its name, or why there is none.
        reasons: Every number with its cut-off.
        nearest: The nearest cut-off; empty while new.
        moved: What changed since last month, the class first; empty while new.
    """

    title: str
    reasons: tuple[str, ...]
    nearest: str = ""
    moved: tuple[str, ...] = ()


def explain(
    found: Classified, book: SegmentBook, locale: Locale, currency: str, before: Classified | None = None
) -> Explanation:
    """Say why an account has its class.

    Args:
        found: The account as classified.
        book: The book that classified it.
        locale: Language.
        currency: ISO 4217 code of its nets.
        before: The same account as classified last month, for what moved; None when not known.
    """
    words = _Words(book, locale, currency)
    if found.code is None:
        return Explanation(words.say("new", least=book.accounts.least_months), ())
    reasons = (words.contribution(found), words.stability(found), *words.held(found))
    label = book.accounts.classes[found.code].label[locale]
    title = words.say("class", code=found.code, label=label)
    return Explanation(title, reasons, words.nearest(found), tuple(words.moved(found, before)))


def explain_prospect(found: Prospect, book: SegmentBook, locale: Locale) -> Explanation:
    """Say why a prospect has its class, or which answers are missing."""
    words, rules = _Words(book, locale, ""), book.prospects
    reasons = []
    if found.score_hundredths is not None:
        score, cut = hundredths_text(found.score_hundredths), hundredths_text(rules.contribution_limit)
        reasons.append(words.say("card", score=score, cut=cut))
    if found.adjustment and found.adjustment.hundredths:
        points = hundredths_text(found.adjustment.hundredths, signed=True)
        by = found.adjustment.by
        reasons.append(words.say("adjusted", points=points, reason=found.adjustment.reason, by=by))
    if flag := found.strategic:
        reasons.append(words.say("strategic", reason=flag.reason, by=flag.approved_by, until=flag.until_on))
    if found.intent is not None:
        anchor = rules.intent[found.intent - 1][locale]
        reasons.append(words.say("intent", intent=found.intent, anchor=anchor, cut=rules.intent_limit))
    if found.code is None:
        labels = {one.id: one.label for one in rules.indicators} | {"intent": AXES["intent"]}
        names = ", ".join(labels[name][locale] for name in found.missing)
        return Explanation(words.say("missing", names=names), tuple(reasons))
    label = rules.classes[found.code].label[locale]
    return Explanation(words.say("class", code=found.code, label=label), tuple(reasons))


class _Words:
    """Says the parts of an explanation of one book in one language."""

    def __init__(self, book: SegmentBook, locale: Locale, currency: str) -> None:
        self._rules: AccountRules = book.accounts
        self._locale = locale
        self._currency = currency

    def say(self, sentence: Sentence, **words: object) -> str:
        return SENTENCES[sentence][self._locale].format(**words)

    def contribution(self, found: Classified) -> str:
        net, window = self._amount(found.net_minor), self._rules.months
        if found.contribution_bp is None:
            return self.say("no_net", net=net, window=window)
        number, cut = percent_text(found.contribution_bp), percent_text(found.contribution_cut_bp)
        yes = found.margins[0] >= 0
        sentence: Sentence = "median_yes" if yes else "median_no"
        if self._rules.contribution.rule == "smallest_set":
            sentence = "set_yes" if yes else "set_no"
        return self.say(sentence, net=net, window=window, number=number, cut=cut)

    def stability(self, found: Classified) -> str:
        if found.stability_bp is None:
            return self.say("no_variation")
        yes = found.margins[1] >= 0
        sentence: Sentence = "active_yes" if yes else "active_no"
        if self._rules.measure == "variation":
            sentence = "variation_yes" if yes else "variation_no"
        number, cut = self._steady(found.stability_bp), self._steady(found.limit_bp)
        return self.say(sentence, months=found.months, number=number, cut=cut)

    def held(self, found: Classified) -> Iterator[str]:
        if found.code != found.observed and found.standing:
            waiting = max(found.standing.wavering)
            months = self._rules.hysteresis.months
            yield self.say("held", observed=found.observed, months=months, waiting=waiting)

    def nearest(self, found: Classified) -> str:
        inside = found.margins[0] >= 0
        if found.margins == (UNDEFINED, UNDEFINED):
            return self.say("near_none")
        if abs(found.margins[1]) < abs(found.margins[0]):
            return self.say("near_stability", points=self._steady(abs(found.margins[1])))
        if inside or found.edge_minor <= found.net_minor:
            points = percent_text(abs(found.margins[0] + 1)).removesuffix(" %")
            return self.say("near_contribution", points=points)
        short = self._amount(found.edge_minor - found.net_minor)
        return self.say("near_edge", edge=self._amount(found.edge_minor), short=short)

    def moved(self, found: Classified, before: Classified | None) -> Iterator[str]:
        if found.before is None:
            yield self.say("first")
        elif found.before == found.code:
            yield self.say("same")
        else:
            yield from self._turned(found)
        if before is not None:
            yield from self._changes(found, before)

    def _turned(self, found: Classified) -> Iterator[str]:
        yield self.say("moved", before=found.before, code=found.code)
        upper = ("EI", "EII")
        if (found.before in upper) != (found.code in upper):
            yield self.say("turned_contribution")
        steady = ("EI", "EIII")
        if (found.before in steady) != (found.code in steady):
            yield self.say("turned_stability")

    def _changes(self, found: Classified, before: Classified) -> Iterator[str]:
        if found.net_minor != before.net_minor:
            old, new = self._amount(before.net_minor), self._amount(found.net_minor)
            yield self.say("net_change", old=old, new=new)
        pairs = (
            (self._rules.contribution.rule, before.contribution_bp, found.contribution_bp, percent_text),
            (self._rules.measure, before.stability_bp, found.stability_bp, self._steady),
        )
        for name, old_bp, new_bp, write in pairs:
            if old_bp is not None and new_bp is not None and old_bp != new_bp:
                axis = AXES[name][self._locale]
                yield self.say("number_change", name=axis, old=write(old_bp), new=write(new_bp))

    def _amount(self, minor: int) -> str:
        return amount_text(minor, self._currency)

    def _steady(self, basis_points: int) -> str:
        return (ratio_text if self._rules.measure == "variation" else percent_text)(basis_points)
