"""Background work of imports: reading, applying and undoing, named where web and jobs processes start."""

from __future__ import annotations

from functools import partial
from pathlib import Path
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
    register(APPLY, partial(_change, change=pipeline.apply_batch))
    register(UNDO, partial(_change, change=pipeline.undo_batch))


async def enqueue_reading(batch_id: int, path: Path, user_id: int) -> int:
    """Ask for a received file to be read and staged, in the caller's unit of work; return the job's id."""
    payload = {"batch": batch_id, "path": str(path)}
    return await enqueue(READ, payload, idempotency_key=f"{READ} {batch_id}", actor_user_id=user_id)


async def enqueue_change(kind: str, batch_id: int, actor: Signature) -> int:
    """Ask for a batch to be applied or undone, in the caller's unit of work; return the job's id."""
    payload = {"batch": batch_id, "user": actor.user_id, "on_behalf_of": actor.on_behalf_of}
    return await enqueue(
        kind, payload, idempotency_key=f"{kind} {batch_id}", actor_user_id=actor.user_id, max_attempts=2
    )


async def _read(run: JobRun, *, settings: Settings) -> dict[str, Any]:
    path = Path(run.payload["path"])
    try:
        await pipeline.stage_file(run.payload["batch"], path, settings)
    except FileRefused as error:
        path.unlink(missing_ok=True)
        raise PortalError(str(error)) from error
    except PortalError:
        path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)
    return {"batch": run.payload["batch"]}


async def _change(run: JobRun, *, change: Any) -> dict[str, Any]:
    actor = Signature(run.payload["user"], run.payload["on_behalf_of"])
    await change(run.payload["batch"], actor, run.advance)
    return {"batch": run.payload["batch"]}
