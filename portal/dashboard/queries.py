"""What awaits a viewer, gathered from the slices that the application joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.dashboard.model import TaskRow, ordered

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer
    from portal.dashboard.model import Task, TaskSource

_SOURCES: list[TaskSource] = []


def join(source: TaskSource) -> None:
    """Add a slice's tasks to everybody's list; joining the same source again changes nothing."""
    if source not in _SOURCES:
        _SOURCES.append(source)


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskRow]:
    """Return what awaits the viewer, most pressing first."""
    tasks: list[Task] = []
    for source in _SOURCES:
        tasks.extend(await source(viewer, today))
    return ordered(tasks, today)
