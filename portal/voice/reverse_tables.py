"""Tables of the reverse score card: what dealers gave the manufacturer in a period.

While a period runs a card names its dealer, so that it can be changed until the period ends; afterwards the
link is cut: cards get new ids, the region is kept only where enough dealers rated, comments stand apart.
"""

from __future__ import annotations

from piccolo.columns import BigInt, Date, ForeignKey, Text, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from portal.db.metadata import Index
from portal.network.tables import Account, Region


class ReverseCard(Table, tablename="reverse_card"):
    """One dealer's marks for a period (FEATURES S141); ``marks`` is JSON of item → 1 to 5.

    ``until_on`` is the period's last day, inclusive; ``book_sha256`` names the items' version.
    """

    id = BigInt(primary_key=True, default=None)
    period_on = Date()
    until_on = Date()
    book_sha256 = Varchar(length=64)
    dealer = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.restrict)
    region = ForeignKey(Region, null=True, default=None, on_delete=OnDelete.restrict)
    marks = Varchar(length=1000)
    comment = Text(default="")

    bounded = Check("length(comment) <= 1000 and until_on >= period_on")
    cut_without_comment = Check("dealer is not null or comment = ''")
    ix_period = Index(("period_on", "dealer"), unique=True)
    ix_region = Index(("region",))
    ix_dealer = Index(("dealer",))


class ReverseComment(Table, tablename="reverse_comment"):
    """A comment of a period that is over, apart from whose marks it came with."""

    id = BigInt(primary_key=True, default=None)
    period_on = Date()
    text = Text()

    bounded = Check("length(text) between 1 and 1000")
    ix_period = Index(("period_on", "id"))
