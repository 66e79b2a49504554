"""The board: target → visited → trial → opened → ordered again, as columns, as a list, as a file."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.field import words
from portal.field.controllers.context import pairs_of, record_and_send
from portal.field.development import NO_DATA, BoardFilter
from portal.field.exports import board_columns, board_rows
from portal.field.policies import EXPORT, READ
from portal.field.queries.board import (
    CARDS_SHOWN,
    iter_board,
    list_board,
    list_cards,
    list_choices,
    read_columns,
    retained_days,
)
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of, translated, url
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.paging import Page
from portal.plans.words_targets import STAGE_TONES
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import translate
from portal.web.list_files import read_format
from portal.web.responses import fragment, page

PATH = "/field/board"


class Board(Controller):
    """How far the accounts of the target list have come."""

    path = PATH

    @get("/", name="field.board", opt=policy(READ))
    async def show(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the columns, or one of them as a list when the URL names a stage."""
        choices = await list_choices(viewer, today(viewer))
        return page(
            request,
            "field/board.html",
            regions=() if viewer.is_dealer_side else await list_regions(),
            areas=pairs_of(choices, "area", "area"),
            dealers=pairs_of(choices, "dealer", "dealer_name"),
            people=pairs_of(choices, "person", "person_name"),
            **await _board(request, viewer),
        )

    @get("/rows", name="field.board_rows", opt=policy(READ))
    async def rows(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return the board for a changed filter; the address bar gets the page's own address."""
        context = await _board(request, viewer)
        return pushed(fragment(request, "field/_board.html", **context), PATH, context["params"])

    @post("/export", name="field.board_export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the accounts under the limits as a file."""
        form = await FormReader.of(request)
        file_format, wanted = read_format(form), BoardFilter.of(form.values)
        rows = board_rows(iter_board(viewer, wanted, today(viewer)))
        file = ("Development board", board_columns(), rows)
        return await record_and_send(viewer, EXPORT, "field.board_exported", wanted.params, file, file_format)


async def _board(request: AnyRequest, viewer: Viewer) -> dict[str, Any]:
    query, day = query_of(request), today(viewer)
    wanted = BoardFilter.of(query)
    found: Page[dict[str, Any]] = Page(())
    cards: dict[str, list[dict[str, Any]]] = {}
    if wanted.is_list:
        found = await list_board(viewer, wanted, day, cursor_of(query))
    else:
        cards = await list_cards(viewer, wanted, day)
    limits = {name: text for name, text in wanted.params.items() if name not in ("stage", "data")}
    days = retained_days(wanted.as_of(day))
    return {
        "path": PATH,
        "wanted": wanted,
        "params": wanted.params,
        "columns": await read_columns(viewer, wanted, day),
        "cards": cards,
        "most": CARDS_SHOWN,
        "found": found,
        "end": wanted.as_of(day),
        "limits": limits,
        "board_url": url(PATH, limits),
        "stage_urls": {stage.value: url(PATH, limits, stage=stage.value) for stage in words.STAGES},
        "unknown_url": url(PATH, limits, data=NO_DATA),
        "stages": translated(words.STAGES),
        "tones": {stage.value: tone for stage, tone in STAGE_TONES.items()},
        "rules": {stage.value: translate(rule, days=days) for stage, rule in words.STAGE_RULES.items()},
        **page_urls(PATH, wanted.params, found),
    }
