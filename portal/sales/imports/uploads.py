"""Use cases of the import screens: receive a file, read it again with another map, confirm, give up, undo."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import Role
from portal.db import execute, fetch, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed
from portal.files import uploads
from portal.sales.imports import pipeline, work
from portal.sales.imports.batch import move
from portal.sales.imports.maps import map_text_of, save_map
from portal.sales.imports.model import DEFAULT_SOURCE, BatchState, ImportKind, Mode
from portal.sales.imports.queries import find_shown
from portal.sales.policies import IMPORT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from portal.access import Viewer
    from portal.sales.imports.queries import Shown
    from portal.settings import Settings


@dataclass(frozen=True, slots=True)
class UploadCommand:
    """A checked upload form.

    Attributes:
        map_key: Chosen map, see ``maps.list_maps``; "" to guess from the headers.
        level: 1 to 3, or None to infer.
    """

    kind: ImportKind
    mode: Mode
    map_key: str
    source: str
    level: int | None
    file_name: str


def dealer_of(viewer: Viewer) -> int | None:
    """Return whose import this viewer's is: a dealer's id, or None for the manufacturer.

    Raises:
        NotAllowed: A dealer's person without exactly one dealer of his own.
    """
    if not viewer.is_dealer_side:
        return None
    dealers = viewer.scope_for(IMPORT).dealer_ids
    if len(dealers) != 1 or not viewer.has_role(Role.DEALER_OWNER):
        raise NotAllowed("Importing is for the owner of one dealership.")
    return dealers[0]


async def start(
    viewer: Viewer, command: UploadCommand, chunks: AsyncIterator[bytes], settings: Settings
) -> int:
    """Receive a file and ask for it to be read; return the batch's id.

    Raises:
        Invalid: The file is empty or too large, or the form's values do not go together.
        NotAllowed: A dealer's owner brings something other than his own sales.
    """
    dealer_id = dealer_of(viewer)
    if dealer_id is not None and command.kind is not ImportKind.ORDERS:
        raise NotAllowed("A dealer imports his own sales only.")
    text = await map_text_of(command.map_key, command.kind, dealer_id)
    if text is None:
        raise Invalid.of("map", "This map is for another kind of file.")
    received = await uploads.receive(chunks, settings.data_dir / "uploads", settings.upload_max_bytes)
    signature = viewer.signature(IMPORT)
    new = pipeline.NewImport(
        command.kind, received.path, command.file_name, command.mode, text,
        command.source if dealer_id is None else f"dealer-{dealer_id}",
        command.level if dealer_id is None else 2, dealer_id, signature,
    )  # fmt: skip
    try:
        async with unit_of_work():
            batch_id = await pipeline.open_batch(new)
            job_id = await work.enqueue_reading(batch_id, viewer.user_id)
            await execute("update import_batch set job_id = {} where id = {}", job_id, batch_id)
            folder = pipeline.folder_of(settings, batch_id)
            folder.mkdir(parents=True, exist_ok=True)
            received.path.rename(folder / pipeline.UPLOAD)
    finally:
        received.path.unlink(missing_ok=True)
    return batch_id


async def read_again(viewer: Viewer, batch_id: int, map_text: str, name: str, settings: Settings) -> None:
    """Read a batch's file again with another map, saving the map when it has a name.

    Raises:
        NotFound: The batch is not the viewer's to see.
        Conflict: It was applied or given up meanwhile, or its file is gone.
    """
    shown = await find_shown(viewer, batch_id)
    if not await asyncio.to_thread((pipeline.folder_of(settings, batch_id) / pipeline.UPLOAD).is_file):
        raise Conflict("The file of this import is gone. Upload it again.")
    async with unit_of_work():
        if name:
            await save_map(shown.batch.kind, name, map_text, viewer.user_id, shown.batch.dealer_id)
        await move(batch_id, BatchState.REFUSED, BatchState.STAGED, to=BatchState.READING)
        job_id = await work.enqueue_reading(batch_id, viewer.user_id)
        await execute(
            "update import_batch set column_map = {}, error = '', job_id = {}, report = '{{}}' where id = {}",
            map_text, job_id, batch_id,
        )  # fmt: skip


async def confirm(viewer: Viewer, batch_id: int) -> None:
    """Ask for a staged batch to be applied.

    Raises:
        NotFound: The batch is not the viewer's to see.
        Conflict: It is not staged.
    """
    await find_shown(viewer, batch_id)
    async with unit_of_work():
        await move(batch_id, BatchState.STAGED, to=BatchState.APPLYING)
        job_id = await work.enqueue_change(work.APPLY, batch_id, viewer.signature(IMPORT))
        await execute("update import_batch set job_id = {} where id = {}", job_id, batch_id)


async def undo(viewer: Viewer, batch_id: int, typed: str) -> None:
    """Ask for an applied batch to be undone; its number must have been typed.

    Raises:
        NotFound: The batch is not the viewer's to see.
        Invalid: The typed number is another one.
        Conflict: It is not applied.
    """
    shown = await find_shown(viewer, batch_id)
    if typed.strip() != str(batch_id):
        raise Invalid.of("typed", "Type the number of this import, %(number)s, to undo it.", number=batch_id)
    if shown.batch.state is not BatchState.APPLIED:
        raise Conflict("This import has moved on. Reload the page.")
    async with unit_of_work():
        job_id = await work.enqueue_change(work.UNDO, batch_id, viewer.signature(IMPORT))
        await execute("update import_batch set job_id = {} where id = {}", job_id, batch_id)


async def discard(viewer: Viewer, batch_id: int, settings: Settings) -> None:
    """Give a staged or refused batch up.

    Raises:
        NotFound: The batch is not the viewer's to see.
        Conflict: It is applied or being applied.
    """
    await find_shown(viewer, batch_id)
    await pipeline.discard_batch(batch_id, settings, viewer.signature(IMPORT))


async def source_codes() -> list[str]:
    """Return the known source systems, first the one that was imported from last, else the default."""
    rows = await fetch(
        "select s.code from import_source s left join import_batch b on b.source = s.id"
        " and b.state = 'applied' where s.code not like 'dealer-%' group by s.code"
        " order by max(coalesce(b.id, 0)) desc, s.code"
    )
    return [row["code"] for row in rows] or [DEFAULT_SOURCE]


def is_working(shown: Shown) -> bool:
    """Tell whether a job is at work on a batch, so that its page should look again."""
    return shown.job is not None and shown.job["state"] in ("queued", "running")
