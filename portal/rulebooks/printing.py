"""A version on paper: the values of the screen, put into the printing package's document."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from portal.rulebooks import views
from portal.rulebooks.queries.proposals import get_proposal
from portal.rulebooks.queries.versions import find_before, get_any
from portal.web.i18n import LOCALES, choose, gettext, in_locale, translate
from portal.web.printing.pool import PrintPool
from portal.web.printing.rulebook import (
    STYLESHEET,
    PrintedLine,
    PrintedRules,
    RulebookDocument,
    render_rulebook,
    rulebook_metadata,
)
from portal.web.printing.scorecard import Signature
from rules.decisions.book import DecisionBook

if TYPE_CHECKING:
    from portal.rulebooks.books import AnyBook
    from portal.rulebooks.queries.proposals import Mark, Proposal
    from portal.rulebooks.queries.versions import Version
    from portal.settings import Settings
    from rules.kpis import Locale


async def document_of(version: Version, settings: Settings, locale: Locale) -> RulebookDocument:
    """Fill the document with what the screen shows, in one language."""
    book = await get_any(version.sha256)
    before = await find_before(version)
    proposal = await get_proposal(version.proposal_id) if version.proposal_id else None
    with in_locale(locale):
        return _document(version, settings, book, before, proposal)


def _document(
    version: Version, settings: Settings, book: AnyBook, before: AnyBook | None, proposal: Proposal | None
) -> RulebookDocument:
    view = views.book_view(book)
    decides = isinstance(book, DecisionBook)
    return RulebookDocument(
        manufacturer=choose(settings.company_name, settings.company_name_en),
        title=view["label"],
        kind=views.family_label(version.kind, version.decision),
        version=version.label,
        from_on=version.term.from_on,
        until_on=version.term.until_on,
        announced_on=version.announced_on,
        note=view["note"],
        lines=() if decides else tuple(_line(line) for line in view["lines"]),
        grades=() if decides else tuple(view["grades"]),
        keeping=() if decides else _keeping(view),
        decision=_rules(view) if decides else None,
        changes=tuple(views.changes_view(before, book) or ()),
        before=before.version if before else "",
        signatures=_signatures(proposal),
        sha256=version.sha256,
        verify_url=f"{settings.public_url.rstrip('/')}/criteria/{version.sha256}",
        as_of=_stands_at(version, proposal, settings),
        zone=settings.business_zone,
    )


def _line(view: views.View) -> PrintedLine:
    return PrintedLine(
        label=view["label"],
        weight=view["weight"],
        measure=view["measure"],
        definition=view["definition"],
        source=view["source"],
        missing=translate("Without a value: %(what)s", what=view["missing"]),
        reason=view["reason"],
        bands=tuple(view["bands"]),
    )


def _rules(view: views.View) -> PrintedRules:
    table = view["table"]
    heads: tuple[str, ...] = ()
    rows: list[tuple[str, tuple[str, ...]]] = []
    if table:
        heads = (*map(_head, table["inputs"]), *(f"→ {_head(each)}" for each in table["outputs"]))
        rows = [(row["id"], (*row["when"], *row["then"])) for row in table["rows"]]
        if table["otherwise"]:
            rows.append((gettext("Otherwise"), (*[""] * len(table["inputs"]), *table["otherwise"])))
    return PrintedRules(
        policy=" · ".join(filter(None, (view["hit_policy"], view["aggregate"]))),
        columns=heads,
        rows=tuple(rows),
        rules=tuple(
            (rule["label"] or rule["id"], rule["when"], ", ".join(rule["then"])) for rule in view["rules"]
        ),
        inputs=tuple(
            (_head((each["label"], each["unit"])), " · ".join(filter(None, _about(each))))
            for each in view["inputs"]
        ),
    )


def _head(named: tuple[str, str]) -> str:
    label, unit = named
    return f"{label} ({unit})" if unit else label


def _about(view: views.View) -> tuple[str, str, str]:
    return view["type"], view["options"], view["missing"]


def _keeping(view: views.View) -> tuple[str, ...]:
    return (
        translate(
            "A grade falls after %(months)s months below its edge, or at once %(margin)s or more below it.",
            months=view["keep_months"],
            margin=view["keep_margin"],
        ),
        translate(
            "A person decides when lines with a value weigh less than %(points)s.",
            points=view["minimum_support"],
        ),
        translate("Points of a line are rounded to %(points)s.", points=view["quantum"]),
    )


def _signatures(proposal: Proposal | None) -> tuple[Signature, ...]:
    if proposal is None:
        return ()
    return (_signed("Author", proposal.submitted), _signed("Approver", proposal.approved))


def _signed(role: str, mark: Mark | None) -> Signature:
    if mark is None:
        return Signature(gettext(role))
    return Signature(gettext(role), mark.name, mark.at, mark.on_behalf_of)


def _stands_at(version: Version, proposal: Proposal | None, settings: Settings) -> dt.datetime:
    """Return when the last thing on the paper happened, never the clock's: equal bytes."""
    marks = [proposal.submitted, proposal.approved, proposal.scheduled] if proposal else []
    known = [mark.at for mark in marks if mark is not None]
    midnight = dt.datetime.combine(version.announced_on, dt.time(), settings.zone)
    return max(known, default=midnight).astimezone(dt.UTC).replace(microsecond=0)


def file_name(version: Version) -> str:
    """Return the name of the PDF on the reader's disk."""
    return f"{gettext('Criteria')}-{version.decision or views.kind_label(version.kind)}-{version.label}.pdf"


@cache
def _pool(workers: int, seconds: int, memory_bytes: int) -> PrintPool:
    from portal.settings import Settings  # noqa: PLC0415  only to hand the three limits on

    limits = {"print_workers": workers, "print_wall_seconds": seconds, "print_memory_bytes": memory_bytes}
    return PrintPool.from_settings(Settings.model_validate(limits))


async def print_version(version: Version, settings: Settings, locale: str) -> bytes:
    """Return a version as PDF; an unknown language prints Korean.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    language: Locale = "en" if locale == LOCALES[1] else "ko"
    document = await document_of(version, settings, language)
    pool = _pool(settings.print_workers, settings.print_wall_seconds, settings.print_memory_bytes)
    html, about = render_rulebook(document, language), rulebook_metadata(document, language)
    return (await pool.render(html, STYLESHEET, about)).pdf
