"""iCalendar: one occasion as a file, and a secret address that calendars read by themselves."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import PUBLIC, Viewer
from portal.errors import NotFound
from portal.network.controllers.requests import AnyRequest
from portal.occasions.calendar import MEDIA_TYPE, Entry, calendar_of
from portal.occasions.model import OccasionState
from portal.occasions.policies import CALENDAR, OWN, READ
from portal.occasions.queries.feeds import get_feed, list_feed, viewer_of_feed
from portal.occasions.queries.occasions import OccasionRow, get_occasion
from portal.occasions.service.feeds import reader_of, renew_feed, withdraw_feed
from portal.occasions.sources import href_of, lines_of
from portal.settings import Settings
from portal.web.guards import policy
from portal.web.i18n import choose, gettext, in_locale
from portal.web.responses import download, page, redirect

ENDING = ".ics"


class Calendars(Controller):
    """Files and feeds for calendars."""

    path = "/"

    @get("/my/occasions/{occasion_id:int}/calendar.ics", name="occasions.own_ics", opt=policy(OWN))
    async def own_file(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        occasion_id: FromPath[int],
    ) -> Response[Any]:
        """Send one occasion of the viewer's dealer."""
        return await _file(await get_occasion(viewer, occasion_id, OWN), viewer, settings)

    @get("/occasions/{occasion_id:int}/calendar.ics", name="occasions.ics", opt=policy(READ))
    async def file(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        occasion_id: FromPath[int],
    ) -> Response[Any]:
        """Send one occasion of the viewer's part of the network."""
        occasion = await get_occasion(viewer, occasion_id, READ)
        if occasion.state is OccasionState.DRAFT:
            raise NotFound
        return await _file(occasion, viewer, settings)

    @get("/calendar", name="occasions.calendar", opt=policy(CALENDAR))
    async def show(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show whether the viewer has an address, and when a calendar last read it."""
        return page(request, "occasions/calendar.html", feed=await get_feed(viewer), address="")

    @post("/calendar", name="occasions.renew_feed", opt=policy(CALENDAR), status_code=200)
    async def renew(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
    ) -> Template:
        """Make a new address and show it, this once."""
        secret = await renew_feed(viewer)
        address = f"{settings.public_url.rstrip('/')}/calendar/{secret}{ENDING}"
        return page(request, "occasions/calendar.html", feed=await get_feed(viewer), address=address)

    @post("/calendar/withdraw", name="occasions.withdraw_feed", opt=policy(CALENDAR), status_code=200)
    async def withdraw(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """End the address."""
        await withdraw_feed(viewer)
        return redirect(request, "/calendar", toast="The address does not work any more.")

    @get("/calendar/{feed_name:str}", name="occasions.feed", opt=policy(PUBLIC))
    async def feed(self, settings: NamedDependency[Settings], feed_name: FromPath[str]) -> Response[Any]:
        """Send the calendar behind a secret address; every other address is unknown."""
        if not feed_name.endswith(ENDING):
            raise NotFound
        user_id = await reader_of(feed_name.removesuffix(ENDING))
        viewer = await viewer_of_feed(user_id, settings.business_zone)
        with in_locale(viewer.locale):
            occasions = await list_feed(viewer, dt.datetime.now(dt.UTC))
            entries = [await _entry(occasion, viewer, settings) for occasion in occasions]
            title = (
                f"{choose(settings.company_name, settings.company_name_en)} · {gettext('Training and trips')}"
            )
            content = _calendar(entries, settings, title)
        headers = {"Cache-Control": "private, no-store"}
        return Response(content, media_type=MEDIA_TYPE, headers=headers)


async def _file(occasion: OccasionRow, viewer: Viewer, settings: Settings) -> Response[Any]:
    content = _calendar([await _entry(occasion, viewer, settings)], settings)
    return download(f"{choose(occasion.title, occasion.title_en)}{ENDING}", content, MEDIA_TYPE)


def _calendar(entries: list[Entry], settings: Settings, name: str = "") -> bytes:
    return calendar_of(entries, settings.zone, settings.public_host, dt.datetime.now(dt.UTC), name)


async def _entry(occasion: OccasionRow, viewer: Viewer, settings: Settings) -> Entry:
    if viewer.is_dealer_side:
        href = f"/my/occasions/{occasion.id}"
    else:
        href = await href_of(occasion.kind, occasion.id)
    lines = await lines_of(occasion.kind, occasion.id)
    return occasion, lines, f"{settings.public_url.rstrip('/')}{href}"
