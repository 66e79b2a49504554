"""The register of opinions as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.voice import words_opinions as words
from portal.voice.opinion_sources import names_of
from portal.voice.opinions import OpinionState, OpinionTopic, SourceKind
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from portal.access import Viewer


def opinion_columns() -> list[Column]:
    """Return the columns of the register, in the current language."""
    return [
        Column("topic", gettext("Subject"), 22, lambda code: gettext(words.TOPICS[OpinionTopic(code)])),
        Column("whole", gettext("Opinion"), 60),
        Column("source", gettext("Came up at"), 30),
        Column("code", gettext("Code")),
        Column("name", gettext("Dealer"), 26),
        Column("region", gettext("Region")),
        Column("given_on", gettext("Given on")),
        Column("owner", gettext("To answer"), 18),
        Column("due_on", gettext("Answer by")),
        Column("state", gettext("State"), 18, lambda code: gettext(words.STATES[OpinionState(code)])),
        Column("answered_on", gettext("Answered on")),
        Column("answer", gettext("Answer"), 60),
        Column("solution", gettext("How it was solved"), 60),
        Column("solved_on", gettext("Solved on")),
        Column("reopened", gettext("Asked again, times")),
    ]


async def opinion_rows(
    viewer: Viewer, batches: AsyncIterator[list[dict[str, Any]]]
) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield opinions as their file has them: sources in words, no name said as such."""
    async for rows in batches:
        names = await names_of(viewer, [(row["source_kind"], row["source_id"]) for row in rows])
        for row in rows:
            named = names.get((row["source_kind"], row["source_id"]))
            kind = gettext(words.SOURCES[SourceKind(row["source_kind"])])
            row["source"] = f"{kind}: {named.label}" if named else kind
            row["name"] = row["name"] or gettext("Without a name")
        yield rows
