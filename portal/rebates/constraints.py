"""Conditions that several tables of rebates share."""

from __future__ import annotations

from piccolo.constraints import Check


def two_people(first: str, second: str) -> Check:
    """Say that who did the second step is nobody of the first; deputies count as who they stand for."""
    return Check(
        f"{second}_by_user_id is null or ({second}_by_user_id <> {first}_by_user_id"
        f" and {second}_by_user_id <> coalesce({first}_for_user_id, -1)"
        f" and coalesce({second}_for_user_id, -2) <> {first}_by_user_id"
        f" and coalesce({second}_for_user_id, -2) <> coalesce({first}_for_user_id, -1))"
    )
