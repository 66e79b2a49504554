"""Opinions held for a change: locked until the end of the unit of work, and whose name the change carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch, fetch_one
from portal.voice.queries.opinions import find_by_code, get_opinion

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.db.sql import Row
    from portal.voice.queries.opinions import OpinionView


async def locked(viewer: Viewer, opinion_id: int, policy: str) -> OpinionView:
    """Return an opinion that nobody else changes until the end of the unit of work.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    await get_opinion(viewer, opinion_id, policy)
    await fetch("update opinion set reopened = reopened where id = {} returning id", opinion_id)
    return await get_opinion(viewer, opinion_id, policy)


async def locked_by_code(code: str) -> OpinionView:
    """Return the unnamed opinion of a code, held as by ``locked``."""
    opinion = await find_by_code(code)
    await fetch("update opinion set reopened = reopened where id = {} returning id", opinion.id)
    return await find_by_code(code)


def signature_on(viewer: Viewer, opinion: OpinionView, policy: str) -> Signature:
    """Return whose name an action carries; of an unnamed one without a region, by the policy alone."""
    if opinion.is_named:
        return opinion.dealer.signature(viewer, policy)
    path = opinion.dealer.region_path
    if path is not None and not viewer.scope_for(policy).covers(path):
        path = None  # whoever is to answer it may be outside of its region
    return viewer.signature(policy, path)


async def last_event(opinion_id: int) -> Row | None:
    """Return kind, ``before`` and actor of what happened last, notes of our side left out."""
    return await fetch_one(
        "select kind, before, actor_user_id from opinion_event where opinion = {} and kind <> 'noted'"
        " order by position desc limit 1",
        opinion_id,
    )
