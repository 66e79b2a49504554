"""Table of search keys and the databases' own indexes over it.

SQLite keeps the grams in an FTS5 table whose rowid is the entry's key; PostgreSQL keeps them here under a GIN
index over the array they make.
"""

from __future__ import annotations

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from portal.db import extras


class SearchEntry(Table, tablename="search_entry"):
    """Search keys of one record; ``id`` is record id × 8 + kind, ``grams`` is empty on SQLite."""

    id = BigInt(primary_key=True)
    folded = Text()
    initials = Text()
    grams = Text(default="")


GRAM_INDEX = "create index search_fts_grams on search_entry using gin (string_to_array(grams, ' '))"

extras.register(
    extras.Extra(
        name="search_fts",
        sqlite=("create virtual table search_fts using fts5(grams, tokenize = 'ascii', columnsize = 0)",),
        postgres=(GRAM_INDEX,),
    )
)
