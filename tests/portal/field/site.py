"""The pages of some handlers, served to people named by a header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.portal.served import TOKEN, serve

if TYPE_CHECKING:
    import httpx

    from portal.access import Viewer

__all__ = ["TOKEN", "make_client"]


def make_client(handlers: list[Any], people: dict[str, Viewer]) -> httpx.AsyncClient:
    """Return a client; it is the representative unless the header ``x-viewer`` says another."""
    return serve(handlers, people, **{"x-viewer": "rep"})
