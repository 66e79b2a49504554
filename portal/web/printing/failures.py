"""Why a document could not be printed, in words for the person who asked for it."""

from __future__ import annotations

from portal.errors import PortalError


class PrintFailure(PortalError):  # noqa: N818  named as what happened, like the other portal errors
    """A document was not printed."""

    default = "The document could not be printed."


class PrintTimeout(PrintFailure):
    """Printing took longer than the limit; the process was stopped."""


class PrintCrashed(PrintFailure):
    """The printing process ended, by a fault or at its memory limit, before the document was done."""


class PrintRefused(PrintFailure):
    """The document can never be printed as it is: a missing character, too large, an outside address."""


class PrintUnavailable(PrintFailure):
    """Nothing can be printed on this machine until Pango or the fonts are installed."""
