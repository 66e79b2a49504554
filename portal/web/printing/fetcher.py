"""The only way WeasyPrint may fetch anything: out of the document itself.

Apart from the other modules because importing WeasyPrint needs Pango.
"""

from __future__ import annotations

from typing import Any

from weasyprint.urls import FatalURLFetchingError, URLFetcher

LONGEST_SHOWN = 120  # characters


class OutsideAddressError(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint has no types
    """The document refers to something outside itself; the whole job fails."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class ClosedFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves ``data:`` addresses and refuses the rest, redirects included."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)

    def fetch(self, url: str, headers: Any = None) -> Any:
        """Return what a ``data:`` address holds.

        Raises:
            OutsideAddressError: Any other address. Our templates hold none, so a document that asks
                for one has been tampered with, and is not printed in part.
        """
        if not url.lower().startswith("data:"):
            raise OutsideAddressError(url[:LONGEST_SHOWN])
        return super().fetch(url, headers)
