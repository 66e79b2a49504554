"""Language and colours of a request: the viewer's own, else ``?lang=``, a cookie's, the browser's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from litestar.enums import ScopeType

from portal.web import i18n
from portal.web.sessions import read_cookie

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

    from portal.access import Viewer

LOCALE_COOKIE, THEME_COOKIE = "locale", "theme"
THEMES = ("system", "light", "dark")


class PreferencesLayer:
    """ASGI layer inside the session layer: sets the request's language and keeps both in the scope.

    Args:
        app: The application.
        default_locale: Language of somebody who said nothing.
    """

    def __init__(self, app: ASGIApp, default_locale: str) -> None:
        self.app = app
        self.default_locale = default_locale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Choose, then pass the request on."""
        if scope["type"] == ScopeType.HTTP:
            state: dict[str, Any] = scope  # type: ignore[assignment]  # ASGI lets layers add their own keys
            viewer: Viewer | None = state.get("user")
            state["locale"] = viewer.locale if viewer else self._locale(scope)
            state["theme"] = viewer.theme if viewer else self._theme(scope)
            i18n.set_locale(state["locale"])
        await self.app(scope, receive, send)

    def _locale(self, scope: Scope) -> str:
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
        chosen = asked or read_cookie(scope, LOCALE_COOKIE)
        if chosen in i18n.LOCALES:
            return chosen
        accepted = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
        first = accepted.decode("latin-1").split(",")[0].strip().lower()[:2]
        return first if first in i18n.LOCALES else self.default_locale

    def _theme(self, scope: Scope) -> str:
        chosen = read_cookie(scope, THEME_COOKIE)
        return chosen if chosen in THEMES else "system"
