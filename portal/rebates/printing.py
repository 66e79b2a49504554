"""Statements on paper: the values of the screen, put into the printing package's document."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from portal.errors import NotFound
from portal.rebates import words
from portal.rebates.paper_cache import find_pdf, keep_pdf
from portal.rebates.program_views import locale as said_locale
from portal.rebates.program_views import said
from portal.rebates.queries.settlements import Settlement
from portal.rebates.queries.sources import MonthOfSales, months_of, source_of
from portal.rebates.queries.statements import Statement, statement_of
from portal.rebates.views_own import size_text, tax_step
from portal.rebates.views_statement import line_view
from portal.web.i18n import LOCALES, choose, gettext, in_locale
from portal.web.printing.bundle import file_name
from portal.web.printing.cache import cache_key
from portal.web.printing.pool import PrintPool
from portal.web.printing.scorecard import Appeal, Signature
from portal.web.printing.statement import (
    STYLESHEET,
    SourceMonth,
    StatementDocument,
    StatementPaperLine,
    StatementProvenance,
    render_statement,
    statement_metadata,
)
from rules.rebate.words import AMOUNTS, TAX_DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.access import Viewer
    from portal.rebates.queries.statements import StatementLine
    from portal.settings import Settings
    from portal.web.printing.pool import PrintEngine
    from portal.web.printing.protocol import PrintMetadata
    from rules.kpis import Locale


@dataclass(frozen=True, slots=True)
class Paper:
    """A statement with the documents behind each line, by component; none where they changed since."""

    statement: Statement
    settlement: Settlement
    months: dict[str, list[MonthOfSales]]


async def read_paper(viewer: Viewer, account_id: int, version_id: int, settlement_id: int | None) -> Paper:
    """Return what a statement's paper shows.

    Raises:
        NotFound: There is no such statement for the viewer, or nothing was settled.
    """
    statement = await statement_of(account_id, version_id, viewer, settlement_id)
    settlement = statement.settlement
    if settlement is None:
        raise NotFound
    months = {}
    for one in statement.lines:
        source = source_of(statement.program, one.component, account_id, settlement.through_on)
        found = await months_of(source)
        if sum(month.value for month in found) == one.line.basis:
            months[one.line.component] = found
    return Paper(statement, settlement, months)


def document_of(paper: Paper, settings: Settings, locale: Locale) -> StatementDocument:
    """Fill the document with what the screen shows, in the language of the paper."""
    statement, settlement, program = paper.statement, paper.settlement, paper.statement.program
    with in_locale(locale):
        return StatementDocument(
            manufacturer=choose(settings.company_name, settings.company_name_en),
            dealer_name=statement.name,
            dealer_code=statement.code,
            program=said(program.label),
            version=statement.label,
            kind=gettext(words.SETTLEMENT_KINDS[settlement.kind]),
            from_on=settlement.period_on,
            through_on=settlement.through_on,
            is_booked=not statement.is_preview,
            preview_until_on=settlement.preview_until_on if statement.is_preview else None,
            amounts=AMOUNTS[program.amounts][said_locale()],
            lines=tuple(_line(one, paper) for one in statement.lines),
            earned_minor=statement.earned_minor,
            paid_minor=sum(one.line.paid_minor for one in statement.lines),
            due_minor=statement.due_minor,
            tax_document=TAX_DOCUMENTS[program.tax_document][said_locale()],
            tax_step=tax_step(program),
            clause=said(program.clause),
            appeal=_appeal(settlement),
            signatures=(
                Signature(gettext("For the manufacturer")),
                Signature(gettext("For the dealership")),
            ),
            provenance=_provenance(paper, settings),
            currency=program.currency,
            currency_decimals=settings.currency_decimals,
            zone=settings.business_zone,
        )


def _line(one: StatementLine, paper: Paper) -> StatementPaperLine:
    view = line_view(one, paper.statement.program, None)
    return StatementPaperLine(
        label=view["label"],
        measure=view["measure"],
        tier=view["tier"],
        factor=view["factor"],
        steps=tuple(view["steps"]),
        amount_minor=one.line.amount_minor,
        paid_minor=one.line.paid_minor,
        delta_minor=one.line.delta_minor,
        note=view["delta_note"],
        months=tuple(
            SourceMonth(f"{row.month_on:%Y-%m}", row.documents, size_text(one.component, row.value))
            for row in paper.months.get(one.line.component, ())
        ),
    )


def _appeal(settlement: Settlement) -> Appeal:
    """Say how to object; the last day of the preview where it is one.

    Source: FEATURES A7 L4; 대리점법 시행령 (a dealer's request to look again).
    """
    how = gettext(
        "On the portal, under My incentives: each line has a button. A person answers with reasons."
    )
    return Appeal(how, settlement.preview_until_on or settlement.through_on)


def _provenance(paper: Paper, settings: Settings) -> StatementProvenance:
    settlement, account = paper.settlement, paper.statement.account_id
    return StatementProvenance(
        settlement=str(settlement.id),
        program_hash=settlement.program_sha256,
        inputs_hash=settlement.inputs_sha256,
        results_hash=settlement.results_sha256,
        as_of=settlement.as_of_at,
        verify_url=f"{settings.public_url.rstrip('/')}/rebates/papers/{account}/statements/{settlement.id}",
    )


async def print_statement(paper: Paper, settings: Settings, locale: str) -> bytes:
    """Return a statement as PDF; an unknown language prints Korean.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    language = language_of(locale)
    document = document_of(paper, settings, language)
    about = statement_metadata(document, language)
    return await printed(
        settings, "statement", document, language, lambda: render_statement(document, language), about
    )


def print_key(kind: str, document: object, locale: Locale, engine: PrintEngine) -> str:
    """Return the hash of everything that decides a paper's bytes."""
    return cache_key(kind, document, locale, engine)


async def print_now(paper: Paper, settings: Settings, locale: Locale, key: str) -> bytes:
    """Return a statement as PDF without keeping it; one that was kept before under its key is taken.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    kept = await asyncio.to_thread(find_pdf, settings.data_dir, key)
    if kept is not None:
        return kept
    document = document_of(paper, settings, locale)
    about = statement_metadata(document, locale)
    return (await pool_of(settings).render(render_statement(document, locale), STYLESHEET, about)).pdf


async def printed(
    settings: Settings,
    kind: str,
    document: object,
    locale: Locale,
    render: Callable[[], str],
    about: PrintMetadata,
) -> bytes:
    """Return a document as PDF, from the folder of finished ones when the same was printed before."""
    pool = pool_of(settings)
    key = cache_key(kind, document, locale, await asyncio.to_thread(pool.engine))
    kept = await asyncio.to_thread(find_pdf, settings.data_dir, key)
    if kept is not None:
        return kept
    pdf = (await pool.render(render(), STYLESHEET, about)).pdf
    await asyncio.to_thread(keep_pdf, settings.data_dir, key, pdf)
    return pdf


def language_of(locale: str) -> Locale:
    """Return the language of a paper; Korean for an unknown one."""
    return "en" if locale == LOCALES[1] else "ko"


def statement_name(paper: Paper) -> str:
    """Return the name of the PDF on the reader's disk."""
    statement = paper.statement
    return file_name(
        gettext("Incentive statement"),
        str(paper.settlement.through_on),
        statement.code,
        statement.program.code,
    )


def pool_of(settings: Settings) -> PrintPool:
    """Return the printing processes for the installation's limits."""
    return _pool(settings.print_workers, settings.print_wall_seconds, settings.print_memory_bytes)


@cache
def _pool(workers: int, seconds: int, memory_bytes: int) -> PrintPool:
    from portal.settings import Settings  # noqa: PLC0415  only to hand the three limits on

    limits = {"print_workers": workers, "print_wall_seconds": seconds, "print_memory_bytes": memory_bytes}
    return PrintPool.from_settings(Settings.model_validate(limits))
