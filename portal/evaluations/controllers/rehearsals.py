"""Rehearsing: thresholds of a version as sliders over the published months, and the whole comparison."""

from dataclasses import dataclass, field, replace
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Conflict
from portal.evaluations import words
from portal.evaluations.controllers.requests import BY_KIND, AnyRequest, query_of
from portal.evaluations.incentives import list_incentives, payments_of
from portal.evaluations.model import SubjectKind
from portal.evaluations.policies import REHEARSE
from portal.evaluations.queries.past import find_names
from portal.evaluations.rehearsal import Past, load_past, rehearse, slide
from portal.evaluations.rehearsal_money import Worth, asked_worth, money_view, worth_view
from portal.evaluations.rehearsal_views import impact_view, moved_of, params_of, slide_view, sliders_view
from portal.network.scope import today
from portal.rulebooks.drafting import draft_text
from portal.rulebooks.policies import AUTHOR
from portal.rulebooks.queries.proposals import get_proposal
from portal.rulebooks.queries.versions import Version, book_for, find_published, get_book, list_versions
from portal.rulebooks.service.drafts import create_draft
from portal.rulebooks.sheet_edits import text_of
from portal.rulebooks.views import proposal_path, version_view
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.responses import fragment, page, redirect
from rules.canonical import book_content
from rules.months import Month
from rules.rulebook import Rulebook
from rules.sheets.edits import with_thresholds

PATH = "/evaluations/rehearsal"


@dataclass(frozen=True)
class Rehearsed:
    """What is rehearsed: the months, the version whose thresholds move, and what it is compared with.

    Attributes:
        book: A draft, or a published version; it may have problems when it is a draft.
        base: The version a draft was made from, else the version in force today.
        proposal_id: The draft, or 0.
        worth: What grades are worth.
    """

    past: Past
    book: Rulebook
    base: Rulebook
    proposal_id: int
    worth: Worth = field(default_factory=Worth)


@dataclass(frozen=True)
class Asked:
    """What a URL asks to be rehearsed: a draft, a published version by its hash, or neither."""

    kind: SubjectKind
    proposal_id: int = 0
    version: str = ""


def asked_of(
    kind: NamedDependency[SubjectKind], proposal: FromQuery[int] = 0, version: FromQuery[str] = ""
) -> Asked:
    """Read what is to be rehearsed."""
    return Asked(kind, proposal, version)


BY_ASKED = {"asked": Provide(asked_of, sync_to_thread=False)}


async def _found(request: AnyRequest, viewer: Viewer, asked: Asked) -> Rehearsed:
    """Find what the URL names, and what grades are worth."""
    found = await _rehearsed(viewer, asked)
    incentives = () if found.past.kind is SubjectKind.REPRESENTATIVE else await list_incentives(viewer)
    return replace(found, worth=asked_worth(found.past.kind, incentives, query_of(request)))


async def _rehearsed(viewer: Viewer, asked: Asked) -> Rehearsed:
    """Find a draft, a published version, or else the version in force today.

    Raises:
        NotFound: There is no such draft or version.
    """
    if asked.proposal_id:
        draft = await get_proposal(asked.proposal_id)
        book = Rulebook.load(draft.text)
        base = await get_book(draft.base_sha256) if draft.base_sha256 else book
        return Rehearsed(await load_past(SubjectKind(draft.kind)), book, base, asked.proposal_id)
    if asked.version:
        chosen = await find_published(asked.version, today(viewer))
        kind, book = SubjectKind(chosen.kind), await get_book(chosen.sha256)
        return Rehearsed(await load_past(kind), book, await _in_force(viewer, kind), 0)
    book = await _in_force(viewer, asked.kind)
    return Rehearsed(await load_past(asked.kind), book, book, 0)


async def _in_force(viewer: Viewer, kind: SubjectKind) -> Rulebook:
    return await book_for(kind.value, Month.of(today(viewer)))


class RehearsalController(Controller):
    """The rehearsal screen; it changes nothing but makes a draft when asked to."""

    path = PATH
    dependencies = BY_KIND | BY_ASKED

    @get("/", name="evaluations.rehearsal", opt=policy(REHEARSE))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        asked: NamedDependency[Asked],
    ) -> Template:
        """Show the sliders, and what those already moved change."""
        found = await _found(request, viewer, asked)
        return page(request, "evaluations/rehearsal.html", **await _page(request, viewer, found))

    @get("/moved", name="evaluations.rehearsal_moved", opt=policy(REHEARSE))
    async def move(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        asked: NamedDependency[Asked],
    ) -> Template:
        """Return what the moved thresholds change, months standing alone."""
        context = await _moved(request, viewer, await _found(request, viewer, asked))
        return fragment(request, "evaluations/_moved.html", **context | {"out_of_band": True})

    @get("/whole", name="evaluations.rehearsal_whole", opt=policy(REHEARSE))
    async def whole(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        asked: NamedDependency[Asked],
    ) -> Template:
        """Return the whole comparison, with kept grades."""
        rehearsed = await _found(request, viewer, asked)
        candidate = _candidate(request, rehearsed.book)
        if candidate.problems:
            problems = [problem.message for problem in candidate.problems]
            return fragment(request, "evaluations/_problems.html", problems=problems)
        context = await _whole(viewer, rehearsed, candidate)
        return fragment(request, "evaluations/_whole.html", **context)

    @post("/draft", name="evaluations.rehearsal_draft", opt=policy(AUTHOR), status_code=200)
    async def draft(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Begin a draft of criteria with the moved thresholds."""
        values = (await FormReader.of(request)).values
        number = values.get("proposal", "")
        proposal_id = int(number) if number.isdigit() and len(number) <= 18 else 0  # noqa: PLR2004  digits of 64 bits
        asked = Asked(SubjectKind.DEALER, proposal_id, values.get("version", ""))
        chosen = await _rehearsed(viewer, asked)
        candidate = _moved_book(chosen.book, list(values.items()))
        if proposal_id:
            text, base = text_of(book_content(candidate)), chosen.base.sha256
        else:
            text = draft_text(candidate, today(viewer), settings.rulebook_notice_days)
            base = chosen.book.sha256
        made = await create_draft(viewer, text, base)
        return redirect(request, proposal_path(made, "/edit"), toast="A draft was made.")


def _moved_book(book: Rulebook, values: list[tuple[str, str]]) -> Rulebook:
    """Return the book with the thresholds of a form moved.

    Raises:
        Conflict: The book or the thresholds have problems.
    """
    moved = book if book.problems else with_thresholds(book, moved_of(values))
    if moved.problems:
        raise Conflict("These criteria cannot be rehearsed yet.")
    return moved


def _candidate(request: AnyRequest, book: Rulebook) -> Rulebook:
    return book if book.problems else with_thresholds(book, moved_of(query_of(request)))


async def _whole(viewer: Viewer, rehearsed: Rehearsed, candidate: Rulebook) -> dict[str, Any]:
    past, base, worth = rehearsed.past, rehearsed.base, rehearsed.worth
    payments = await _payments(rehearsed)
    impact = await rehearse(past, base, candidate, payments)
    named = [change.subject for change in (*impact.winners, *impact.losers)]
    names = await find_names(viewer, past.kind, named)
    return {
        "base_label": base.version,
        "worth": worth_view(worth),
        **impact_view(past, candidate, impact, names),
    }


async def _payments(rehearsed: Rehearsed, *, anew: bool = False) -> Any:
    """Return what grades are worth, or None when no programme depends on them."""
    worth, past = rehearsed.worth, rehearsed.past
    if worth.incentive is None or not worth.by_grade:
        return None
    return await payments_of(worth.incentive, past.history, past.key, worth.factors_bp, anew=anew)


async def _moved(
    request: AnyRequest, viewer: Viewer, rehearsed: Rehearsed, *, anew: bool = False
) -> dict[str, Any]:
    shared = {"path": PATH, "worth": worth_view(rehearsed.worth), "out_of_band": False}
    if rehearsed.book.problems:
        return shared | {"problems": [problem.message for problem in rehearsed.book.problems]}
    past, query = rehearsed.past, query_of(request)
    found = await slide(past, rehearsed.book, moved_of(query), await _payments(rehearsed, anew=anew))
    listed = () if found.paid is None else (*found.paid.winners(), *found.paid.losers())
    names = await find_names(viewer, past.kind, [past.history.subjects[place] for place, _ in listed])
    return {
        **shared,
        **slide_view(past, rehearsed.book, found),
        "money": money_view(past, found.paid, names),
        "may_draft": viewer.allowed(AUTHOR),
        "kept": params_of(rehearsed.book, rehearsed.proposal_id, query),
    }


async def _page(request: AnyRequest, viewer: Viewer, rehearsed: Rehearsed) -> dict[str, Any]:
    book, past = rehearsed.book, rehearsed.past
    months = [table.month for table in past.history.tables]
    versions = await list_versions(past.kind.value, today(viewer))
    shared = {
        "book_label": book.version,
        "version": _of(book, versions),
        "versions": [version_view(one) for one in versions],
        "proposal_id": rehearsed.proposal_id,
        "kind": past.kind.value,
        "kinds": [(kind.value, gettext(word)) for kind, word in words.SUBJECTS.items()],
        "subjects": past.subjects,
        "months": months,
        "path": PATH,
    }
    if book.problems or not months:
        return shared | {"lines": [], "problems": [problem.message for problem in book.problems]}
    lines = sliders_view(book, moved_of(query_of(request)))
    return shared | {"lines": lines, **await _moved(request, viewer, rehearsed, anew=True)}


def _of(book: Rulebook, versions: list[Version]) -> dict[str, Any] | None:
    """Return the published version a book is, None for a draft."""
    if book.problems:
        return None
    return next((version_view(one) for one in versions if one.sha256 == book.sha256), None)
