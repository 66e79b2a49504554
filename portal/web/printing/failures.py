"""Why a document could not be printed, in words for the person who asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.errors import PortalError, Unavailable

if TYPE_CHECKING:
    from portal.errors import Message

RETRY_AFTER_S = 5


class PrintFailure(PortalError):  # noqa: N818  named as what happened, like the other portal errors
    """A document was not printed."""

    default = "The document could not be printed."


class PrintRefused(PrintFailure):
    """The document can never be printed as it is: a missing character, too large, an outside address."""


class _NotNow(PrintFailure, Unavailable):
    """Answered as 503: the document may print another time."""

    def __init__(self, text: str | Message | None = None, **params: Any) -> None:
        Unavailable.__init__(self, RETRY_AFTER_S, text, **params)


class PrintTimeout(_NotNow):
    """Printing took longer than the limit; the process was stopped."""


class PrintCrashed(_NotNow):
    """The printing process ended, by a fault or at its memory limit, before the document was done."""


class PrintUnavailable(_NotNow):
    """Nothing can be printed on this machine until Pango or the fonts are installed."""
