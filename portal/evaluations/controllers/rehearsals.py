"""Rehearsing: thresholds of a version as sliders over the published months, and the whole comparison."""

from dataclasses import dataclass
from typing import Any

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.evaluations import words
from portal.evaluations.controllers.requests import BY_KIND, AnyRequest, query_of
from portal.evaluations.model import SubjectKind
from portal.evaluations.policies import REHEARSE
from portal.evaluations.queries.past import find_names
from portal.evaluations.rehearsal import Past, load_past, rehearse, slide
from portal.evaluations.rehearsal_views import impact_view, moved_of, slide_view, sliders_view
from portal.network.scope import today
from portal.rulebooks.queries.proposals import get_proposal
from portal.rulebooks.queries.versions import book_for, get_book
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.responses import fragment, page
from rules.months import Month
from rules.rulebook import Rulebook
from rules.sheets.edits import with_thresholds

PATH = "/evaluations/rehearsal"


@dataclass(frozen=True)
class Rehearsed:
    """What is rehearsed: the months, the version whose thresholds move, and what it is compared with.

    Attributes:
        book: A draft, or the version in force; it may have problems when it is a draft.
        base: The version a draft was made from; for the version in force itself.
        proposal_id: The draft, or 0.
    """

    past: Past
    book: Rulebook
    base: Rulebook
    proposal_id: int


class RehearsalController(Controller):
    """The rehearsal screen; it changes nothing."""

    path = PATH
    dependencies = BY_KIND

    @get("/", name="evaluations.rehearsal", opt=policy(REHEARSE))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        kind: NamedDependency[SubjectKind],
        proposal: FromQuery[int] = 0,
    ) -> Template:
        """Show the sliders, and what those already moved change."""
        context = await _page(request, await _rehearsed(viewer, kind, proposal))
        return page(request, "evaluations/rehearsal.html", **context)

    @get("/moved", name="evaluations.rehearsal_moved", opt=policy(REHEARSE))
    async def move(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        kind: NamedDependency[SubjectKind],
        proposal: FromQuery[int] = 0,
    ) -> Template:
        """Return what the moved thresholds change, months standing alone."""
        context = await _moved(request, await _rehearsed(viewer, kind, proposal))
        return fragment(request, "evaluations/_moved.html", **context)

    @get("/whole", name="evaluations.rehearsal_whole", opt=policy(REHEARSE))
    async def whole(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        kind: NamedDependency[SubjectKind],
        proposal: FromQuery[int] = 0,
    ) -> Template:
        """Return the whole comparison, with kept grades."""
        rehearsed = await _rehearsed(viewer, kind, proposal)
        candidate = _candidate(request, rehearsed.book)
        if candidate.problems:
            return fragment(request, "evaluations/_moved.html", **await _moved(request, rehearsed))
        context = await _whole(viewer, rehearsed, candidate)
        return fragment(request, "evaluations/_whole.html", **context)


async def _rehearsed(viewer: Viewer, kind: SubjectKind, proposal_id: int) -> Rehearsed:
    """Find the draft of the URL, or the version in force today.

    Raises:
        NotFound: There is no such draft.
    """
    if not proposal_id:
        book = await book_for(kind.value, Month.of(today(viewer)))
        return Rehearsed(await load_past(kind), book, book, 0)
    draft = await get_proposal(proposal_id)
    book = Rulebook.load(draft.text)
    base = await get_book(draft.base_sha256) if draft.base_sha256 else book
    return Rehearsed(await load_past(SubjectKind(draft.kind)), book, base, proposal_id)


def _candidate(request: AnyRequest, book: Rulebook) -> Rulebook:
    return book if book.problems else with_thresholds(book, moved_of(query_of(request)))


async def _whole(viewer: Viewer, rehearsed: Rehearsed, candidate: Rulebook) -> dict[str, Any]:
    past, base = rehearsed.past, rehearsed.base
    impact = await rehearse(past, base, candidate)
    named = [change.subject for change in (*impact.winners, *impact.losers)]
    names = await find_names(viewer, past.kind, named)
    return {"base_label": base.version, **impact_view(past, candidate, impact, names)}


async def _moved(request: AnyRequest, rehearsed: Rehearsed) -> dict[str, Any]:
    if rehearsed.book.problems:
        return {"problems": [problem.message for problem in rehearsed.book.problems]}
    found = await slide(rehearsed.past, rehearsed.book, moved_of(query_of(request)))
    return slide_view(rehearsed.past, rehearsed.book, found)


async def _page(request: AnyRequest, rehearsed: Rehearsed) -> dict[str, Any]:
    book, past = rehearsed.book, rehearsed.past
    months = [table.month for table in past.history.tables]
    shared = {
        "book_label": book.version,
        "base_label": rehearsed.base.version,
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
    return shared | {"lines": lines, **await _moved(request, rehearsed)}
