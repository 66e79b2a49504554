"""Lists of the field as files: the board, the census, late records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from portal.field import words
from portal.field.census import Band, Bands, Sighting
from portal.field.model import LateReason
from portal.network import words as network_words
from portal.network.model import Kind
from portal.plans.targeting import Stage
from portal.web.i18n import gettext, translate
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Rows = list[dict[str, Any]]


def board_columns() -> list[Column]:
    """Return the columns of the board, in the current language; what nobody knows is 해당 없음, not empty."""
    return [
        *_account_columns(),
        Column("stage", gettext("Stage"), 16, lambda code: gettext(words.STAGES[Stage(code)])),
        Column("since_on", gettext("There since")),
        Column("added_on", gettext("On the list since")),
        Column("visited_on", gettext("First visit")),
        Column("trial_on", gettext("First trial")),
        Column("opened_on", gettext("First order")),
        Column("second_on", gettext("Second order")),
        Column("repeat_by_on", gettext("Order again by")),
    ]


async def board_rows(batches: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
    """Yield rows of the board as its file has them: orders nobody can know say so."""
    async for rows in batches:
        for row in rows:
            if not row["has_data"]:
                row["opened_on"] = row["second_on"] = gettext("Not applicable: no order data")
        yield rows


def census_columns(bands: Bands) -> list[Column]:
    """Return the columns of the census, in the current language."""
    return [
        *_account_columns(),
        Column("seen_on", gettext("Last seen")),
        Column(
            "sighting",
            gettext("How"),
            12,
            lambda code: gettext(words.SIGHTINGS[Sighting(code)]) if code else "",
        ),
        Column("age_days", gettext("Days ago")),
        Column("band", gettext("Age"), 24, lambda code: band_words(bands)[code]),
        Column("gone_on", gettext("Reported gone")),
    ]


def band_words(bands: Bands) -> dict[str, str]:
    """Return what each age band is called, with its days, in the current language."""
    days = {"recent": bands.recent_days, "ageing": bands.ageing_days}
    return {band.value: translate(words.BANDS[band], **days) for band in Band}


def late_columns() -> list[Column]:
    """Return the columns of late records, in the current language."""
    return [
        Column("id", gettext("Number")),
        Column("kind", gettext("Kind"), 14, lambda code: gettext(words.KINDS.get(code, code))),
        Column("state", gettext("State"), 18, lambda code: gettext(words.STATES[code])),
        Column("reason", gettext("Reason"), 18, lambda code: gettext(words.REASONS[LateReason(code)])),
        Column("month_on", gettext("Month")),
        Column("code", gettext("Code")),
        Column("name", gettext("Account"), 26),
        Column("dealer", gettext("Dealer"), 26),
        Column("person", gettext("Who"), 18),
        Column("made_at", gettext("Made"), 20),
        Column("received_at", gettext("Received"), 20),
        Column("note", gettext("Note"), 60),
        Column("decided_by", gettext("Decided by"), 18),
        Column("decided_at", gettext("Decided"), 20),
        Column("decision", gettext("Why"), 40),
    ]


async def late_rows(batches: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
    """Yield late records as their file has them, with the note taken out of what was entered."""
    async for rows in batches:
        for row in rows:
            row["note"] = json.loads(row["payload"]).get("note", "")
        yield rows


def _account_columns() -> list[Column]:
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Account"), 26),
        Column("kind", gettext("Kind"), 12, lambda code: gettext(network_words.KINDS[Kind(code)])),
        Column("dealer", gettext("Dealer"), 26),
        Column("region", gettext("Region")),
        Column("area", gettext("Area")),
    ]
