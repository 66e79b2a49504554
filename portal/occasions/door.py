"""Records of the door as devices send them: through the field's outbox and its exactly-once taking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.errors import Invalid, NotFound
from portal.field.model import Kept, NotYet
from portal.occasions.forms import KEY
from portal.occasions.model import DoorKind
from portal.occasions.policies import DOOR
from portal.occasions.service.door import DoorNote, find_note, note_at_door, undo_note
from portal.web.forms import FormReader

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.field.model import Item, Late

UNDO = "undo"
POSITION_MOST, CODE_MAX = 20, 32


@dataclass(frozen=True, slots=True)
class DoorHandler:
    """Takes what was noted at the door.

    Attributes:
        opens_days: Days before the beginning from which the door takes notes.
    """

    opens_days: int
    kind: str = "door"
    policy: str = DOOR
    rank: int = 40

    async def keep(self, viewer: Viewer, item: Item) -> Kept | Late:
        """Note who came or went, or take such a note back.

        Raises:
            Invalid: With everything found wrong.
            NotFound: The sign-up is not of an occasion of the viewer's part.
            NotYet: What is to be taken back has not arrived.
        """
        form = FormReader(item.fields)
        what = form.choice("what", [*(kind.value for kind in DoorKind), UNDO])
        if what == UNDO:
            return await self._undo(viewer, form)
        enrollment_id = form.integer("enrollment", least=1)
        position = form.integer("position", most=POSITION_MOST)
        code = form.text("code", longest=CODE_MAX, shortest=0)
        form.check()
        note = DoorNote(
            item.key, enrollment_id, position, DoorKind(what), code, item.made_at, item.received_at
        )
        try:
            return Kept("door_record", await note_at_door(viewer, note, self.opens_days))
        except NotFound:
            raise Invalid.of("", "This person is not on the list any more.") from None

    async def _undo(self, viewer: Viewer, form: FormReader) -> Kept:
        key = form.text("undoes", longest=36)
        if not KEY.fullmatch(key):
            form.refuse("undoes", "This was not sent by the portal's own page.")
        form.check()
        found = await find_note(key)
        if found is None:
            raise NotYet
        await undo_note(viewer, *found)
        return Kept("door_record", found[0])

    async def attach(self, viewer: Viewer, record_id: int, file_id: int) -> None:  # noqa: ARG002  protocol
        """Refuse: nothing at the door has a photo.

        Raises:
            NotFound: Always.
        """
        raise NotFound
