"""Which visits a viewer may see, and which accounts somebody may visit, as SQL.

A visit by the manufacturer's people is seen by them and by the dealer whose account it was; a visit by a
dealer's own staff is his and stays on his side: none of the purposes a dealer can share covers it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.network.scope import Condition, in_scope, living, open_to_manufacturer

if TYPE_CHECKING:
    from portal.access import Viewer


def visible_visits(viewer: Viewer, visit: str, account: str, policy: str) -> Condition:
    """Say that the viewer may see a visit under a policy.

    Args:
        viewer: Who asks.
        visit: Alias of ``visit``; from code.
        account: Alias of the visit's ``account``; from code.
        policy: Only grants that hold it count.
    """
    seen = in_scope(viewer, account, policy=policy)
    if viewer.is_dealer_side:
        return seen
    return seen & Condition(f"{visit}.owner = 'manufacturer' and {open_to_manufacturer(account)}")


def visitable_accounts(viewer: Viewer, account: str, policy: str) -> Condition:
    """Say that the viewer may log a visit to an account: his part, open to his side, not merged or closed."""
    live = living(viewer, account) & Condition(f"{account}.state <> 'closed'")
    seen = in_scope(viewer, account, policy=policy) & live
    if viewer.is_dealer_side:
        return seen
    return seen & Condition(open_to_manufacturer(account))
