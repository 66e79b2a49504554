"""What each kind of import does at each step; the pipeline knows the steps, this table knows the kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from portal.sales.imports import accounts, contacts, line_changes, lines, payments, products, regions, targets
from portal.sales.imports.model import ImportKind
from portal.sales.imports.staging import Computed

if TYPE_CHECKING:
    import datetime as dt

    from portal.sales.imports.batch import Batch


class Step(Protocol):
    """Something done with a batch in an open unit of work."""

    async def __call__(self, batch: Batch) -> Any:
        """Do it."""


class ApplyStep(Protocol):
    """Making the staged rows records, in an open unit of work."""

    async def __call__(self, batch: Batch, now: dt.datetime) -> Any:
        """Do it; ``now`` is the moment written to the records."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one kind.

    Attributes:
        computed: Columns the database derives while loading.
        classify: Resolve codes, mark rows, fill counts and totals.
        reclassify: The same again, because what is stored changed meanwhile.
        apply: Write.
        undo: Take back.
    """

    computed: Sequence[Computed]
    classify: Step
    reclassify: Step
    apply: ApplyStep
    undo: Step


_LINES = Steps(
    lines.COMPUTED, lines.classify, lines.reclassify, line_changes.apply_lines, line_changes.undo_lines
)


_ACCOUNTS = Steps((), accounts.classify, accounts.reclassify, accounts.apply_accounts, accounts.undo_accounts)
_STEPS = {
    ImportKind.REGIONS: Steps(
        (), regions.classify, regions.reclassify, regions.apply_regions, regions.undo_regions
    ),
    ImportKind.DEALERS: _ACCOUNTS,
    ImportKind.OUTLETS: _ACCOUNTS,
    ImportKind.TERMINALS: _ACCOUNTS,
    ImportKind.PRODUCTS: Steps(
        (), products.classify, products.reclassify, products.apply_products, products.undo_products
    ),
    ImportKind.ORDERS: _LINES,
    ImportKind.PAYMENTS: Steps(
        (), payments.classify, payments.reclassify, payments.apply_payments, payments.undo_payments
    ),
    ImportKind.TARGETS: Steps(
        (), targets.classify, targets.reclassify, targets.apply_targets, targets.undo_targets
    ),
    ImportKind.CONTACTS: Steps(
        (), contacts.classify, contacts.reclassify, contacts.apply_contacts, contacts.undo_contacts
    ),
}


def steps_of(kind: ImportKind) -> Steps:
    """Return the steps of a kind."""
    return _STEPS[kind]
