"""The phone's side: the outbox, sent when there is a network, and the worker that shows pages without one."""

import json
from pathlib import Path
from typing import Any

from litestar import Controller, MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException

from campaigns.surveys import forms
from campaigns.surveys.policies import ANSWER
from campaigns.surveys.service.responding import OutcomeKind, respond
from portal.access import Viewer
from portal.errors import NotFound
from portal.network.controllers.requests import AnyRequest
from portal.web import csrf
from portal.web.assets import asset
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.responses import shown

WORKER = Path(__file__).parents[3] / "portal" / "static" / "src" / "offline-worker.js"
# What a page of surveys needs besides itself.
SHELL = ("app.css", "survey.css", "app.js", "survey.js", "outbox.js", "htmx.js", "icons.svg", "mark.svg")


class SurveyPhone(Controller):
    """Answers that waited on a phone."""

    path = "/my/surveys"

    @get("/token", name="surveys.token", opt=policy(ANSWER))
    async def token(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> dict[str, Any]:
        """Tell a page from the phone's cache who is signed in, and the session's token for sending."""
        return {"user": viewer.user_id, "token": csrf.token_for(request)}

    @post("/sync", name="surveys.sync", opt=policy(ANSWER), status_code=200)
    async def sync(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> list[dict[str, Any]]:
        """Take up to 50 answers and say of each what became of it; sending again is harmless."""
        try:
            items = (await request.json())["items"]
        except (ValueError, TypeError, KeyError) as error:
            raise ClientException("a list of items is expected") from error
        if not isinstance(items, list) or len(items) > forms.ITEMS_MOST:
            raise ClientException("a list of at most 50 items is expected")
        return [await _kept(viewer, item) for item in items]

    @get("/worker.js", name="surveys.worker", opt=policy(ANSWER), media_type=MediaType.TEXT)
    async def worker(self) -> Response[str]:
        """Send the service worker with the addresses it keeps; it serves pages below this path only."""
        shell = json.dumps([asset(name) for name in SHELL])
        text = f"const SHELL = {shell};\n{WORKER.read_text(encoding='utf-8')}"
        headers = {"Cache-Control": "no-cache"}
        return Response(text, media_type="text/javascript; charset=utf-8", headers=headers)


async def _kept(viewer: Viewer, item: Any) -> dict[str, Any]:
    command = forms.read_item(item)
    key = str(item.get("id", ""))[:40] if isinstance(item, dict) else ""
    if command is None:
        text = gettext("This answer is damaged and cannot be read.")
        return {"id": key, "status": OutcomeKind.REJECTED.value, "problems": {"": text}}
    try:
        outcome = await respond(viewer, command)
    except NotFound:
        text = gettext("This survey or place is not there for you any more.")
        return {"id": key, "status": OutcomeKind.REJECTED.value, "problems": {"": text}}
    problems = {problem.field: shown(problem.message) for problem in outcome.problems}
    return {"id": key, "status": outcome.kind.value, "problems": problems}
