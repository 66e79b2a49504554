"""Reads for a rehearsal: the published months, and the groups dealers are added up by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch
from portal.evaluations.model import SubjectKind
from portal.evaluations.policies import REHEARSE
from portal.evaluations.queries.runs import list_runs
from portal.network.scope import in_scope
from portal.portfolio.offered import PortfolioClasses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer
    from portal.evaluations.queries.runs import RunView
    from rules.months import Month

MONTHS = 24
NAMES_AT_ONCE = 100


async def list_published(kind: SubjectKind, *, months: int = MONTHS) -> list[RunView]:
    """Return the runs of the latest published months, oldest first."""
    runs = await list_runs(kind, limit=months)
    return [run for run in reversed(runs) if run.state.is_final_for_dealers and run.snapshot_id is not None]


async def find_regions(kind: SubjectKind) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Return the region code of each dealer, and the Korean and English name of each region.

    Representatives have none: they look after dealers of several regions.
    """
    if kind is SubjectKind.REPRESENTATIVE:
        return {}, {}
    rows = await fetch(
        "select a.code as subject, g.code, g.name, g.name_en from account a join region g on g.id = a.region"
        " where a.kind = 'dealer'"
    )
    regions = {row["subject"]: row["code"] for row in rows}
    return regions, {row["code"]: (row["name"], row["name_en"]) for row in rows}


async def find_grades(run_id: int) -> dict[str, str]:
    """Return the grade of each subject of a run; who was left to a person is not there."""
    rows = await fetch("select subject_key, grade from scorecard where run = {} and grade <> ''", run_id)
    return {row["subject_key"]: row["grade"] for row in rows}


async def find_classes(kind: SubjectKind, month: Month) -> dict[str, str]:
    """Return the account class of each dealer in the newest run up to a month; new ones are not there.

    Representatives have none.
    """
    if kind is SubjectKind.REPRESENTATIVE:
        return {}
    rows = await fetch("select id, code from account where kind = 'dealer'")
    classes = await PortfolioClasses().classes_of([row["id"] for row in rows], month)
    return {row["code"]: classes[row["id"]] for row in rows if row["id"] in classes}


async def find_names(viewer: Viewer, kind: SubjectKind, subjects: Sequence[str]) -> dict[str, str]:
    """Return the names of the subjects in the viewer's part of the network.

    Args:
        viewer: Who asks.
        kind: Kind of the subjects.
        subjects: Keys in snapshots, at most ``NAMES_AT_ONCE``.
    """
    if not subjects:
        return {}
    marks = ", ".join("{}" for _ in subjects[:NAMES_AT_ONCE])
    if kind is SubjectKind.REPRESENTATIVE:
        ids = [int(subject.removeprefix("user-")) for subject in subjects[:NAMES_AT_ONCE]]
        rows = await fetch(f"select id, name from login_user where id in ({marks})", *ids)  # noqa: S608  places only
        return {f"user-{row['id']}": row["name"] for row in rows}
    seen = in_scope(viewer, "a", policy=REHEARSE)
    rows = await fetch(
        "select a.code, a.name from account a where a.kind = 'dealer'"  # noqa: S608  from code
        f" and a.code in ({marks}) and {seen.sql}",
        *subjects[:NAMES_AT_ONCE],
        *seen.args,
    )
    return {row["code"]: row["name"] for row in rows}
