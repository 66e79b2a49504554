"""Build a demo database from nothing: network, people, trade, totals, incentives, credit, evaluations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from portal import db
from portal.db import migrate, schema
from portal.db.engine import SQLITE_PREFIX
from portal.demo.network import make_network
from portal.demo.people import write_people
from portal.demo.plan import SIZES, months
from portal.demo.write_network import write_network
from portal.demo.write_trade import TradeWriter
from portal.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.demo.network import Network

# Tables whose ids the demo chose itself; PostgreSQL's sequences must go on after them.
_OWN_IDS = (
    "region",
    "account",
    "person",
    "product",
    "import_source",
    "import_batch",
    "document",
    "login_user",
)


async def build(url: str, size_name: str, report: Callable[[str], None]) -> None:
    """Fill the database at a URL, which must exist with its schema and hold no account yet.

    The slices must be joined as in the running portal: plans ask for classes, evaluations for facts.

    Args:
        url: Database to bind and fill.
        size_name: A name in ``SIZES``.
        report: Called with a line for each finished step.

    Raises:
        Conflict: The database holds accounts already.
    """
    schema.all_tables()
    db.bind(url)
    await db.open_pool()
    try:
        if await db.fetch_value("select count(*) from account"):
            raise Conflict("The database already holds a network; the demo needs an empty one.")
        network = make_network(SIZES[size_name])
        await write_network(network)
        report(
            f"network: {network.size.dealers} dealers, {network.size.outlets} outlets,"
            f" {network.size.terminals} terminals"
        )
        await write_people(network)
        writer = TradeWriter(network)
        await writer.write_masters()
        for index, month in enumerate(months()):
            await writer.write_month(index)
            report(f"trade: {month}")
        await _continue_sequences()
        await _finish(network, report)
    finally:
        await db.close_pool()


async def _finish(network: Network, report: Callable[[str], None]) -> None:
    """Derive what imports and runs would have derived: totals, search keys, incentives, credit, months."""
    from portal.demo.classes import write_classes  # noqa: PLC0415  as below
    from portal.demo.credit import write_credit  # noqa: PLC0415  as below
    from portal.demo.duplicates import write_duplicates  # noqa: PLC0415  as above
    from portal.demo.field import write_field  # noqa: PLC0415  as below
    from portal.demo.history import evaluate_history, rebuild_totals, reindex_search  # noqa: PLC0415  slow
    from portal.demo.opinions import write_opinions  # noqa: PLC0415  as above
    from portal.demo.plans import write_plans  # noqa: PLC0415  as above
    from portal.demo.plans_dealers import write_dealer_plans  # noqa: PLC0415  as above
    from portal.demo.prospects import write_prospects  # noqa: PLC0415  as above
    from portal.demo.rebates import write_rebates  # noqa: PLC0415  as above
    from portal.demo.seasons import write_seasons  # noqa: PLC0415  as above
    from portal.demo.surveys import write_surveys  # noqa: PLC0415  as above
    from portal.demo.training import write_training  # noqa: PLC0415  as above
    from portal.demo.trips import write_trips  # noqa: PLC0415  as above
    from portal.demo.visits import write_visits  # noqa: PLC0415  as above
    from portal.demo.voice import write_voice  # noqa: PLC0415  as above

    await rebuild_totals()
    report("monthly totals")
    await reindex_search()
    report("search index")
    await write_classes()
    report("account classes")
    await write_rebates(network)
    report("incentives")
    await write_credit(network)
    report("credit")
    await write_seasons()
    report("seasons and targets")
    await write_plans()
    await write_dealer_plans()
    report("development plans")
    await write_visits()
    await write_prospects()
    report("visits, weekly meetings and prospects")
    await write_field()
    await write_voice()
    await write_surveys()
    await write_opinions()
    report("surveys, concerns, complaints and opinions")
    await evaluate_history(report)
    await write_training()
    report("training")
    await write_trips()
    report("trips and hospitality")
    await write_duplicates()
    report("suspected duplicates")


async def _continue_sequences() -> None:
    if db.engine_kind() == "sqlite":
        return
    async with db.unit_of_work():
        for table in _OWN_IDS:
            await db.fetch(
                f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"  # noqa: S608  names from code
            )


def building_url(url: str) -> str:
    """Return where a demo is built: beside a SQLite file, so that a half-built one is never opened."""
    return f"{url}.building" if url.startswith(SQLITE_PREFIX) else url


def exists(url: str) -> bool:
    """Tell whether a finished demo is at the URL (a SQLite file); PostgreSQL is asked when it is built."""
    return url.startswith(SQLITE_PREFIX) and Path(url.removeprefix(SQLITE_PREFIX)).exists()


def prepare(url: str) -> str:
    """Make an empty database with its schema and return the URL to build at."""
    target = building_url(url)
    if target.startswith(SQLITE_PREFIX):
        for suffix in ("", "-wal", "-shm"):
            Path(target.removeprefix(SQLITE_PREFIX) + suffix).unlink(missing_ok=True)
    migrate.upgrade(target)
    return target


def put_in_place(url: str) -> None:
    """Move a finished SQLite demo to its name."""
    if url.startswith(SQLITE_PREFIX):
        path = Path(url.removeprefix(SQLITE_PREFIX))
        Path(f"{path}.building").replace(path)
        for suffix in ("-wal", "-shm"):
            Path(f"{path}.building{suffix}").unlink(missing_ok=True)
