"""Checked commands about the target list."""

from __future__ import annotations

from dataclasses import dataclass

from portal.plans.targeting import ShareSource


@dataclass(frozen=True, slots=True)
class TargetCommand:
    """An account put on the target list, or what is known of one that is on it.

    Attributes:
        account_code: Code of the outlet or retail point.
        reason: Why it is worth developing.
        competitor: Who supplies it; empty when nobody said.
        share_bp: The competitors' share in basis points, 0 to 10,000; None when nobody said.
        source: How the share is known; without a share, empty or declined.
    """

    account_code: str
    reason: str
    competitor: str = ""
    share_bp: int | None = None
    source: ShareSource = ShareSource.UNKNOWN
