"""A published version to read and to print for the contract file."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.network.scope import today
from portal.rulebooks import policies, printing, views
from portal.rulebooks.queries.versions import find_before, find_published, get_any
from portal.settings import Settings
from portal.web.guards import policy
from portal.web.i18n import current_locale
from portal.web.responses import download, page

AnyRequest = Request[Any, Any, Any]


class VersionController(Controller):
    """One version, by its hash."""

    path = "/rulebooks/versions/{sha256:str}"

    @get("/", name="rulebooks.version", opt=policy(policies.READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], sha256: FromPath[str]
    ) -> Template:
        """Show the score sheet and what differs from the version before it."""
        version = await find_published(sha256, today(viewer))
        book = await get_any(version.sha256)
        before = await find_before(version)
        return page(
            request,
            "rulebooks/version.html",
            version=views.version_view(version),
            kind_label=views.family_label(version.kind, version.decision),
            book=views.book_view(book),
            changes=views.changes_view(before, book),
            before=before.version if before else "",
        )

    @get("/print", name="rulebooks.print", opt=policy(policies.READ))
    async def print_it(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        sha256: FromPath[str],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send the version as a PDF."""
        version = await find_published(sha256, today(viewer))
        pdf = await printing.print_version(version, settings, lang or current_locale())
        return download(printing.file_name(version), pdf, "application/pdf")
