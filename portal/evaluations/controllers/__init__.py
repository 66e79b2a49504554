"""Pages of evaluations: months and runs, the manager's review, scorecards, one's own sheets."""

from portal.evaluations.controllers.documents import CardDocumentsController, OwnDocumentsController
from portal.evaluations.controllers.follow_ups import FollowUpController
from portal.evaluations.controllers.own import OwnController
from portal.evaluations.controllers.rehearsals import RehearsalController
from portal.evaluations.controllers.review import ReviewController
from portal.evaluations.controllers.runs import MonthsController, RunController
from portal.evaluations.controllers.sheets import ActionController, SheetController

HANDLERS = [
    MonthsController,
    RunController,
    RehearsalController,
    FollowUpController,
    ReviewController,
    SheetController,
    ActionController,
    CardDocumentsController,
    OwnDocumentsController,
    OwnController,
]

__all__ = ["HANDLERS"]
