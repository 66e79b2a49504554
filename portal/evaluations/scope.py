"""Which scorecards a viewer may see or change under a policy, as SQL.

A dealer's scorecard belongs to where the dealer is; a representative's to everybody in whose part of the
network one of his dealers is. Writes ask with their own policy: somebody who is auditor of everything and
manager of one region signs off in that region only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portal.access import POLICIES, Grant
from portal.evaluations.model import SubjectKind
from portal.evaluations.policies import READ, READ_REPRESENTATIVES
from portal.network.scope import ALWAYS, Condition, in_scope

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer


def narrowed(viewer: Viewer, policy_name: str) -> Viewer:
    """Return the viewer with only those grants, own and deputised, that hold a policy."""
    roles = POLICIES[policy_name].roles

    def fitting(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
        return tuple(grant for grant in grants if grant.role in roles)

    absent = tuple(replace(person, grants=fitting(person.grants)) for person in viewer.deputy_for)
    return replace(viewer, grants=fitting(viewer.grants), deputy_for=absent)


def cards_in_scope(viewer: Viewer, policy_name: str, kind: SubjectKind, on: dt.date) -> Condition:
    """Say that a scorecard is in the viewer's part of the network.

    Args:
        viewer: Who asks.
        policy_name: Policy whose grants count; reading representatives has its own.
        kind: Kind of subject.
        on: Day on which assignments of dealers to representatives count: the month's last.

    Returns:
        A condition over ``s`` (scorecard) and ``a`` (its dealer account, left joined).
    """
    if kind is SubjectKind.DEALER:
        return in_scope(narrowed(viewer, policy_name), "a")
    policy = READ_REPRESENTATIVES if policy_name == READ else policy_name
    dealers = in_scope(narrowed(viewer, policy), "sa")
    if dealers == ALWAYS:
        return ALWAYS
    return Condition(
        "s.user_id in (select ra.user_id from representative_assignment ra"  # noqa: S608  from code
        f" join account sa on sa.id = ra.dealer where {dealers.sql}"
        " and ra.from_on <= {} and (ra.to_on is null or ra.to_on > {}))",
        (*dealers.args, on, on),
    )
