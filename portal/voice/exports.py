"""Voice as files: what was raised, promises, and quiet dealers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.voice import words
from portal.voice.model import Cause, Evidence, VoiceKind, VoiceState, VoiceTopic
from portal.voice.promising import PromiseState, Side
from portal.voice.words_promises import PROMISE_STATES, SIDES, SIDES_SEEN_BY_DEALER
from portal.web.i18n import gettext, translate
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Sequence

    from portal.voice.queries.quiet import QuietRow

_BATCH = 500


def item_columns() -> list[Column]:
    """Return the columns of the list of what was raised, in the current language."""
    return [
        Column("id", gettext("Number")),
        Column("kind", gettext("Kind"), 14, lambda code: gettext(words.KINDS[VoiceKind(code)])),
        Column("topic", gettext("Subject"), 18, lambda code: gettext(words.TOPICS[VoiceTopic(code)])),
        Column("code", gettext("Code")),
        Column("name", gettext("Dealer"), 26),
        Column("region", gettext("Region")),
        Column("raised_at", gettext("Raised"), 20),
        Column("due_on", gettext("Answer by")),
        Column("owner", gettext("To answer"), 18),
        Column("state", gettext("State"), 18, lambda code: gettext(words.STATES[VoiceState(code)])),
        Column("answered_at", gettext("Answered on"), 20),
        Column("cause", gettext("Root cause"), 20, _cause),
        Column("reopened", gettext("Asked again, times")),
        Column("whole", gettext("Text"), 60),
        Column("answer", gettext("Answer"), 60),
        Column("competitor", gettext("Competitor"), 20),
        Column("offer", gettext("What was offered"), 30),
        Column("evidence", gettext("Known how"), 12, _evidence),
        Column("valid_until_on", gettext("Stands until")),
    ]


def promise_columns() -> list[Column]:
    """Return the columns of the list of promises, in the current language."""
    return [
        Column("id", gettext("Number")),
        Column("text", gettext("What was promised"), 50),
        Column("promised_by", gettext("Who promised"), 16),
        Column("state", gettext("State"), 14, lambda code: gettext(PROMISE_STATES[PromiseState(code)])),
        Column("due_on", gettext("Until")),
        Column("code", gettext("Code")),
        Column("name", gettext("Account"), 26),
        Column("dealer", gettext("Dealer"), 26),
        Column("maker", gettext("Noted by"), 18),
        Column("keeper", gettext("Keeps it"), 18),
        Column("done_at", gettext("Said to be done"), 20),
        Column("done_note", gettext("How"), 40),
        Column("judged_at", gettext("Judged"), 20),
        Column("judgement", gettext("Why"), 40),
    ]


async def promise_rows(
    batches: AsyncIterator[list[dict[str, Any]]], *, seen_by_dealer: bool
) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield promises as their file has them: who promised, in the words of whoever reads."""
    async for rows in batches:
        for row in rows:
            turned = seen_by_dealer and row["owner"] == "manufacturer"
            row["promised_by"] = gettext((SIDES_SEEN_BY_DEALER if turned else SIDES)[Side(row["side"])])
        yield rows


def quiet_columns() -> list[Column]:
    """Return the columns of the list of quiet dealers, in the current language."""
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Dealer"), 26),
        Column("region", gettext("Region")),
        Column("reasons", gettext("Reasons"), 80),
        Column("step", gettext("Next step"), 40),
        Column("owner", gettext("Owner"), 18),
        Column("due_on", gettext("Do by")),
        Column("rests_until", gettext("Off the list until")),
        Column("rest_reason", gettext("Why"), 40),
    ]


async def quiet_batches(rows: Sequence[QuietRow]) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield quiet dealers as rows of a file, in batches."""
    for start in range(0, len(rows), _BATCH):
        yield [_quiet(row) for row in rows[start : start + _BATCH]]


def _quiet(row: QuietRow) -> dict[str, Any]:
    due_on: dt.date | None = row.step.due_on if row.step else None
    return {
        "code": row.code,
        "name": row.name,
        "region": row.region,
        "reasons": " / ".join(translate(signal.says) for signal in row.signals),
        "step": row.step.step if row.step else "",
        "owner": row.step.owner if row.step else "",
        "due_on": due_on,
        "rests_until": row.rests_until,
        "rest_reason": row.rest_reason,
    }


def _cause(code: str) -> str:
    return gettext(words.CAUSES[Cause(code)]) if code else ""


def _evidence(code: str) -> str:
    return gettext(words.EVIDENCE[Evidence(code)]) if code else ""
