"""Papers of trips: manifest, itinerary, leader's pack, fairness report, as PDF in Korean or English."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from campaigns.trips import printing
from campaigns.trips.controllers.fairness import month_of
from campaigns.trips.policies import FAIRNESS, LEAD, READ
from campaigns.trips.printing_fairness import print_fairness
from campaigns.trips.queries.trips import get_trip
from campaigns.trips.service.report import get_led
from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_read
from portal.network.scope import today
from portal.settings import Settings
from portal.web.guards import policy
from portal.web.i18n import current_locale, gettext
from portal.web.responses import download

_PDF = "application/pdf"


class TripPapers(Controller):
    """What is printed about trips."""

    path = "/trips"

    @get("/{trip_id:int}/print", name="trips.print_itinerary", opt=policy(READ))
    async def itinerary(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        trip_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send the itinerary."""
        trip = await get_trip(viewer, trip_id, READ)
        pdf = await printing.print_itinerary(trip, settings, lang or current_locale())
        return download(printing.file_name("Itinerary", trip), pdf, _PDF)

    @get("/{trip_id:int}/manifest/print", name="trips.print_manifest", opt=policy(LEAD))
    async def manifest(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        trip_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send names, phones, rooms, diets and whom to call."""
        trip = await get_led(viewer, trip_id)
        await record_read(viewer, Subject.of("trip", trip_id), note="manifest")
        pdf = await printing.print_manifest(trip, settings, lang or current_locale())
        return download(printing.file_name("Manifest", trip), pdf, _PDF)

    @get("/{trip_id:int}/pack/print", name="trips.print_pack", opt=policy(LEAD))
    async def pack(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        trip_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send the leader's pack."""
        trip = await get_led(viewer, trip_id)
        await record_read(viewer, Subject.of("trip", trip_id), note="leader's pack")
        pdf = await printing.print_pack(trip, settings, today(viewer), lang or current_locale())
        return download(printing.file_name("Leader’s pack", trip), pdf, _PDF)

    @get("/fairness/print", name="trips.print_fairness", opt=policy(FAIRNESS))
    async def fairness(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        until: FromQuery[str] = "",
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send the fairness report."""
        month = month_of(until, today(viewer))
        pdf = await print_fairness(viewer, month, settings, lang or current_locale())
        return download(f"{gettext('Fairness of trips and hospitality')}-{month}.pdf", pdf, _PDF)
