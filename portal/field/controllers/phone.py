"""The phone's page, what it takes along, and the worker that shows it without a network."""

import hashlib
import json
from pathlib import Path
from typing import Any

from litestar import Controller, MediaType, Response, get
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.field import words
from portal.field.kinds.accounts import KINDS, STATES
from portal.field.policies import USE
from portal.field.queries.kit import (
    find_ids,
    list_cards,
    list_dealers,
    list_kit_ids,
    list_route_days,
    list_similar,
)
from portal.network import identifiers
from portal.network import words as network_words
from portal.network.controllers.requests import AnyRequest, query_of, translated
from portal.network.policies import EDIT
from portal.network.scope import today
from portal.plans import words_visits
from portal.settings import Settings
from portal.voice.promising import MAKE
from portal.web.assets import asset
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.responses import page

PATH = "/field"
WORKER = Path(__file__).parents[2] / "static" / "src" / "offline-worker.js"
SHELL = ("app.css", "field.css", "field.js", "field-page.js", "outbox.js", "mark.svg")
_TEXT_MOST, _MICRO = 200, 1_000_000
_ETAG_LENGTH = 32


class FieldPhonePages(Controller):
    """The page a phone keeps, and reading for it."""

    path = PATH

    @get("/", name="field.phone", opt=policy(USE))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show the page; it holds no record, so that a phone may keep it in clear."""
        return page(
            request,
            "field/phone.html",
            back_days=settings.visit_back_days,
            may_promise=viewer.allowed(MAKE),
            may_add=viewer.allowed(EDIT),
            zone=viewer.zone,
            account_kinds={kind.value: gettext(network_words.KINDS[kind]) for kind in KINDS},
            account_states={state.value: gettext(network_words.STATES[state]) for state in STATES},
            kind_words=translated(network_words.KINDS),
            channels=translated(network_words.CHANNELS),
            outcomes=translated(words_visits.OUTCOMES),
            sources=translated(words.SOURCES),
            record_words=translated(words.KINDS),
        )

    @get("/kit", name="field.kit", opt=policy(USE))
    async def kit(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Send what the phone takes along, or 304 when it has that already."""
        now = today(viewer)
        stops = await list_route_days(viewer, now)
        ids = await list_kit_ids(viewer, [row["account"] for row in stops], now, settings.field_kit_accounts)
        days: dict[str, list[dict[str, Any]]] = {}
        for row in stops:
            stop = {name: row[name] for name in ("account", "minutes", "class_code")}
            days.setdefault(str(row["day_on"]), []).append(stop | {"target": bool(row["is_target"])})
        content = {
            "user": viewer.user_id,
            "today": str(now),
            "days": days,
            "accounts": await list_cards(viewer, ids),
            "dealers": await list_dealers(viewer),
            "seenDays": settings.field_seen_days,
        }
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:_ETAG_LENGTH]}"'
        headers = {"ETag": etag, "Cache-Control": "no-store"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(None, status_code=304, headers=headers)
        return Response(body, media_type=MediaType.JSON, headers=headers)

    @get("/find", name="field.find", opt=policy(USE))
    async def find(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> list[dict[str, Any]]:
        """Return accounts whose name or code holds the text in ``?q=``."""
        text = query_of(request).get("q", "")[:_TEXT_MOST].strip()
        return await list_cards(viewer, await find_ids(viewer, text)) if text else []

    @get("/similar", name="field.similar", opt=policy(USE))
    async def similar(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> list[dict[str, Any]]:
        """Return accounts that may be the one about to be added."""
        query = {name: text[:_TEXT_MOST].strip() for name, text in query_of(request).items()}
        phone = identifiers.phone(query.get("phone", "")) if query.get("phone") else None
        return await list_similar(
            viewer, query.get("name", ""), phone or "", query.get("address", ""), _place(query)
        )

    @get("/worker.js", name="field.worker", opt=policy(USE), media_type=MediaType.TEXT)
    async def worker(self) -> Response[str]:
        """Send the service worker with the addresses it keeps; it serves pages below this path only."""
        shell = json.dumps([asset(name) for name in SHELL])
        text = f"const SHELL = {shell};\n{WORKER.read_text(encoding='utf-8')}"
        headers = {"Cache-Control": "no-cache"}
        return Response(text, media_type="text/javascript; charset=utf-8", headers=headers)

    @get("/app.webmanifest", name="field.manifest", opt=policy(USE), media_type=MediaType.TEXT)
    async def manifest(self) -> Response[str]:
        """Describe the page as an app to be installed."""
        content = {
            "name": gettext("Bisugi in the field"),
            "short_name": gettext("Bisugi"),
            "id": f"{PATH}/",
            "start_url": f"{PATH}/",
            "scope": f"{PATH}/",
            "display": "standalone",
            "background_color": "#f5f6f8",
            "theme_color": "#1f5fd6",
            "icons": [{"src": asset("mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
        }
        return Response(json.dumps(content, ensure_ascii=False), media_type="application/manifest+json")


def _place(query: dict[str, str]) -> tuple[int, int] | None:
    try:
        north, east = float(query["latitude"]), float(query["longitude"])
    except (KeyError, ValueError):
        return None
    if not (abs(north) <= 90 and abs(east) <= 180):  # noqa: PLR2004  degrees
        return None
    return round(north * _MICRO), round(east * _MICRO)
