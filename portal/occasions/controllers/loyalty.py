"""Loyalty before and after an occasion, for those who want to know whether it worked: page and file."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.occasions import exports_loyalty as exports
from portal.occasions.controllers.context import word_tables
from portal.occasions.policies import LOYALTY, LOYALTY_EXPORT
from portal.occasions.queries.loyalty import Loyalty, read_loyalty
from portal.occasions.queries.occasions import OccasionRow, get_occasion
from portal.occasions.sources import href_of
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import choose, gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import page

ROWS_MOST = 200


class LoyaltyPages(Controller):
    """An occasion's before and after."""

    path = "/occasions/{occasion_id:int}/loyalty"

    @get("/", name="occasions.loyalty", opt=policy(LOYALTY))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        occasion_id: FromPath[int],
    ) -> Template:
        """Show who came against who did not, in the viewer's part."""
        occasion = await get_occasion(viewer, occasion_id, LOYALTY)
        found = await _read(viewer, occasion, LOYALTY, settings)
        return page(
            request,
            "occasions/loyalty.html",
            occasion=occasion,
            back_href=await href_of(occasion.kind, occasion_id),
            found=found,
            rows=found.dealers[:ROWS_MOST],
            months=settings.occasion_effect_months,
            least=settings.occasion_effect_least,
            may_export=viewer.allowed(LOYALTY_EXPORT),
            is_part=not viewer.scope_for(LOYALTY).everything,
            **word_tables(),
        )

    @post("/export", name="occasions.loyalty_export", opt=policy(LOYALTY_EXPORT), status_code=200)
    async def export(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        occasion_id: FromPath[int],
    ) -> Response[Any]:
        """Send the dealers of both groups in the viewer's part as a file."""
        occasion = await get_occasion(viewer, occasion_id, LOYALTY_EXPORT)
        file_format = read_format(await FormReader.of(request))
        found = await _read(viewer, occasion, LOYALTY_EXPORT, settings)
        by, subject = occasion.signature(viewer, LOYALTY_EXPORT), Subject.of("occasion", occasion_id)
        await record_alone(by, "occasions.loyalty", subject, note=file_format.value)
        title = gettext("Loyalty, before and after")
        name = f"{title}-{choose(occasion.title, occasion.title_en)}"
        return send_file(exports.columns(), exports.lines(found.dealers), file_format, title, name)


async def _read(viewer: Viewer, occasion: OccasionRow, policy_name: str, settings: Settings) -> Loyalty:
    return await read_loyalty(
        viewer,
        occasion,
        policy_name,
        today(viewer),
        settings.occasion_effect_months,
        settings.occasion_effect_least,
    )
