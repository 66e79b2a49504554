"""What writing any record of training needs: the next version, archiving and taking back, the log."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, unit_of_work
from portal.errors import Conflict, NotFound
from training.courses.policies import PLAN

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.access import Viewer


class Kept(StrEnum):
    """Tables whose rows are archived instead of deleted."""

    CURRICULUM = "curriculum"
    COURSE = "course"
    MODULE = "course_module"
    QUESTION = "course_question"
    LECTURER = "lecturer"
    VENUE = "venue"
    ROOM = "venue_room"


# Column that says what a row belongs to, where addresses name both.
_PARENTS = {Kept.MODULE: "course", Kept.QUESTION: "course", Kept.ROOM: "venue"}


async def log(viewer: Viewer, action: str, subject: Subject, *, note: str = "") -> None:
    """Append to the audit log in the open unit of work, with the signature under the planner's policy."""
    await record(viewer.signature(PLAN), f"training.{action}", subject, note=note)


async def change(table: Kept, row_id: int, version: int, values: Mapping[str, Any]) -> None:
    """Write the columns of a row that nobody changed since it was shown; in the open unit of work.

    Raises:
        NotFound: There is no such row.
        Conflict: Somebody changed it meanwhile.
    """
    sets = ", ".join(f"{name} = {{}}" for name in values)
    if await execute(
        f"update {table.value} set {sets}, version = version + 1 where id = {{}} and version = {{}}",
        *values.values(),
        row_id,
        version,
    ):
        return
    if await fetch_one(f"select id from {table.value} where id = {{}}", row_id) is None:
        raise NotFound
    raise Conflict


async def archive(
    viewer: Viewer, table: Kept, row_id: int, *, back: bool = False, parent_id: int | None = None
) -> None:
    """Put a row away, or take it back into use; doing it again changes nothing.

    Args:
        viewer: Who does it.
        table: What kind of row.
        row_id: The row.
        back: Take it back into use.
        parent_id: What it must belong to, where its address says so.

    Raises:
        NotFound: There is no such row.
    """
    belongs = f" and {_PARENTS[table]} = {{}}" if parent_id is not None else ""
    parent = () if parent_id is None else (parent_id,)
    async with unit_of_work():
        known = await fetch_one(
            f"select archived_at from {table.value} where id = {{}}{belongs}", row_id, *parent
        )
        if known is None:
            raise NotFound
        if (known["archived_at"] is None) == back:
            return
        at = None if back else dt.datetime.now(dt.UTC)
        await execute(f"update {table.value} set archived_at = {{}} where id = {{}}", at, row_id)
        subject = Subject.of(table.value if parent_id is None else _PARENTS[table], parent_id or row_id)
        await log(viewer, "restored" if back else "archived", subject, note=f"{table.value} {row_id}")
