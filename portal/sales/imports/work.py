"""Background work of imports: reading, applying and undoing, named where web and jobs processes start."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from portal.access import Signature
from portal.errors import PortalError
from portal.jobs.service import enqueue, register, registered_kinds
from portal.sales.imports import pipeline
from portal.sales.reading import FileRefused

if TYPE_CHECKING:
    from portal.jobs.run import JobRun
    from portal.settings import Settings

READ, APPLY, UNDO = "imports.read", "imports.apply", "imports.undo"


def register_jobs(settings: Settings) -> None:
    """Name the functions that work on batches; naming them again changes nothing."""
    if READ in registered_kinds():
        return
    register(READ, partial(_read, settings=settings))
    register(APPLY, partial(_change, settings=settings, change=pipeline.apply_batch))
    register(UNDO, partial(_change, settings=settings, change=pipeline.undo_batch))


async def enqueue_reading(batch_id: int, user_id: int) -> int:
    """Ask for a received file to be read and staged, in the caller's unit of work; return the job's id."""
    return await enqueue(READ, {"batch": batch_id}, actor_user_id=user_id)


async def enqueue_change(kind: str, batch_id: int, actor: Signature) -> int:
    """Ask for a batch to be applied or undone, in the caller's unit of work; return the job's id."""
    payload = {"batch": batch_id, "user": actor.user_id, "on_behalf_of": actor.on_behalf_of}
    return await enqueue(kind, payload, actor_user_id=actor.user_id, max_attempts=2)


async def _read(run: JobRun, *, settings: Settings) -> dict[str, Any]:
    batch_id = run.payload["batch"]
    try:
        await pipeline.stage_file(
            batch_id, pipeline.folder_of(settings, batch_id) / pipeline.UPLOAD, settings
        )
    except FileRefused as error:
        raise PortalError(str(error)) from error
    return {"batch": run.payload["batch"]}


async def _change(run: JobRun, *, settings: Settings, change: Any) -> dict[str, Any]:
    actor = Signature(run.payload["user"], run.payload["on_behalf_of"])
    await change(run.payload["batch"], settings, actor, run.advance)
    return {"batch": run.payload["batch"]}
