"""The reverse score card: dealers give marks on phones; all read results in which nobody can be found."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid, NotFound
from portal.network.controllers.requests import AnyRequest, query_of
from portal.network.scope import today
from portal.voice.controllers.context import form_context
from portal.voice.exports_reverse import result_columns, result_rows
from portal.voice.forms_reverse import read_marks
from portal.voice.queries.dealers import list_voice_dealers
from portal.voice.queries.reverse import (
    ReverseResult,
    book_on,
    count_cards,
    find_own_card,
    list_periods,
    reverse_result,
)
from portal.voice.reverse import EXPORT, OWN, READ
from portal.voice.service.reverse import rate, take_back
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import choose, gettext
from portal.web.list_files import note_of, read_format, send_file
from portal.web.responses import page, redirect
from rules.reverse.book import Period

PATH = "/reverse-score"
OWN_PATH = "/my/reverse-score"


class ReverseResults(Controller):
    """Results for the manufacturer's side."""

    path = PATH

    @get("/", name="voice.reverse", opt=policy(READ))
    async def show(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show a period that is over: by item, by region of the viewer's part, against the one before."""
        day = today(viewer)
        running = book_on(day).period(day)
        periods = await list_periods(day)
        return page(
            request,
            "voice/reverse.html",
            periods=periods,
            running=running,
            running_cards=await count_cards(running),
            may_export=viewer.allowed(EXPORT),
            book=book_on(day),
            result=await _result(viewer, periods, query_of(request).get("period", ""), with_regions=True),
            **_words(),
        )

    @post("/export", name="voice.reverse_export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send a period's result as a file."""
        form = await FormReader.of(request)
        file_format, wanted = read_format(form), form.values.get("period", "")
        periods = await list_periods(today(viewer))
        result = await _result(viewer, periods, wanted, with_regions=True)
        if result is None:
            raise NotFound
        note = note_of(file_format, {"period": result.period.from_on.isoformat()})
        await record_alone(
            viewer.signature(EXPORT), "voice.reverse_exported", Subject.of("list", "reverse"), note=note
        )
        return send_file(
            result_columns(result), result_rows(result), file_format, gettext("How dealers rate us")
        )


class OwnReverse(Controller):
    """The dealer's form, and what all dealers said."""

    path = OWN_PATH

    @get("/", name="voice.own_reverse", opt=policy(OWN))
    async def show(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the form of the running period, filled as it was sent, and the last result."""
        return await _form(request, viewer)

    @post("/", name="voice.own_reverse_rate", opt=policy(OWN), status_code=200)
    async def send(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Keep the marks until the period ends."""
        form = await FormReader.of(request)
        dealer_id = await _dealer(viewer, form.values.get("dealer", ""))
        try:
            command = read_marks(form, book_on(today(viewer)), dealer_id)
        except Invalid as error:
            return await _form(request, viewer, form, error)
        await rate(viewer, command)
        back = f"{OWN_PATH}?dealer={dealer_id}"
        return redirect(request, back, toast="Thank you. You can change it until the period ends.")

    @post("/take-back", name="voice.own_reverse_take_back", opt=policy(OWN), status_code=200)
    async def take_back(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Take the marks of the running period back."""
        form = await FormReader.of(request)
        await take_back(viewer, await _dealer(viewer, form.values.get("dealer", "")))
        return redirect(request, OWN_PATH, toast="Taken back.")


def _words() -> dict[str, Any]:
    """Return how pages of this room read a book's labels, in the current language."""
    return {
        "item_labels": lambda book: {
            one.code: choose(one.label["ko"], one.label["en"]) for one in book.items
        },
        "item_helps": lambda book: {one.code: choose(one.help["ko"], one.help["en"]) for one in book.items},
    }


async def _dealer(viewer: Viewer, chosen: str) -> int:
    """Return the viewer's dealer named, else his first.

    Raises:
        NotFound: He has none.
    """
    own = {str(number): number for number, _, _ in await list_voice_dealers(viewer, OWN)}
    found = own.get(chosen, next(iter(own.values()), None))
    if found is None:
        raise NotFound
    return found


async def _form(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    day = today(viewer)
    book = book_on(day)
    period = book.period(day)
    given = form.values if form else query_of(request)
    dealer_id = await _dealer(viewer, given.get("dealer", ""))
    card = await find_own_card(viewer, dealer_id, period)
    marks = {item: str(mark) for item, mark in card.marks.items()} if card else {}
    if form:
        marks = {item.code: form.values.get(f"mark_{item.code}", "") for item in book.items}
    context = form_context(form, error)
    return page(
        request,
        "voice/own_reverse.html",
        status=422 if error else 200,
        book=book,
        period=period,
        dealers=await list_voice_dealers(viewer, OWN),
        dealer_id=dealer_id,
        has_card=card is not None,
        marks=marks,
        comment=context["values"].get("comment", card.comment if card else ""),
        result=await _result(viewer, await list_periods(day), "", with_regions=False),
        **_words(),
        **context,
    )


async def _result(
    viewer: Viewer, periods: list[Period], wanted: str, *, with_regions: bool
) -> ReverseResult | None:
    """Return the result of the period wanted, else of the latest; None when no period is over."""
    places = {period.from_on.isoformat(): place for place, period in enumerate(periods)}
    place = places.get(wanted, 0)
    if not periods:
        return None
    before = next((one for one in periods if one.until_on == _day_before(periods[place])), None)
    return await reverse_result(viewer, periods[place], before, with_regions=with_regions)


def _day_before(period: Period) -> dt.date:
    return period.from_on - dt.timedelta(days=1)
