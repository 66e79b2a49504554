"""Which opinions a viewer may see, as SQL over ``opinion o`` left joined to its dealer ``account a``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.network.scope import ALWAYS, NEVER, Condition, in_regions, in_scope

if TYPE_CHECKING:
    from portal.access import Viewer

TABLES = (
    " from opinion o left join account a on a.id = o.dealer"
    " left join region r on r.id = coalesce(a.region, o.region)"
)


def visible_opinions(viewer: Viewer, policy: str) -> Condition:
    """Say that an opinion is the viewer's to see under a policy.

    A signed one goes with its dealer. An unnamed one is seen by those who see its region, by those who see
    the whole network, and by whoever is to answer it; never by a dealer's people, not even his own, because
    the portal does not know that it is his. A representative sees those he is to answer only.
    """
    scope = viewer.scope_for(policy)
    if scope.everything:
        return ALWAYS
    signed = in_scope(viewer, "a", policy=policy)
    if viewer.is_dealer_side:
        return signed
    regions = in_regions(scope.region_paths, "o.region") if scope.region_paths else NEVER
    return Condition(
        f"((o.dealer is not null and {signed.sql})"
        f" or (o.dealer is null and (o.owner_user_id = {{}} or {regions.sql})))",
        (*signed.args, viewer.user_id, *regions.args),
    )
