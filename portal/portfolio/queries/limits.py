"""How the second axis is spread over a level, from the numbers of the newest run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch
from rules.segments import propose_from

if TYPE_CHECKING:
    from portal.portfolio.queries.classes import Run
    from rules.segments import Proposal, SegmentBook


async def list_proposals(run: Run, book: SegmentBook, least_accounts: int) -> list[Proposal]:
    """Return what the data say: the whole level first, then each channel in order of its name.

    Args:
        run: The run whose numbers are read.
        book: The book it was computed by.
        least_accounts: Fewer accounts than these are too few to say.
    """
    rows = await fetch(
        "select c.stability_bp, c.code, coalesce(t.channel, '') as channel from account_class c"
        " left join terminal t on t.account = c.account where c.month_on = {} and c.level = {}",
        *(run.month.first_on, run.level),
    )
    numbers: dict[str, list[int]] = {"": []}
    left_out: dict[str, int] = {"": 0}
    for row in rows:
        known = row["code"] != "" and row["stability_bp"] is not None
        for channel in {"", row["channel"]}:
            numbers.setdefault(channel, [])
            left_out[channel] = left_out.get(channel, 0) + (not known)
            if known:
                numbers[channel].append(row["stability_bp"])
    return [
        propose_from(
            numbers[channel],
            left_out.get(channel, 0),
            measure=book.accounts.measure,
            level=run.level,
            channel=channel,
            least_accounts=least_accounts,
        )
        for channel in sorted(numbers)
    ]
