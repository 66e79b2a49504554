"""The target list as a file; the first six columns may be edited and read in again."""

from __future__ import annotations

from portal.plans import words_targets as words
from portal.plans.targeting import ShareSource, Stage
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column


def target_columns() -> list[Column]:
    """Return the columns of the target list, in the current language."""
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Account"), 26),
        Column("competitor", gettext("Competitor"), 20),
        Column("competitor_share_bp", gettext("Competitors’ share, percent"), 16, _percent),
        Column("share_source", gettext("Known how"), 16, _source),
        Column("reason", gettext("Reason"), 50),
        Column("dealer", gettext("Dealer"), 26),
        Column("region", gettext("Region")),
        Column("stage", gettext("Stage"), 16, lambda code: gettext(words.STAGES[Stage(code)])),
        Column("score", gettext("Score")),
        Column("added_by", gettext("Added by"), 18),
    ]


def _percent(points: int | None) -> str:
    if points is None:
        return ""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


def _source(code: str) -> str:
    return gettext(words.SOURCES[ShareSource(code)]) if code else ""
