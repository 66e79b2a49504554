"""Replaying a run: the same facts and rules must give the same bytes, and the stored cards must be those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.evaluations.queries import runs
from portal.evaluations.results import compute_all, digest
from portal.files.queries import DamagedFileError
from rules.errors import SnapshotError

if TYPE_CHECKING:
    from portal.evaluations.queries.runs import RunView


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found.

    Attributes:
        equal: Everything stored is exactly what the stored facts and rules give.
        sha256: Results hash computed now.
        stored_sha256: Results hash written down when the run was computed.
        differing: Subjects whose stored result differs from the one computed now, sorted.
        reason: What does not fit, in English for an operator; empty when equal.
    """

    equal: bool
    sha256: str
    stored_sha256: str
    differing: tuple[str, ...]
    reason: str


async def replay(run: RunView) -> Replay:
    """Compute a run again from its stored snapshot, contexts and rulebook, and compare byte by byte."""
    try:
        table = await runs.load_snapshot(run)
        contexts = await runs.load_contexts(run)
    except (DamagedFileError, SnapshotError) as error:
        return Replay(False, "", run.results_sha256, (), f"stored facts are damaged: {error}")  # noqa: FBT003  first field of the answer
    book = await runs.load_rulebook(run.rulebook_id)
    if book.sha256 != run.rulebook_sha256:
        return Replay(False, "", run.results_sha256, (), "the stored rulebook was altered")  # noqa: FBT003  as above
    computed = compute_all(book, table, contexts)
    stored = {result.subject: result for result in await runs.list_results(run.id)}
    now = {result.subject: result for result in computed}
    differing = tuple(sorted(key for key in {*stored, *now} if stored.get(key) != now.get(key)))
    found = digest(computed)
    reason = ""
    if table.sha256 != run.snapshot_sha256:
        reason = "the snapshot is not the one the run was computed from"
    elif differing:
        reason = "stored scorecards differ from what facts and rules give"
    elif found != run.results_sha256:
        reason = "the results hash was altered"
    return Replay(not reason, found, run.results_sha256, differing, reason)
