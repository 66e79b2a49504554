"""What account classes offer to slices below: see ``portal.plans.sources.ClassSource``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.portfolio.queries.books import book_for
from portal.portfolio.queries.classes import classes_of, newest_run_id
from portal.portfolio.queries.prospects import prospect_classes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.months import Month

BATCH = 5_000


class PortfolioClasses:
    """Classes as they were computed or rated, visits as the class book says."""

    async def classes_of(self, account_ids: Sequence[int], month: Month) -> Mapping[int, str]:
        """Return the class of accounts in the newest run up to a month; those without one are left out."""
        found: dict[int, str] = {}
        for start in range(0, len(account_ids), BATCH):
            part = account_ids[start : start + BATCH]
            # Who buys has a class by what he buys; a score card speaks for those who do not yet.
            found |= await prospect_classes_of(part, month.last_on)
            found |= await classes_of(part, month)
        return found

    async def newest_run_id(self, month: Month) -> int:
        """Return what changes whenever the classes of a month may have changed; 0 without classes."""
        return await newest_run_id(month)

    async def visits_by_class(self, month: Month) -> Mapping[str, int]:
        """Return the visits a month that the book in force asks for, by class.

        Raises:
            RulebookError: No book is in force.
        """
        book = await book_for(month)
        accounts = {code: terms.visits_per_month for code, terms in book.accounts.classes.items()}
        return accounts | {code: terms.visits_per_month for code, terms in book.prospects.classes.items()}
