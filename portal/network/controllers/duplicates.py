"""Suspected duplicates: the queue, one pair side by side, merging, and taking it back."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import unit_of_work
from portal.errors import Conflict, Invalid
from portal.jobs.queries import list_unfinished
from portal.network import forms, words
from portal.network.controllers.accounts import PATHS
from portal.network.controllers.lists import answer_export, pushed
from portal.network.controllers.requests import AnyRequest, page_urls, query_of, translated, word_tables
from portal.network.model import Owner
from portal.network.policies import DUPLICATES, MERGE
from portal.network.queries import duplicates as queries
from portal.network.queries.accounts import get_account
from portal.network.queries.regions import list_regions
from portal.network.queries.views import list_views
from portal.network.service import merging
from portal.network.service.duplicates import JOB_KIND, ask_for_search, book_of_today
from portal.paging import cursor_from
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.responses import fragment, page, redirect

PATH = "/duplicates"


class DuplicateList(Controller):
    """The queue of suspected pairs."""

    path = PATH

    @get("/", opt=policy(DUPLICATES))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show one page of pairs, the most suspicious first."""
        return page(
            request,
            "network/duplicates.html",
            regions=await list_regions(),
            views=await list_views(viewer, PATH[1:]),
            jobs=await list_unfinished(JOB_KIND),
            book=book_of_today(),
            may_merge=viewer.allowed(MERGE),
            **await _rows(request, viewer),
        )

    @get("/rows", opt=policy(DUPLICATES))
    async def rows(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return the rows for a changed filter."""
        context = await _rows(request, viewer)
        return pushed(fragment(request, "network/_duplicate_rows.html", **context), PATH, context["params"])

    @post("/export", opt=policy(DUPLICATES), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the list as a file, or start a job when it is long."""
        return await answer_export(request, viewer, PATH[1:])

    @get("/search", opt=policy(DUPLICATES))
    async def progress(self, request: AnyRequest) -> Template:
        """Return how far the search is; it asks again by itself until it is done."""
        return fragment(
            request, "network/_duplicate_search.html", jobs=await list_unfinished(JOB_KIND), waited=True
        )

    @post("/search", opt=policy(MERGE))
    async def search(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Look through the whole network now."""
        async with unit_of_work():
            await ask_for_search(viewer.user_id)
            await record(viewer.signature(MERGE), "network.duplicates_searched", Subject.of("list", PATH[1:]))
        return redirect(request, PATH)


class DuplicatePages(Controller):
    """One pair."""

    path = "/duplicates/{pair_id:int}"

    @get("/", opt=policy(DUPLICATES))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], pair_id: FromPath[int]
    ) -> Template:
        """Show both accounts side by side with what differs."""
        return await _pair_page(request, viewer, pair_id, None)

    @post("/different", opt=policy(MERGE))
    async def different(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], pair_id: FromPath[int]
    ) -> Response[Any]:
        """Remember that they are not the same."""
        await merging.call_different(viewer, pair_id)
        return redirect(request, f"{PATH}/{pair_id}", toast="Remembered: not the same.")

    @post("/again", opt=policy(MERGE))
    async def again(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], pair_id: FromPath[int]
    ) -> Response[Any]:
        """Put the pair back into the queue."""
        await merging.ask_again(viewer, pair_id)
        return redirect(request, f"{PATH}/{pair_id}", toast="The pair is to be decided again.")

    @post("/merge", opt=policy(MERGE))
    async def merge(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], pair_id: FromPath[int]
    ) -> Response[Any] | Template:
        """Take one for the other, with the chosen values."""
        form = await FormReader.of(request)
        pair = await queries.get_pair(viewer, pair_id)
        try:
            kept, taken = forms.read_merge(form, pair)
            await merging.merge(viewer, pair_id, kept, taken)
        except Invalid as error:
            return await _pair_page(request, viewer, pair_id, error)
        target = f"{PATHS[pair.first.kind]}/{kept}"
        return redirect(request, target, toast="Merged. It can be taken back at any time.")

    @post("/undo", opt=policy(MERGE))
    async def undo(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], pair_id: FromPath[int]
    ) -> Response[Any]:
        """Take the merge of the pair back."""
        pair = await queries.get_pair(viewer, pair_id)
        if pair.merge_id is None:
            raise Conflict
        await merging.undo_merge(viewer, pair.merge_id)
        return redirect(request, f"{PATH}/{pair_id}", toast="The merge was taken back.")


class AccountMerges(Controller):
    """Saying of an account that it is the same as another one."""

    path = "/accounts/{account_id:int}"

    @post("/same-as", opt=policy(MERGE))
    async def name(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Response[Any] | Template:
        """Put the account and another one side by side."""
        account = await get_account(viewer, account_id)
        form = await FormReader.of(request)
        code = form.text("code", longest=60)
        form.check()
        pair_id = await merging.name_pair(viewer, account.id, code)
        return redirect(request, f"{PATH}/{pair_id}")


async def _rows(request: AnyRequest, viewer: Viewer) -> dict[str, Any]:
    query = query_of(request)
    wanted = queries.PairFilter.of(query)
    cursor = cursor_from(query.get("after"), query.get("before"), int, int)
    found = await queries.list_pairs(viewer, wanted, cursor)
    return {
        "path": PATH,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "pair_states": translated(words.PAIR_STATES),
        "reason_text": words.reason_text,
        **page_urls(PATH, wanted.params, found),
        **word_tables(),
    }


async def _pair_page(request: AnyRequest, viewer: Viewer, pair_id: int, error: Invalid | None) -> Template:
    pair = await queries.get_pair(viewer, pair_id)
    keep = suggested(pair)
    side = Owner.DEALER if viewer.is_dealer_side else Owner.MANUFACTURER
    choices = {
        name: pair.first.values[name] != pair.second.values[name]
        for name in queries.MERGED_FIELDS[pair.first.kind]
    }
    return page(
        request,
        "network/duplicate.html",
        status=422 if error else 200,
        pair=pair,
        parties=(pair.first, pair.second),
        paths={str(kind): path for kind, path in PATHS.items()},
        keep=keep,
        fields=translated(words.MERGED_FIELDS),
        differs=choices,
        side=side,
        reason_text=words.reason_text,
        problem=gettext(error.problems[0].message.text) if error else "",
        pair_states=translated(words.PAIR_STATES),
        **word_tables(),
    )


def suggested(pair: queries.PairDetail) -> int:
    """Return the account that better stays: one that may, the manufacturer's, complete, older, lower id."""
    parties = (pair.first, pair.second)
    return min(
        parties,
        key=lambda one: (
            pair.other_of(one.id).id not in pair.gone_ids,
            one.owner is not Owner.MANUFACTURER,
            one.is_stub,
            one.created_at,
            one.id,
        ),
    ).id


HANDLERS = [DuplicateList, DuplicatePages, AccountMerges]
