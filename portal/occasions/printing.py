"""Name badges of everybody with a seat, companions beside their seat holder."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from portal.occasions.qr import door_url
from portal.web.formats import day
from portal.web.i18n import choose, gettext, in_locale
from portal.web.printing.badges import (
    STYLESHEET,
    BadgeDocument,
    PrintedBadge,
    badge_metadata,
    render_badges,
)
from portal.web.printing.pool import PrintPool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.occasions.queries.occasions import OccasionRow
    from portal.occasions.queries.roster import RosterRow
    from portal.settings import Settings


def document_of(
    occasion: OccasionRow, roster: Sequence[RosterRow], settings: Settings, locale: str
) -> BadgeDocument:
    """Fill the document in a language; the last confirmed sign-up gives its moment, so that bytes repeat."""
    with in_locale(locale):
        badges = []
        for row in roster:
            badges.append(PrintedBadge(row.name, row.name_en, row.dealer_name, "", door_url(settings, row)))
            badges += [
                PrintedBadge(
                    guest.name,
                    guest.name_en,
                    row.dealer_name,
                    gettext("with %(name)s") % {"name": row.name},
                    "",
                )
                for guest in row.companions
            ]
        first = occasion.starts_at.astimezone(settings.zone).date()
        last = (occasion.ends_at - dt.timedelta(microseconds=1)).astimezone(settings.zone).date()
        moments = [row.confirmed_at for row in roster if row.confirmed_at] or [occasion.starts_at]
        return BadgeDocument(
            manufacturer=choose(settings.company_name, settings.company_name_en),
            title=choose(occasion.title, occasion.title_en),
            when=day(first) if first == last else f"{day(first)} – {day(last)}",
            badges=tuple(badges),
            as_of=max(moments).replace(microsecond=0),
        )


@cache
def _pool(workers: int, seconds: int, memory_bytes: int) -> PrintPool:
    from portal.settings import Settings  # noqa: PLC0415  only to hand the three limits on

    limits = {"print_workers": workers, "print_wall_seconds": seconds, "print_memory_bytes": memory_bytes}
    return PrintPool.from_settings(Settings.model_validate(limits))


async def print_badges(
    occasion: OccasionRow, roster: Sequence[RosterRow], settings: Settings, locale: str
) -> bytes:
    """Return the badges as PDF; an unknown language prints Korean.

    Raises:
        portal.web.printing.failures.PrintFailure: They could not be printed in time or at all.
    """
    language = "en" if locale == "en" else "ko"
    document = document_of(occasion, roster, settings, language)
    pool = _pool(settings.print_workers, settings.print_wall_seconds, settings.print_memory_bytes)
    html, about = render_badges(document, language), badge_metadata(document, language)
    return (await pool.render(html, STYLESHEET, about)).pdf
