"""Monthly development plans: chosen visits per day in route order, and a reason for every candidate.

Pure: people-days, candidates and holidays in, a plan out. docs/algorithms/planning.md says it in words.
"""

from __future__ import annotations

from rules.planning.calendar import is_open, working_days
from rules.planning.division import divided
from rules.planning.edits import Violation, Visit, routed, violations
from rules.planning.model import (
    Candidate,
    DayPlan,
    Decision,
    More,
    Place,
    Plan,
    PlanRequest,
    PlanSettings,
    Representative,
)
from rules.planning.plan import make_plan
from rules.planning.routing import LocalSearch, Router
from rules.planning.words import hours_text, more_text, reason_text, route_ratio_bp, violation_text

__all__ = [
    "Candidate",
    "DayPlan",
    "Decision",
    "LocalSearch",
    "More",
    "Place",
    "Plan",
    "PlanRequest",
    "PlanSettings",
    "Representative",
    "Router",
    "Violation",
    "Visit",
    "divided",
    "hours_text",
    "is_open",
    "make_plan",
    "more_text",
    "reason_text",
    "route_ratio_bp",
    "routed",
    "violation_text",
    "violations",
    "working_days",
]
