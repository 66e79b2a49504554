"""Pages of rebates: programmes, settlements, payouts, the ledger, the watch list and appeals."""

from portal.rebates.controllers.programs import ProgramController, ProgramsController

HANDLERS = [ProgramsController, ProgramController]

__all__ = ["HANDLERS"]
