"""What a slice offers so that its records can be made on a phone, and the register the application fills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.field.model import Item, Kept, Late


class SyncHandler(Protocol):
    """Takes records of one kind. Methods run in an open unit of work and open none themselves."""

    @property
    def kind(self) -> str:
        """Word the phone uses, at most 20 characters."""

    @property
    def policy(self) -> str:
        """Policy the person must hold."""

    @property
    def rank(self) -> int:
        """Place in a batch: lower ones come first, because higher ones may name them."""

    async def keep(self, viewer: Viewer, item: Item) -> Kept | Late:
        """Write the record, or say that it is late.

        Raises:
            Invalid: With everything found wrong.
            NotFound: What it is about is not in the person's part of the network.
            NotYet: It names a record that has not arrived.
        """

    async def attach(self, viewer: Viewer, record_id: int, file_id: int) -> None:
        """Add a stored photo to a record this handler wrote; again with the same one changes nothing.

        Raises:
            NotFound: Records of this kind have no photo.
        """


_HANDLERS: dict[str, SyncHandler] = {}


def join_handler(handler: SyncHandler) -> None:
    """Let phones send records of a kind; joining again replaces the handler of that kind."""
    _HANDLERS[handler.kind] = handler


def handler_of(kind: str) -> SyncHandler | None:
    """Return who takes records of a kind, or None."""
    return _HANDLERS.get(kind)
