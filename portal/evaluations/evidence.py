"""The facts and rulebook a run was decided by, kept in memory by their hashes: they never change."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.evaluations.queries.runs import load_rulebook, load_snapshot
from rules.facts import FactTable
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.evaluations.queries.runs import RunView
    from rules.facts import FactValue

KEPT = 8


@dataclass(frozen=True)
class Evidence:
    """What decided a run."""

    table: FactTable
    book: Rulebook

    def facts(self, subject: str) -> Mapping[str, FactValue]:
        """Return one subject's facts by KPI code; KeyError when it has none."""
        return self.table.facts(subject)


_kept: OrderedDict[tuple[str, str], Evidence] = OrderedDict()


async def evidence_of(run: RunView) -> Evidence:
    """Return what decided a run, read once per process and forgotten when long unused.

    Raises:
        NotFound: The run has no facts yet.
    """
    key = run.snapshot_sha256, run.rulebook_sha256
    if key not in _kept:
        _kept[key] = Evidence(await load_snapshot(run), await load_rulebook(run.rulebook_id))
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return _kept[key]
