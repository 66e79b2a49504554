"""The door: a page that works without a network, its list, and the exchange with devices."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from litestar import Controller, MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid, NotFound
from portal.field import forms as field_forms
from portal.field.service.sync import take
from portal.network.controllers.requests import AnyRequest
from portal.occasions.controllers.context import word_tables
from portal.occasions.model import OccasionState
from portal.occasions.policies import DOOR
from portal.occasions.queries.door import list_door
from portal.occasions.queries.occasions import get_occasion
from portal.occasions.sources import href_of
from portal.web import csrf
from portal.web.assets import asset
from portal.web.guards import policy
from portal.web.responses import page, shown

WORKER = Path(__file__).parents[2] / "static" / "src" / "offline-worker.js"
SHELL = (
    "app.css", "field.css", "occasions.css", "app.js", "door.js", "field.js", "outbox.js", "htmx.js",
    "icons.svg", "mark.svg",
)  # fmt: skip
# A badge's address shows the kept page of its occasion while there is no network.
_ALIASES = "const ALIASES = [[/^(\\/occasions\\/\\d+\\/door)\\/[^/]+$/, '$1']];"


class Door(Controller):
    """Coming and going."""

    path = "/occasions"

    @get(
        ["/{occasion_id:int}/door", "/{occasion_id:int}/door/{code:str}"],
        name="occasions.door",
        opt=policy(DOOR),
    )
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], occasion_id: FromPath[int]
    ) -> Template:
        """Show the page; it holds no name, so that a device may keep it in clear."""
        occasion = await get_occasion(viewer, occasion_id, DOOR)
        if occasion.state is OccasionState.DRAFT:
            raise NotFound
        back = await href_of(occasion.kind, occasion_id)
        return page(request, "occasions/door.html", occasion=occasion, back_href=back, **word_tables())

    @get("/{occasion_id:int}/door-list", name="occasions.door_list", opt=policy(DOOR))
    async def people(self, viewer: NamedDependency[Viewer], occasion_id: FromPath[int]) -> Response[Any]:
        """Send everybody who is expected, with who is here."""
        await get_occasion(viewer, occasion_id, DOOR)
        content = {"user": viewer.user_id, "people": await list_door(occasion_id)}
        return Response(content, headers={"Cache-Control": "no-store"})

    @get("/door/token", name="occasions.door_token", opt=policy(DOOR))
    async def token(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> dict[str, Any]:
        """Tell a page from the device's cache who is signed in, and the session's token for sending."""
        return {"user": viewer.user_id, "token": csrf.token_for(request)}

    @post("/door/sync", name="occasions.door_sync", opt=policy(DOOR), status_code=200)
    async def sync(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> dict[str, Any]:
        """Take up to 50 notes and say of each what became of it; sending again is harmless."""
        now = dt.datetime.now(dt.UTC)
        try:
            batch = field_forms.read_batch(await request.json(), now)
        except (ValueError, Invalid) as error:
            raise ClientException("a batch of at most 50 records is expected") from error
        answers = await take(viewer, batch, now)
        return {
            "now": now.isoformat(),
            "answers": [
                {
                    "id": answer.key,
                    "status": answer.status.value,
                    "problems": {problem.field: shown(problem.message) for problem in answer.problems},
                }
                for answer in answers
            ],
        }

    @get("/worker.js", name="occasions.worker", opt=policy(DOOR), media_type=MediaType.TEXT)
    async def worker(self) -> Response[str]:
        """Send the service worker with the addresses it keeps; it serves pages below this path only."""
        shell = json.dumps([asset(name) for name in SHELL])
        text = f"const SHELL = {shell};\n{_ALIASES}\n{WORKER.read_text(encoding='utf-8')}"
        headers = {"Cache-Control": "no-store"}
        return Response(text, media_type="text/javascript; charset=utf-8", headers=headers)
