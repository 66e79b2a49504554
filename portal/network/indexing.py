"""What accounts, contacts and products are found by; written in the transaction that changes them.

After bulk loads call ``reindex_accounts_where``: it works through any number of accounts in pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.db import fetch, fetch_value
from portal.search.model import RecordKind
from portal.search.service import loading, remove_entries, remove_selected, write_entries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

KIND_OF = {
    "dealer": RecordKind.DEALER,
    "outlet": RecordKind.OUTLET,
    "terminal": RecordKind.TERMINAL,
    "suspect": RecordKind.SUSPECT,
}
_ACCOUNT_TEXTS = (
    "select a.id, a.kind, a.name, a.code, coalesce(d.business_number, '') as number"
    " from account a left join dealer d on d.account = a.id"
)
_CHUNK = 20_000
_IDS = 500


async def index_accounts(ids: Iterable[int]) -> None:
    """Bring the keys of some accounts up to date, in the caller's unit of work."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _IDS):
        some = wanted[start : start + _IDS]
        await reindex_accounts_where(f"a.id in ({', '.join('{}' for _ in some)})", *some)


async def reindex_accounts_where(condition: str, *args: Any, are_new: bool = False) -> None:
    """Bring the keys of all accounts of a condition up to date, in the caller's unit of work.

    Args:
        condition: SQL over the alias ``a`` of ``account``, such as ``a.id > {}``; never from input.
        args: Its values.
        are_new: The accounts were just inserted: nothing is looked for and removed first.
    """
    if not are_new:
        chosen = f"select a.id from account a where {condition}"  # noqa: S608  from code
        await remove_selected(KIND_OF.values(), chosen, *args)
    if await _is_small(condition, args):
        async for rows in _pieces(condition, args):
            await _write(rows)
        return
    async with loading():
        async for rows in _pieces(condition, args):
            await _write(rows)


async def _is_small(condition: str, args: Sequence[Any]) -> bool:
    sql = f"select 1 from account a where {condition} limit 1 offset {_CHUNK}"  # noqa: S608  from code
    return await fetch_value(sql, *args) is None


async def _write(rows: list[dict[str, Any]]) -> None:
    """Write the keys of accounts; old names and codes of those merged into them lead to them too.

    What another dealer called a shop that was merged over the border stays unfound.
    """
    old: dict[int, list[str]] = {}
    span = (rows[0]["id"], rows[-1]["id"])
    for row in await fetch(
        "select g.merged_into, g.name, g.code from account g join account k on k.id = g.merged_into"
        " where g.merged_into is not null and g.merged_into between {} and {} and g.dealer = k.dealer"
        " order by g.id",
        *span,
    ):
        old.setdefault(row["merged_into"], []).extend((row["name"], row["code"]))
    await write_entries(
        (
            (
                KIND_OF[row["kind"]],
                row["id"],
                (row["name"], row["code"], row["number"], *old.get(row["id"], ())),
            )
            for row in rows
        ),
        are_new=True,
    )


async def _pieces(condition: str, args: Sequence[Any]) -> AsyncIterator[list[dict[str, Any]]]:
    last = 0
    sql = f"{_ACCOUNT_TEXTS} where {condition} and a.id > {{}} order by a.id limit {_CHUNK}"
    while rows := await fetch(sql, *args, last):
        yield rows
        last = rows[-1]["id"]


async def index_products(ids: Iterable[int] | None = None) -> None:
    """Bring the keys of some products, or of all, up to date, in the caller's unit of work."""
    chosen = None if ids is None else sorted(set(ids))
    where = "" if chosen is None else f" where id in ({', '.join('{}' for _ in chosen) or 'null'})"
    rows = await fetch(f"select id, name, code from product{where}", *(chosen or ()))  # noqa: S608  marks only
    await write_entries((RecordKind.PRODUCT, row["id"], (row["name"], row["code"])) for row in rows)


async def index_contacts(ids: Iterable[int]) -> None:
    """Bring the keys of contacts up to date, in the caller's unit of work; erased people have none."""
    wanted = sorted(set(ids))
    marks = ", ".join("{}" for _ in wanted) or "null"
    await remove_entries(RecordKind.CONTACT, wanted)
    rows = await fetch(
        "select c.id, p.name from contact c join person p on p.id = c.person"  # noqa: S608  marks only
        f" where c.id in ({marks}) and p.erased_at is null",
        *wanted,
    )
    await write_entries(((RecordKind.CONTACT, row["id"], (row["name"],)) for row in rows), are_new=True)
