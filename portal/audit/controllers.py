"""The audit log as a whole under ``/audit``."""

from typing import Any

from litestar import Controller, Request, get
from litestar.params import FromQuery
from litestar.response import Template

from portal.audit import policies
from portal.audit.queries import list_events
from portal.paging import cursor_from
from portal.web.guards import policy
from portal.web.responses import page


class AuditController(Controller):
    """Who changed or read what, newest first."""

    path = "/audit"

    @get("/", name="audit.log", opt=policy("audit.log"))
    async def index(
        self, request: Request[Any, Any, Any], after: FromQuery[str] = "", before: FromQuery[str] = ""
    ) -> Template:
        """Show one page of the log."""
        events = await list_events(cursor_from(after, before, int))
        return page(request, "audit/log.html", events=events)


HANDLERS = [AuditController]

__all__ = ["HANDLERS", "AuditController", "policies"]
