"""What those who are evaluated read: the criteria in force, and what changes before it does."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.network.scope import today
from portal.rulebooks import policies, views
from portal.rulebooks.queries.notices import Notice, find_notice, list_notices
from portal.rulebooks.service.readings import confirm
from portal.web.guards import policy
from portal.web.responses import page, redirect

AnyRequest = Request[Any, Any, Any]
PATH = "/criteria"


class NoticeController(Controller):
    """The criteria as the evaluated see them."""

    path = PATH

    @get("/", name="rulebooks.notices", opt=policy(policies.NOTICES))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show what is in force and what was announced."""
        notices = await list_notices(viewer, today(viewer))
        return page(request, "rulebooks/criteria.html", notices=[_view(notice) for notice in notices])

    @get("/{sha256:str}", name="rulebooks.notice", opt=policy(policies.NOTICES))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], sha256: FromPath[str]
    ) -> Template:
        """Show one version with what it changes in words."""
        notice = await find_notice(viewer, sha256, today(viewer))
        return page(
            request,
            "rulebooks/notice.html",
            notice=_view(notice),
            book=views.book_view(notice.book),
            may_confirm=viewer.allowed(policies.CONFIRM) and notice.awaits,
        )

    @post("/{sha256:str}/read", name="rulebooks.confirm", opt=policy(policies.CONFIRM), status_code=200)
    async def read(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], sha256: FromPath[str]
    ) -> Response[Any]:
        """Confirm having read it."""
        await confirm(viewer, sha256, today(viewer))
        return redirect(request, PATH, toast="Thank you. It is noted that you read it.")


def _view(notice: Notice) -> dict[str, Any]:
    return {
        **views.version_view(notice.version),
        "kind": views.family_label(notice.version.kind, notice.version.decision),
        "href": f"{PATH}/{notice.version.sha256}",
        "changes": views.changes_view(notice.before, notice.book),
        "note": views.said(notice.book.change.note if notice.book.change else None),
        "awaits": notice.awaits,
        "read_at": notice.read_at,
    }
