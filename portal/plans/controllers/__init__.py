"""Pages of plans: the list, one plan with its days, its candidates, the route of a day; visits."""

from portal.plans.controllers.lines import PlanLines
from portal.plans.controllers.meetings import Meetings, OwnProblems
from portal.plans.controllers.own import OwnPlans
from portal.plans.controllers.own_lines import OwnPlanLines, OwnPlanPapers
from portal.plans.controllers.papers import PlanPapers
from portal.plans.controllers.plan import PlanPage
from portal.plans.controllers.plans import PlanList
from portal.plans.controllers.printing import Printings
from portal.plans.controllers.proposals import Proposals
from portal.plans.controllers.routes import Routes
from portal.plans.controllers.targets import OwnTargets, TargetList
from portal.plans.controllers.visits import OwnVisits, Visits

HANDLERS = [
    PlanList,
    PlanPage,
    PlanLines,
    PlanPapers,
    Routes,
    Proposals,
    Printings,
    OwnPlans,
    OwnPlanLines,
    OwnPlanPapers,
    Visits,
    OwnVisits,
    TargetList,
    OwnTargets,
    Meetings,
    OwnProblems,
]

__all__ = ["HANDLERS"]
