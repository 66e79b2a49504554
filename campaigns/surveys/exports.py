"""Answers as files: one row an answer, in the viewer's part of the network, hidden places without a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campaigns.surveys import words
from campaigns.surveys.model import QuestionKind
from campaigns.surveys.policies import EXPORT
from portal.db import fetch
from portal.network.scope import in_scope, open_to_manufacturer
from portal.web.formats import scaled
from portal.web.i18n import choose, gettext
from portal.web.spreadsheet import Column

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from campaigns.surveys.queries.surveys import SurveyRow
    from portal.access import Viewer

_BATCH = 500


def columns() -> list[Column]:
    """Return the columns in the current language."""
    return [
        Column("response", gettext("Response")),
        Column("received_at", gettext("Received"), 20),
        Column("side", gettext("Side"), 14, lambda side: gettext(words.SIDES[side])),
        Column("area", gettext("Area"), 18),
        Column("code", gettext("Code")),
        Column("name", gettext("Place"), 26),
        Column("question", gettext("Question"), 50),
        Column("option", gettext("Choice or row"), 26),
        Column("value", gettext("Answer"), 30),
    ]


async def iter_answers(viewer: Viewer, survey: SurveyRow) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield every answer about places in the viewer's part, by response and question, in batches.

    A place the dealer entered and does not share keeps its name to itself; refusals are one row without one.
    """
    seen = in_scope(viewer, "a", policy=EXPORT)
    shown = f"{open_to_manufacturer('a')}"
    last = (0, 0)
    while True:
        rows = await fetch(
            "select p.id as response, coalesce(x.id, 0) as answer, p.received_at, p.side, p.area, p.declined,"
            f" case when {shown} then a.code else '' end as code,"
            f" case when {shown} then a.name else '' end as name, q.kind, coalesce(q.label, '') as label,"
            " coalesce(q.label_en, '') as label_en, coalesce(o.label, '') as option_label,"
            " coalesce(o.label_en, '') as option_label_en, x.number, coalesce(x.text, '') as text"
            " from survey_response p join account a on a.id = p.account"
            " left join survey_answer x on x.response = p.id left join survey_question q on q.id = x.question"
            " left join survey_option o on o.id = x.option where p.survey = {}"
            f" and (p.id, coalesce(x.id, 0)) > ({{}}, {{}}) and {seen.sql}"
            f" order by p.id, coalesce(x.id, 0) limit {_BATCH}",
            survey.id,
            *last,
            *seen.args,
        )
        if rows:
            last = (rows[-1]["response"], rows[-1]["answer"])
            yield [_row(row) for row in rows]
        if len(rows) < _BATCH:
            return


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "question": choose(row["label"], row["label_en"]),
        "option": choose(row["option_label"], row["option_label_en"]),
        "value": gettext("does not want to answer") if row["declined"] else _value(row),
    }


def _value(row: dict[str, Any]) -> str:
    if row["number"] is None:
        return str(row["text"]) or "✓"
    if row["kind"] == QuestionKind.PERCENT:
        return f"{scaled(row['number'], 2)} %"
    return str(row["number"])
