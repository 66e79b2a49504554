"""Every route of the application says who may use it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from portal.access import POLICIES, PUBLIC
from tests.security.world import application, litestar_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar.handlers import HTTPRouteHandler

ROOT = Path(__file__).parents[2]
# Everything that answers without a session, as (method, path). Adding one is a decision to be read here.
PUBLIC_ROUTES = {
    ("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/totp"), ("POST", "/totp"),
    ("GET", "/reset"), ("POST", "/reset"), ("GET", "/reset/{token}"), ("POST", "/reset/{token}"),
    ("GET", "/join"), ("POST", "/join"), ("GET", "/join/{code}"), ("POST", "/join/{code}"),
    ("GET", "/opinion-answers"), ("POST", "/opinion-answers"), ("POST", "/opinion-answers/reopen"),
    ("POST", "/opinion-answers/close"),
    ("POST", "/preferences"), ("GET", "/healthz"), ("HEAD", "/healthz"), ("GET", "/readyz"),
    ("HEAD", "/readyz"), ("GET", "/metrics"), ("HEAD", "/metrics"),
    ("GET", "/certificates"), ("HEAD", "/certificates"), ("GET", "/certificates/{code}"),
    ("HEAD", "/certificates/{code}"),
    # A calendar program has no session: the name of the feed is the secret, and an unknown one is a 404.
    ("GET", "/calendar/{feed_name}"),
    ("GET", "/static/build/{file_path}"), ("HEAD", "/static/build/{file_path}"),
}  # fmt: skip


def handlers() -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Return method, path and handler of every route, whatever mounted it."""
    for route in litestar_of(application("sqlite:///unused/for-routes.db")).routes:
        for method, (handler, _) in getattr(route, "route_handler_map", {}).items():
            if method != "OPTIONS":
                yield method, route.path_format, handler


def test_every_route_is_plain_http() -> None:
    """Mounted ASGI applications and web sockets would pass by the guard."""
    app = litestar_of(application("sqlite:///unused/for-routes.db"))
    assert [route.path for route in app.routes if not hasattr(route, "route_handler_map")] == []


def test_every_route_names_a_known_policy() -> None:
    missing = [
        f"{m} {p}: {h.opt.get('policy')}" for m, p, h in handlers() if h.opt.get("policy") not in POLICIES
    ]
    assert missing == []


def test_the_routes_open_to_everybody_are_the_ones_we_know() -> None:
    found = {(method, path) for method, path, handler in handlers() if handler.opt.get("policy") == PUBLIC}
    assert found - PUBLIC_ROUTES == set()


def test_the_guard_stands_on_the_application() -> None:
    for _, path, handler in handlers():
        assert "enforce_policy" in [getattr(guard, "__name__", str(guard)) for guard in _guards(handler)], (
            path
        )


def _guards(handler: HTTPRouteHandler) -> list[object]:
    return [getattr(guard, "func", guard) for guard in handler.resolve_guards()]


def test_no_route_is_cached_between_people() -> None:
    assert [path for _, path, handler in handlers() if getattr(handler, "cache", False)] == []


def test_templates_ask_for_policies_that_exist() -> None:
    """A misspelt name would hide a link from everybody, silently."""
    asked = set()
    for folder in ("portal", "training", "campaigns"):
        for template in (ROOT / folder).glob("templates/**/*.html"):
            asked |= set(re.findall(r"allowed\('([^']+)'\)", template.read_text(encoding="utf-8")))
    assert asked - set(POLICIES) == set()


def test_every_policy_is_held_by_somebody() -> None:
    assert [policy.name for policy in POLICIES.values() if not policy.roles] == []
