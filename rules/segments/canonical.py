"""The one JSON text of a segment book's content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.segments.book import SegmentBook
    from rules.segments.model import AccountRules, ClassTerms, Indicator, Limit, ProspectRules


def book_content(book: SegmentBook) -> dict[str, Any]:
    """Return everything that decides or names a class, in the form of a book's file."""
    return {
        "segments": book.code,
        "version": book.version,
        "label": dict(book.label),
        "effective_from": book.effective_from.isoformat(),
        "accounts": _accounts(book.accounts),
        "prospects": _prospects(book.prospects),
    }


def _accounts(rules: AccountRules) -> dict[str, Any]:
    contribution: dict[str, Any] = {"rule": rules.contribution.rule, "within": rules.contribution.within}
    if rules.contribution.rule == "smallest_set":
        contribution["share_bp"] = rules.contribution.share_bp
    return {
        "months": rules.months,
        "least_months": rules.least_months,
        "before_first": rules.before_first,
        "contribution": contribution,
        "stability": {"measure": rules.measure},
        "limits": [limit_content(limit) for limit in rules.limits],
        "hysteresis": {
            "contribution_bp": rules.hysteresis.contribution_bp,
            "stability_bp": rules.hysteresis.stability_bp,
            "months": rules.hysteresis.months,
        },
        "classes": _classes(rules.classes),
    }


def limit_content(limit: Limit) -> dict[str, Any]:
    """Return a limit in the form of a book's file."""
    content: dict[str, Any] = {"level": limit.level, "limit_bp": limit.limit_bp}
    if limit.channel:
        content["channel"] = limit.channel
    if limit.found:
        content["found"] = {"month": str(limit.found.month), "accounts": limit.found.accounts}
    return content


def _prospects(rules: ProspectRules) -> dict[str, Any]:
    return {
        "indicators": [_indicator(indicator) for indicator in rules.indicators],
        "intent": [dict(anchor) for anchor in rules.intent],
        "intent_limit": rules.intent_limit,
        "contribution_limit": rules.contribution_limit,
        "adjustment_limit": rules.adjustment_limit,
        "classes": _classes(rules.classes),
    }


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "id": indicator.id,
        "label": dict(indicator.label),
        "weight": indicator.weight,
        "anchors": [dict(anchor) for anchor in indicator.anchors],
    }


def _classes(classes: Mapping[Any, ClassTerms]) -> dict[str, Any]:
    return {
        code: {"label": dict(terms.label), "visits_per_month": terms.visits_per_month}
        for code, terms in classes.items()
    }
