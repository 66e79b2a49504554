"""Papers of training filled with what the pages show: certificates, and the training plan of a season."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from portal.errors import NotFound
from portal.occasions.model import OccasionState
from portal.occasions.words import STATES
from portal.web import formats
from portal.web.i18n import LOCALES, choose, gettext, in_locale
from portal.web.printing.pool import PrintPool
from portal.web.printing.training import (
    CERTIFICATE_STYLES,
    CERTIFICATES_MOST,
    PLAN_STYLES,
    CertificateDocument,
    PlanLine,
    PlanSession,
    TrainingPlanDocument,
    certificate_metadata,
    plan_metadata,
    render_certificates,
    render_plan,
)
from training.courses.policies import READ
from training.sessions.model import business_days
from training.sessions.queries.costs import list_costs, total_of
from training.sessions.queries.sessions import list_blocks, list_sessions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow
    from portal.settings import Settings
    from training.sessions.queries.costs import CostRow
    from training.sessions.queries.own import Verified
    from training.sessions.queries.sessions import BlockRow, SessionRow

_MINUTE = dt.timedelta(minutes=1)


def days_in_words(starts_at: dt.datetime, ends_at: dt.datetime, zone: dt.tzinfo) -> str:
    """Return the days between two instants, the second exclusive, in the current language."""
    days = business_days(starts_at, ends_at, zone)
    first, last = formats.day(days[0]), formats.day(days[-1])
    return first if len(days) == 1 else f"{first} – {last}"


def certificate_name(title: str) -> str:
    """Return the name of the PDF on the reader's disk."""
    return f"{gettext('Certificate')}-{title}.pdf"


def plan_name(season: SeasonRow) -> str:
    """Return the name of the PDF on the reader's disk."""
    return f"{gettext('Training plan')}-{season.code}.pdf"


@cache
def _pool(workers: int, seconds: int, memory_bytes: int) -> PrintPool:
    from portal.settings import Settings  # noqa: PLC0415  only to hand the three limits on

    limits = {"print_workers": workers, "print_wall_seconds": seconds, "print_memory_bytes": memory_bytes}
    return PrintPool.from_settings(Settings.model_validate(limits))


def _pool_of(settings: Settings) -> PrintPool:
    return _pool(settings.print_workers, settings.print_wall_seconds, settings.print_memory_bytes)


def _language(locale: str) -> str:
    return "en" if locale == LOCALES[1] else "ko"


async def print_certificates(found: Sequence[Verified], settings: Settings, locale: str) -> bytes:
    """Return certificates as one PDF, a page each; an unknown language prints Korean.

    Raises:
        NotFound: There is none in force.
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    if not found:
        raise NotFound
    language = _language(locale)
    with in_locale(language):
        documents = [_certificate(one, settings) for one in found[:CERTIFICATES_MOST]]
        html, about = render_certificates(documents, language), certificate_metadata(documents, language)
    return (await _pool_of(settings).render(html, CERTIFICATE_STYLES, about)).pdf


def _certificate(one: Verified, settings: Settings) -> CertificateDocument:
    return CertificateDocument(
        manufacturer=choose(settings.company_name, settings.company_name_en),
        name=choose(one.name, one.name_en),
        course=choose(one.course_title, one.course_title_en),
        days=days_in_words(one.starts_at, one.ends_at, settings.zone),
        code=one.code,
        verify_url=f"{settings.public_url.rstrip('/')}/certificates/{one.code}",
        issued_on=one.issued_at.astimezone(settings.zone).date(),
        as_of=one.issued_at.replace(microsecond=0),
        zone=settings.business_zone,
    )


async def print_plan(
    viewer: Viewer, season: SeasonRow, settings: Settings, locale: str, *, costs: bool
) -> bytes:
    """Return the training plan of a season as PDF; an unknown language prints Korean.

    Args:
        viewer: Whose sessions; the caller has checked the season.
        season: The season.
        settings: Manufacturer, address, limits of printing.
        locale: Language.
        costs: Whether the copy holds costs; the caller has checked that the viewer may see them.
    """
    language = _language(locale)
    sessions = await list_sessions(viewer, READ, season.id)
    ids = [session.id for session in sessions]
    blocks = await list_blocks(*ids)
    money = await list_costs(*ids) if costs else ()
    with in_locale(language):
        document = _plan(season, sessions, blocks, money, settings, costs=costs)
        html, about = render_plan(document, language), plan_metadata(document, language)
    return (await _pool_of(settings).render(html, PLAN_STYLES, about)).pdf


def _plan(
    season: SeasonRow,
    sessions: Sequence[SessionRow],
    blocks: Sequence[BlockRow],
    money: Sequence[CostRow],
    settings: Settings,
    *,
    costs: bool,
) -> TrainingPlanDocument:
    region = choose(season.region_name, season.region_name_en) or gettext("Whole network")
    budget, actual = total_of(money)
    minutes = sum((block.ends_at - block.starts_at) // _MINUTE for block in blocks)
    taken, seats = sum(one.seats_taken for one in sessions), sum(one.seats for one in sessions)
    return TrainingPlanDocument(
        manufacturer=choose(settings.company_name, settings.company_name_en),
        season=choose(season.label, season.label_en),
        place=f"{region} · {season.category}" if season.category else region,
        span=f"{formats.month(season.from_on)} – {formats.month(season.last_on)}",
        code=season.code,
        sessions=tuple(
            _session(
                one,
                [block for block in blocks if block.session_id == one.id],
                [row for row in money if row.session_id == one.id],
                settings,
                costs=costs,
            )
            for one in sessions
        ),
        seats=f"{formats.number(taken)} / {formats.number(seats)}",
        minutes=formats.number(minutes),
        budget=formats.money(budget) if costs else "",
        actual=_money(actual) if costs else "",
        has_costs=costs,
        verify_url=f"{settings.public_url.rstrip('/')}/seasons/{season.id}",
        as_of=dt.datetime.now(dt.UTC).replace(microsecond=0),
        zone=settings.business_zone,
    )


def _money(minor: int | None) -> str:
    return "–" if minor is None else formats.money(minor)


def _session(
    session: SessionRow,
    blocks: Sequence[BlockRow],
    money: Sequence[CostRow],
    settings: Settings,
    *,
    costs: bool,
) -> PlanSession:
    budget, actual = total_of(money)
    planned = gettext("planned") if session.state is OccasionState.DRAFT else gettext(STATES[session.state])
    return PlanSession(
        title=choose(session.title, session.title_en),
        course=choose(session.course_title, session.course_title_en),
        state=planned,
        days=days_in_words(session.starts_at, session.ends_at, settings.zone),
        place=f"{choose(session.venue_name, session.venue_name_en)} {session.room_name}",
        region=choose(session.region_name, session.region_name_en),
        seats=f"{session.seats_taken} / {session.seats}",
        lines=tuple(_line(block, session, settings) for block in blocks),
        budget=formats.money(budget) if costs else "",
        actual=_money(actual) if costs else "",
    )


def _line(block: BlockRow, session: SessionRow, settings: Settings) -> PlanLine:
    starts, ends = (at.astimezone(settings.zone) for at in (block.starts_at, block.ends_at))
    return PlanLine(
        when=f"{formats.day(starts.date())} {starts:%H:%M}–{ends:%H:%M}",
        module=choose(block.module_title, block.module_title_en),
        lecturer=choose(block.lecturer_name, block.lecturer_name_en) or "–",
        room=block.room_name or session.room_name,
    )
