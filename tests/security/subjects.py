"""How to fill the parameters of each route, by position: what a slice adds when it adds a route.

``OF_RECORD`` names, for a route's path, which record each parameter is; the matrix asks for the same route
with the own dealer's record, a neighbour's, a remote one's and an unknown one's. ``FIXED`` gives parameters
that are no record. A route with parameters that is in neither fails the matrix.
"""

from __future__ import annotations

from rules.books import shipped_books
from tests.security.world import MONTH

# Parameter name → value, for parameters that are not somebody's record.
FIXED: dict[str, str] = {
    "month_text": str(MONTH),
    "purpose": "terminals",
    "kind": "dealers",
    "test_kind": "post",
    "sha256": shipped_books()[0].sha256,
    "kpi": "yoy_growth",
    "step": "trip",
    "guest_position": "1",
}

# Start of a path → parameter name → kind of record in ``World.ids``. The longest start counts.
OF_RECORD: dict[str, dict[str, str]] = {
    "/dealers/": {"account_id": "dealer"},
    "/outlets/": {"account_id": "outlet"},
    "/terminals/": {"account_id": "terminal"},
    "/accounts/": {"account_id": "dealer"},
    "/contacts/": {"contact_id": "contact"},
    "/portfolio/accounts/": {"account_id": "dealer"},
    "/portfolio/prospects/": {"account_id": "dealer"},
    "/credit/": {"account_id": "dealer", "credit_contact_id": "credit_contact"},
    "/supply-links/": {"link_id": "supply_link"},
    "/evaluations/": {"card_id": "scorecard", "action_id": "scorecard_action"},
    "/my/rebates/": {
        "version_id": "rebate_version",
        "line_id": "rebate_line",
        "appeal_id": "rebate_appeal",
        "document_id": "rebate_document",
    },
    "/rebates/programs/": {"version_id": "rebate_version"},
    "/rebates/programs/{version_id}/edit": {"version_id": "rebate_draft"},
    "/rebates/settlements/": {"settlement_id": "rebate_settlement"},
    "/rebates/payouts/": {"payout_id": "rebate_payout", "line_id": "rebate_payout_line"},
    "/rebates/ledger/": {"account_id": "dealer", "operation_id": "ledger_operation"},
    "/rebates/adjustments/": {"adjustment_id": "rebate_adjustment", "account_id": "dealer"},
    "/rebates/appeals/": {"appeal_id": "rebate_appeal"},
    "/rebates/papers/": {"account_id": "dealer", "settlement_id": "rebate_settlement"},
    "/visits/": {"visit_id": "visit"},
    "/target-list/": {"target_id": "target"},
    "/meetings/": {"meeting_id": "meeting", "item_id": "meeting_item"},
    "/my/visits/": {"visit_id": "visit_private"},
    "/field/late/": {"late_id": "late"},
    "/field/accounts/": {"account_id": "terminal"},
    "/promises/": {"promise_id": "promise"},
    "/voice/": {"item_id": "voice"},
    "/my/voice/": {"item_id": "voice"},
    "/opinions/": {"opinion_id": "opinion"},
    "/my/opinions/": {"opinion_id": "opinion"},
    "/occasions/": {"occasion_id": "occasion", "sign_up_id": "sign_up"},
    "/my/occasions/": {"occasion_id": "occasion", "sign_up_id": "sign_up"},
    "/quiet/": {"dealer_id": "dealer"},
    "/duplicates/": {"pair_id": "duplicate_pair"},
    "/duplicates/{pair_id}/again": {"pair_id": "duplicate_pair_different"},
    "/duplicates/{pair_id}/undo": {"pair_id": "duplicate_pair_merged"},
    "/surveys/": {"survey_id": "survey_draft", "question_id": "survey_question"},
    "/surveys/{survey_id}/result": {"survey_id": "survey_published"},
    "/surveys/{survey_id}/export": {"survey_id": "survey_published"},
    "/surveys/{survey_id}/print": {"survey_id": "survey_published"},
    "/my/surveys/": {"survey_id": "survey_open"},
    "/my/surveys/{survey_id}/result": {"survey_id": "survey_published"},
    "/my/surveys/{survey_id}/print": {"survey_id": "survey_published"},
    "/training/courses/": {
        "course_id": "course",
        "module_id": "course_module",
        "material_id": "course_material",
        "question_id": "course_question",
    },
    "/training/curricula/": {"curriculum_id": "curriculum"},
    "/training/lecturers/": {"lecturer_id": "lecturer", "row": "lecturer_away"},
    "/training/venues/": {"venue_id": "venue", "room_id": "venue_room"},
    "/training/sessions/": {"session_id": "training_session", "row": "certificate"},
    "/training/seasons/": {"season_id": "season"},
    "/my/training/": {"session_id": "training_session", "material_id": "course_material"},
    "/trips/": {
        "trip_id": "trip",
        "room_id": "trip_room",
        "stop_id": "trip_stop",
        "cost_id": "trip_cost",
        "guest_id": "trip_guest",
    },
    "/my/trips/": {"trip_id": "trip"},
    "/hospitality/": {"entry_id": "hospitality"},
    "/rulebooks/": {"proposal_id": "proposal"},
    "/seasons/": {"season_id": "season", "account": "dealer"},
    "/my/targets/": {"season_id": "season"},
    "/plans/": {"plan_id": "plan", "line_id": "plan_line"},
    "/my/plans/": {"plan_id": "dealer_plan", "line_id": "dealer_plan_line"},
    "/staff/invitations/": {"invitation_id": "invitation"},
    "/staff/": {"user_id": "staff"},
    "/people/": {"user_id": "staff", "grant_id": "grant"},
    "/regions/": {"region_id": "region"},
}

# Records of single people, jobs and batches: only *unknown* is asked for, and nobody may find it.
PERSONAL = frozenset(
    {"job_id", "view_id", "session_id", "row_id", "batch_id", "grant_id", "row", "stub_id", "client_key"}
)

# Parameters of public routes: wrong values must be answered without telling anything.
PUBLIC_VALUES: dict[str, str] = {
    "token": "t" * 43,
    "code": "0000-0000-0000",
    "file_path": "/none.css",
    "path": "/none",
    "feed_name": "none.ics",
}

# Routes of roles that see everything in the network, whatever the position: administration, not records.
# An occasion is for a whole region; whose people are seen is tested with the slice.
# A survey is one form for all of a season's region; whose places and words are seen is tested with the slice.
NETWORK_WIDE_PATHS = (
    "/people",
    "/audit",
    "/regions",
    "/rulebooks",
    "/surveys",
    "/my/surveys",
    "/occasions",
    "/trips",
    "/training/courses",
    "/training/curricula",
    "/training/lecturers",
    "/training/venues",
)

# What is for a whole region: whoever has a dealer in the region sees it for the neighbours too.
REGION_WIDE_PATHS = ("/training/sessions",)


def kind_of(path: str, parameter: str) -> str | None:
    """Return the kind of record a parameter of a route is, or None when nobody said so."""
    fitting = [start for start in OF_RECORD if path.startswith(start) and parameter in OF_RECORD[start]]
    return OF_RECORD[max(fitting, key=len)][parameter] if fitting else None
