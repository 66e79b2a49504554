"""Account classes of the demo, month by month as the portal computes them."""

from __future__ import annotations

from portal.demo.plan import LAST_MONTH
from portal.portfolio.service.classify import classify_missing


async def write_classes() -> None:
    """Class every complete month of the demo's trade."""
    await classify_missing(LAST_MONTH.shift(1).first_on)
