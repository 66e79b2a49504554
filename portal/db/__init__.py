"""Storage: one engine chosen by URL, one way to write, plain SQL that both databases share.

Everything that reads or writes the database goes through the functions exported here; only the bridge in
``metadata`` knows SQLAlchemy, and only for Alembic.
"""

from portal.db.arrays import fetch_integers
from portal.db.engine import bind, close_pool, engine_kind, open_pool
from portal.db.sql import as_date, execute, fetch, fetch_one, fetch_value, insert_rows
from portal.db.unit_of_work import in_unit_of_work, savepoint, unit_of_work

__all__ = [
    "as_date",
    "bind",
    "close_pool",
    "engine_kind",
    "execute",
    "fetch",
    "fetch_integers",
    "fetch_one",
    "fetch_value",
    "in_unit_of_work",
    "insert_rows",
    "open_pool",
    "savepoint",
    "unit_of_work",
]
