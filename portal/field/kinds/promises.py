"""Promises noted on a phone without a visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.errors import NotFound
from portal.field.kinds.known import account_of
from portal.field.model import Kept
from portal.voice.forms_promises import read_promise
from portal.voice.promising import MAKE
from portal.voice.service.promises import note_promise
from portal.web.forms import FormReader

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.field.model import Item, Late


@dataclass(frozen=True, slots=True)
class PromiseHandler:
    """Takes promises."""

    kind: str = "promise"
    policy: str = MAKE
    rank: int = 30

    async def keep(self, viewer: Viewer, item: Item) -> Kept | Late:
        """Note the promise.

        Raises:
            Invalid: With everything found wrong.
            NotFound: The account is not in the viewer's part of the network.
            NotYet: The account is new and has not arrived.
        """
        form = FormReader(item.fields)
        command = read_promise(form, item.key, await account_of(viewer, item))
        form.check()
        return Kept("promise", await note_promise(viewer, command, item.made_at))

    async def attach(self, viewer: Viewer, record_id: int, file_id: int) -> None:  # noqa: ARG002  protocol
        """Refuse: promises have no photo.

        Raises:
            NotFound: Always.
        """
        raise NotFound
