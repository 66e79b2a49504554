"""Pages of rebates: programmes, settlements, payouts, the ledger, the watch list and appeals."""

from portal.rebates.controllers.adjustments import AdjustmentController, AdjustmentsController
from portal.rebates.controllers.appeals import AppealController, AppealsController
from portal.rebates.controllers.bulk import BulkController
from portal.rebates.controllers.editor import EditorController
from portal.rebates.controllers.ledger import LedgerController
from portal.rebates.controllers.payouts import PayoutController, PayoutsController
from portal.rebates.controllers.programs import ProgramController, ProgramsController
from portal.rebates.controllers.settlements import SettlementController, SettlementsController
from portal.rebates.controllers.simulation import SimulationController
from portal.rebates.controllers.watch import WatchController

HANDLERS = [
    ProgramsController,
    ProgramController,
    EditorController,
    SimulationController,
    SettlementsController,
    SettlementController,
    BulkController,
    PayoutsController,
    PayoutController,
    LedgerController,
    AdjustmentsController,
    AdjustmentController,
    WatchController,
    AppealsController,
    AppealController,
]

__all__ = ["HANDLERS"]
