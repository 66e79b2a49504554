"""A scorecard on paper: the values of the screen, put into the printing package's document."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from portal.evaluations import words
from portal.evaluations.model import ANSWER_DAYS, CardState
from portal.evaluations.views import said_by
from portal.web.i18n import LOCALES, choose, gettext, in_locale, translate
from portal.web.printing.pool import PrintPool
from portal.web.printing.scorecard import (
    STYLESHEET,
    ActionLine,
    Appeal,
    Comment,
    GradeEdge,
    LineState,
    MonthSales,
    Provenance,
    ScorecardDocument,
    ScorecardLine,
    Signature,
    render_scorecard,
    scorecard_metadata,
)
from rules.distance import distance
from rules.explain import explain

if TYPE_CHECKING:
    from portal.evaluations.queries.actions import ActionRow
    from portal.evaluations.queries.sheets import Sheet
    from portal.settings import Settings
    from rules.explain import ExplainedLine
    from rules.kpis import Locale
    from rules.outcomes import LineOutcome

FULL_MILLI = 100_000


def document_of(
    sheet: Sheet, settings: Settings, locale: Locale, printed_at: dt.datetime
) -> ScorecardDocument:
    """Fill the document with what the screen shows.

    Args:
        sheet: The scorecard.
        settings: Manufacturer, currency, zone, public address.
        locale: Language of the paper; titles and names of roles are in it.
        printed_at: Instant shown as the paper's date, UTC; see ``stands_at``.
    """
    head, said = sheet.head, explain(sheet.outcome, sheet.book, locale)
    pairs = zip(said.lines, sheet.outcome.lines, strict=True)
    with in_locale(locale):
        return ScorecardDocument(
            manufacturer=choose(settings.company_name, settings.company_name_en),
            subject_name=head.name,
            subject_code=head.code,
            region=choose(head.region, head.region_en),
            month=str(head.month),
            grade=head.grade or None,
            previous_grade=head.previous_grade or None,
            points_milli=head.points_milli,
            most_milli=FULL_MILLI,
            reference_only=head.run.is_reference_only,
            lines=tuple(_line(words_, line) for words_, line in pairs),
            edges=tuple(GradeEdge(step.grade, step.from_milli) for step in sheet.book.grades),
            sales=tuple(MonthSales(str(row.month), row.this_minor, row.last_minor) for row in sheet.sales),
            lifts=tuple(found.sentence[locale] for found in distance(sheet.outcome, sheet.facts, sheet.book)),
            comments=_comments(sheet),
            actions=_actions(sheet),
            signatures=_signatures(sheet),
            appeal=_appeal(sheet),
            provenance=_provenance(sheet, settings, printed_at),
            currency=settings.currency,
            currency_decimals=settings.currency_decimals,
            zone=settings.business_zone,
        )


def _line(said: ExplainedLine, line: LineOutcome) -> ScorecardLine:
    silent = line.missing or line.informative
    state = LineState.MET if said.held else LineState.MISSED
    if line.informative:
        state = LineState.INFORMATIVE
    elif line.missing:
        state = LineState.MISSING
    return ScorecardLine(
        label=said.label,
        actual="" if line.missing else said.value,
        threshold=said.threshold,
        points_milli=None if silent else line.points_milli,
        most_milli=line.max_milli,
        state=state,
    )


def _comments(sheet: Sheet) -> tuple[Comment, ...]:
    return tuple(
        Comment(
            said_by(said.author, said.on_behalf_of), gettext(words.COMMENTS[said.kind]), said.text, said.at
        )
        for said in sheet.comments
    )


def _actions(sheet: Sheet) -> tuple[ActionLine, ...]:
    months = [(row, str(row.month)) for row in sheet.actions.carried]
    return tuple(
        ActionLine(
            gettext(words.ACTIONS[row.kind]),
            row.text,
            row.goal or "–",
            row.owner,
            row.due_on,
            _came(row),
            since,
        )
        for row, since in [*months, *((row, "") for row in sheet.actions.own)]
    )


def _came(row: ActionRow) -> str:
    if row.done_at is None:
        return gettext("not done yet")
    said = gettext(words.OUTCOMES[row.outcome]) if row.outcome else gettext("Done")
    return f"{said}: {row.result}" if row.result else said


def _signatures(sheet: Sheet) -> tuple[Signature, ...]:
    head, manager = sheet.head, gettext("Regional manager")
    if head.state is not CardState.SIGNED:
        return (Signature(manager),)
    return (Signature(manager, head.signed_by, head.signed_at, head.signed_for),)


def _appeal(sheet: Sheet) -> Appeal | None:
    """Say how to object, once the result binds.

    Source: 개인정보 보호법 제37조의2.
    """
    if sheet.head.run.published_at is None:
        return None
    until = sheet.head.run.published_at.date() + dt.timedelta(days=ANSWER_DAYS)
    return Appeal(gettext("Object on the portal, under My evaluation; a person answers."), until)


def _provenance(sheet: Sheet, settings: Settings, printed_at: dt.datetime) -> Provenance:
    run = sheet.head.run
    return Provenance(
        run_id=str(run.id),
        rulebook_version=translate("Criteria %(version)s", version=run.rulebook_label),
        rulebook_hash=run.rulebook_sha256,
        snapshot_hash=run.snapshot_sha256,
        printed_at=printed_at,
        verify_url=f"{settings.public_url.rstrip('/')}/evaluations/{run.month}/run",
    )


def stands_at(sheet: Sheet) -> dt.datetime:
    """Return the instant of the last thing the paper shows, never the clock's: equal sheets, equal bytes."""
    run, said = sheet.head.run, [comment.at for comment in sheet.comments]
    changed = [row.changed_at for row in (*sheet.actions.own, *sheet.actions.carried)]
    known = (run.as_of_at, run.published_at, sheet.head.signed_at, *said, *changed)
    return max(at for at in known if at is not None).astimezone(dt.UTC).replace(microsecond=0)


def file_name(sheet: Sheet) -> str:
    """Return the name of the PDF on the reader's disk."""
    return f"{gettext('Scorecard')}-{sheet.head.month}-{sheet.head.code}.pdf"


@cache
def _pool(workers: int, seconds: int, memory_bytes: int) -> PrintPool:
    from portal.settings import Settings  # noqa: PLC0415  only to hand the three limits on

    limits = {"print_workers": workers, "print_wall_seconds": seconds, "print_memory_bytes": memory_bytes}
    return PrintPool.from_settings(Settings.model_validate(limits))


async def print_sheet(sheet: Sheet, settings: Settings, locale: str) -> bytes:
    """Return a scorecard as PDF; an unknown language prints Korean.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    language: Locale = "en" if locale == LOCALES[1] else "ko"
    document = document_of(sheet, settings, language, stands_at(sheet))
    pool = _pool(settings.print_workers, settings.print_wall_seconds, settings.print_memory_bytes)
    html, metadata = render_scorecard(document, language), scorecard_metadata(document, language)
    return (await pool.render(html, STYLESHEET, metadata)).pdf
