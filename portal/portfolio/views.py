"""What the pages of account classes show, made from runs and the book that decided them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.portfolio import words
from portal.portfolio.queries.classes import classified
from portal.web.charts import Bar, bars
from portal.web.formats import number, percent_bp
from portal.web.i18n import current_locale, gettext
from rules.segments import CLASSES, explain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.portfolio.queries.classes import Row
    from rules.kpis import Locale
    from rules.months import Month
    from rules.segments import Proposal, SegmentBook
    from rules.segments.model import Level

BASIS_POINTS = 10_000


def class_label(book: SegmentBook | None, code: str) -> str:
    """Return a class with its name, in the current language; new accounts have none."""
    if not code:
        return gettext("New, no class yet")
    if book is None:
        return f"{code} {gettext(words.CLASSES[code])}"
    return f"{code} {book.accounts.classes[code].label[current_locale()]}"  # type: ignore[index]  # a code of CLASSES


def summary(book: SegmentBook | None, found: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """Return the classes with accounts, share of accounts and share of net."""
    accounts = sum(count for count, _ in found.values())
    net = sum(amount for _, amount in found.values())
    rows = [
        {
            "code": code,
            "label": class_label(book, code),
            "tone": words.TONES[code],
            "accounts": found.get(code, (0, 0))[0],
            "accounts_bp": _share(found.get(code, (0, 0))[0], accounts),
            "net_minor": found.get(code, (0, 0))[1],
            "net_bp": _share(found.get(code, (0, 0))[1], net),
        }
        for code in (*CLASSES, "")
        if code or "" in found
    ]
    return {"classes": rows, "accounts": accounts, "net_minor": net}


def moves(found: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Return the table of moves: a row per class a month before, a cell per class now."""
    return [
        {
            "before": before,
            "cells": [
                {"code": code, "n": found.get((before, code), 0), "stays": code == before} for code in CLASSES
            ],
        }
        for before in CLASSES
    ]


def cut_offs(book: SegmentBook, level: Level) -> list[str]:
    """Return in words what the cut-offs of a level are."""
    rules, found = book.accounts, []
    if rules.contribution.rule == "smallest_set":
        found.append(
            gettext("Contributes: the fewest accounts that make %(share)s of the net of %(months)s months.")
            % {"share": percent_bp(rules.contribution.share_bp), "months": rules.months}
        )
    else:
        found.append(
            gettext("Contributes: more than the median of %(months)s months.") % {"months": rules.months}
        )
    text = (
        gettext("Steady: the monthly nets vary by at most %(limit)s of their mean%(where)s.")
        if rules.measure == "variation"
        else gettext("Steady: active in at least %(limit)s of the months%(where)s.")
    )
    found += [
        text % {"limit": percent_bp(limit.limit_bp), "where": f" ({limit.channel})" if limit.channel else ""}
        for limit in rules.limits
        if limit.level == level
    ]
    slow = rules.hysteresis
    found.append(
        gettext("A class turns after %(months)s months beyond the cut-off by %(first)s or %(second)s.")
        % {
            "months": slow.months,
            "first": percent_bp(slow.contribution_bp),
            "second": percent_bp(slow.stability_bp),
        }
    )
    return found


def way(rows: Sequence[tuple[Month, Row]], book: SegmentBook, currency: str) -> dict[str, Any]:
    """Return why an account has its newest class, and its classes of the months before."""
    cut = {"contribution_cut_bp": book.accounts.contribution.share_bp}
    found = [classified({**row, **cut}) for _, row in rows]
    before = found[1] if len(found) > 1 else None
    return {
        "why": explain(found[0], book, _locale(), currency, before),
        "found": found[0],
        "history": [(month, row["code"], words.TONES[row["code"]]) for month, row in rows],
    }


def spread(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal with its chart: how many accounts are steady at each limit."""
    return {
        "proposal": proposal,
        "chart": bars(
            [
                Bar(percent_bp(limit), count, number(count))
                for limit, count in proposal.stable_at
                if not limit % 1000
            ],
            gettext("Accounts that would be steady at each limit"),
        ),
    }


def _locale() -> Locale:
    return "en" if current_locale() == "en" else "ko"


def _share(part: int, whole: int) -> int | None:
    return part * BASIS_POINTS // whole if whole > 0 else None
