"""Taking two accounts for one, and taking that back; nothing that was written with an id is rewritten.

What a merge writes, and why it is no more: docs/algorithms/duplicates.md and ADR 0013.
"""

# ruff: noqa: S608  the pieces joined here are constants from code; values are bound

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.network.indexing import index_accounts
from portal.network.model import Owner
from portal.network.policies import MERGE
from portal.network.queries.accounts import get_account
from portal.network.queries.duplicates import MERGED_FIELDS, PairDetail, Party, get_pair
from portal.network.scope import living, today
from portal.network.service.duplicates import KINDS, suspect

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.access import Viewer

_ACCOUNT_FIELDS = frozenset({"name", "region", "area"})
_PLACE = ("latitude_micro", "longitude_micro")
Changes = dict[str, list[Any]]
"""``table.column`` of the kept account → value before and after."""


async def call_different(viewer: Viewer, pair_id: int) -> None:
    """Remember that two accounts are not the same; nobody is asked again until it is taken back.

    Raises:
        NotFound: The viewer does not see both accounts.
        NotAllowed: Others decide about these records.
        Conflict: It was decided meanwhile.
    """
    await _decide(viewer, pair_id, "open", "different", "network.duplicate_denied")


async def ask_again(viewer: Viewer, pair_id: int) -> None:
    """Take *not the same* back: the pair stands in the queue again.

    Raises:
        NotFound: The viewer does not see both accounts.
        NotAllowed: Others decide about these records.
        Conflict: It was decided otherwise meanwhile.
    """
    await _decide(viewer, pair_id, "different", "open", "network.duplicate_reopened")


async def _decide(viewer: Viewer, pair_id: int, before: str, after: str, action: str) -> None:
    async with unit_of_work():
        pair = await _decidable(viewer, pair_id)
        is_open = after == "open"
        changed = await execute(
            "update duplicate_pair set state = {}, decided_at = {}, decided_by_user_id = {}"
            " where id = {} and state = {}",
            *(after, None if is_open else dt.datetime.now(dt.UTC), None if is_open else viewer.user_id),
            *(pair_id, before),
        )
        if not changed:
            raise Conflict
        other = {"other": (None, pair.second.code)}
        await record(viewer.signature(MERGE), action, Subject.of("account", pair.first.id), other)


async def _decidable(viewer: Viewer, pair_id: int) -> PairDetail:
    pair = await get_pair(viewer, pair_id)
    if not pair.gone_ids:
        raise NotAllowed("Others decide about these records.")
    return pair


async def name_pair(viewer: Viewer, account_id: int, code: str) -> int:
    """Queue an account with another one of its kind that somebody takes for the same; return the pair's id.

    Raises:
        NotFound: The viewer does not see the account.
        Invalid: No other account of this kind with this code is his to see.
    """
    async with unit_of_work():
        account = await get_account(viewer, account_id)
        if account.kind.value not in KINDS or account.merged_into is not None:
            raise NotFound
        stands = living(viewer, "a")
        other = await fetch_one(
            f"select a.id from account a where a.kind = {{}} and a.code = {{}} and a.merged_into is null"
            f" and {stands.sql}",
            *(account.kind.value, code, *stands.args),
        )
        unknown = Invalid.of("code", "There is no other record with this code.")
        if other is None or other["id"] == account_id:
            raise unknown
        try:
            await get_account(viewer, other["id"])
        except NotFound as error:
            raise unknown from error
        return await suspect(account_id, other["id"])


async def merge(viewer: Viewer, pair_id: int, kept_id: int, taken: Collection[str]) -> int:
    """Take one account of a pair for the other, and return the merge's id.

    Args:
        viewer: Who decides.
        pair_id: The pair.
        kept_id: The account that stays.
        taken: Fields whose value comes from the account that goes; of no meaning where the one that stays is
            not the viewer's side's to change, or where it would carry a dealer's words to another dealer.

    Raises:
        NotFound: The viewer does not see both accounts.
        NotAllowed: Others decide about these records.
        Invalid: The account that would go is not his to give up.
        Conflict: One of them changed or was merged meanwhile.
    """
    async with unit_of_work():
        pair = await _decidable(viewer, pair_id)
        if kept_id not in (pair.first.id, pair.second.id):
            raise NotFound
        gone = pair.other_of(kept_id)
        kept = pair.other_of(gone.id)
        if gone.id not in pair.gone_ids:
            raise Invalid.of("keep", "Only records of your own side can be merged into another one.")
        return await _merge(viewer, pair, kept, gone, frozenset(taken))


async def _merge(viewer: Viewer, pair: PairDetail, kept: Party, gone: Party, taken: frozenset[str]) -> int:
    now = dt.datetime.now(dt.UTC)
    await _point(kept.id, gone.id, now)
    followers = [row["id"] for row in await fetch("select id from account where merged_into = {}", gone.id)]
    await execute("update account set merged_into = {} where merged_into = {}", kept.id, gone.id)
    changes = await _take(kept, gone, taken) if may_take(viewer, kept, gone) else {}
    links = await _share_links(kept.id, gone.id, today(viewer), across=pair.is_across)
    merge_id = await fetch_value(
        "insert into account_merge (kept, gone, is_across, changes, links, followers, merged_at,"
        " merged_by_user_id) values ({}, {}, {}, {}, {}, {}, {}, {}) returning id",
        *(kept.id, gone.id, pair.is_across, json.dumps(changes, ensure_ascii=False), json.dumps(links)),
        *(json.dumps(followers), now, viewer.user_id),
    )
    await execute(
        "update duplicate_pair set state = 'merged', decided_at = {}, decided_by_user_id = {} where id = {}",
        *(now, viewer.user_id, pair.id),
    )
    await index_accounts([kept.id])
    said = {name.partition(".")[2]: (before, after) for name, (before, after) in changes.items()}
    action = _action("network.merged", across=pair.is_across)
    await _tell(viewer, action, gone.id, {"merged_into": (None, kept.id)})
    await _tell(viewer, action, kept.id, {"merged": (None, gone.id), **said})
    return int(merge_id)


def may_take(viewer: Viewer, kept: Party, gone: Party) -> bool:
    """Tell whether the kept account may be given values of the other one.

    It must be a record of the viewer's own side, and no dealer's words may reach another dealer.
    """
    side = Owner.DEALER if viewer.is_dealer_side else Owner.MANUFACTURER
    leaks = kept.dealer_id != gone.dealer_id and gone.owner is Owner.DEALER
    return kept.owner is side and not leaks


async def _tell(viewer: Viewer, action: str, account_id: int, changes: dict[str, tuple[Any, Any]]) -> None:
    await record(viewer.signature(MERGE), action, Subject.of("account", account_id), changes)


def _action(name: str, *, across: bool) -> str:
    """Return the word of the audit log; dealers' people are not shown what was done over their border."""
    return f"{name}_across" if across else name


async def _point(kept_id: int, gone_id: int, now: dt.datetime) -> None:
    """Let one account point to the other, both of which must stand; the rows stay locked until the commit."""
    for account_id, target in sorted(((kept_id, None), (gone_id, kept_id))):
        found = await execute(
            "update account set merged_into = {}, version = version + 1, updated_at = {}"
            " where id = {} and merged_into is null",
            *(target, now, account_id),
        )
        if not found:
            raise Conflict


async def _take(kept: Party, gone: Party, taken: frozenset[str]) -> Changes:
    """Give the kept account the chosen values of the other one, and return what changed."""
    changes: Changes = {}
    for name in MERGED_FIELDS[kept.kind]:
        before, after = kept.values[name], gone.values[name]
        if name not in taken or before == after:
            continue
        table = "account" if name in _ACCOUNT_FIELDS else kept.kind.value
        columns = _PLACE if name == "place" else (name,)
        for column, old, new in zip(columns, _cells(name, before), _cells(name, after), strict=True):
            changes[f"{table}.{column}"] = [old, new]
    for place, (_, new) in changes.items():
        await _write(place, kept.id, new)
    return changes


def _cells(name: str, value: Any) -> tuple[Any, ...]:
    if name == "place":
        return (None, None) if value is None else tuple(value)
    return (value,)


async def _write(place: str, account_id: int, value: Any) -> None:
    table, column = place.split(".")
    key = "id" if table == "account" else "account"
    await execute(f"update {table} set {column} = {{}} where {key} = {{}}", value, account_id)


async def _share_links(kept_id: int, gone_id: int, on: dt.date, *, across: bool) -> list[int]:
    """Give the kept account, from a day on, the suppliers and buyers only the other one had.

    Over the border of two dealers it gets further suppliers only, and no buyer another dealer: whose a
    sale is follows the links. Returns the links made.
    """
    running = "from_on <= {} and (to_on is null or to_on > {})"
    has_main = await fetch_value(
        f"select 1 from supply_link where buyer = {{}} and is_primary = true and {running} limit 1",
        *(kept_id, on, on),
    )
    made = []
    sides = (("buyer", "supplier"),) if across else (("buyer", "supplier"), ("supplier", "buyer"))
    for mine, theirs in sides:
        rows = await fetch(
            f"select l.{theirs} as other, max(case when l.is_primary then 1 else 0 end) as is_main,"
            f" max(l.source) as source from supply_link l where l.{mine} = {{}} and l.{theirs} <> {{}}"
            " and l.from_on <= {} and (l.to_on is null or l.to_on > {}) and not exists"
            f" (select 1 from supply_link k where k.{mine} = {{}} and k.{theirs} = l.{theirs}"
            f" and (k.to_on is null or k.to_on > {{}})) group by l.{theirs} order by 2 desc, 1",
            *(gone_id, kept_id, on, on, kept_id, on),
        )
        for row in rows:
            is_main = bool(row["is_main"]) and not across and (mine == "supplier" or not has_main)
            has_main = has_main or is_main
            parties = {mine: kept_id, theirs: row["other"]}
            made.append(
                await fetch_value(
                    "insert into supply_link (supplier, buyer, from_on, is_primary, source)"
                    " values ({}, {}, {}, {}, {}) returning id",
                    *(parties["supplier"], parties["buyer"], on, is_main, row["source"]),
                )
            )
    return made


async def undo_merge(viewer: Viewer, merge_id: int) -> int:
    """Take a merge back, and return the account that stands again.

    What was logged at the kept account since stays there; a value that changed again keeps the later change.

    Raises:
        NotFound: There is no such merge, or its accounts are not both the viewer's to see.
        NotAllowed: Others decide about these records.
        Conflict: It was taken back already, or another merge stands on it.
    """
    async with unit_of_work():
        row = await fetch_one(
            "select m.kept, m.gone, m.changes, m.links, m.followers, m.undone_at, p.id as pair, k.merged_into"
            " from account_merge m join account k on k.id = m.kept join duplicate_pair p"
            " on (p.first = m.kept and p.second = m.gone) or (p.first = m.gone and p.second = m.kept)"
            " where m.id = {}",
            merge_id,
        )
        if row is None:
            raise NotFound
        pair = await _decidable(viewer, row["pair"])
        if row["gone"] not in pair.gone_ids:
            raise NotAllowed("Others decide about these records.")
        if row["undone_at"] is not None:
            raise Conflict
        if row["merged_into"] is not None:
            raise Conflict(
                "The record that was kept was merged into another one since. Take that back first."
            )
        await _undo(viewer, merge_id, row, across=pair.is_across)
    return int(row["gone"])


async def _undo(viewer: Viewer, merge_id: int, row: dict[str, Any], *, across: bool) -> None:
    now = dt.datetime.now(dt.UTC)
    kept, gone = row["kept"], row["gone"]
    done = await execute(
        "update account_merge set undone_at = {}, undone_by_user_id = {} where id = {} and undone_at is null",
        *(now, viewer.user_id, merge_id),
    )
    if not done:
        raise Conflict
    touch = "update account set version = version + 1, updated_at = {} where id = {}"
    await execute(touch, now, kept)
    await execute(touch, now, gone)
    await execute("update account set merged_into = null where id = {}", gone)
    for follower in json.loads(row["followers"]):
        await execute(
            "update account set merged_into = {} where id = {} and merged_into = {}", gone, follower, kept
        )
    for place, (before, after) in json.loads(row["changes"]).items():
        await _restore(place, kept, before, after)
    for link in json.loads(row["links"]):
        await execute("delete from supply_link where id = {}", link)
    await execute(
        "update duplicate_pair set state = 'open', decided_at = null, decided_by_user_id = null"
        " where id = {}",
        row["pair"],
    )
    await index_accounts([kept])
    action = _action("network.merge_undone", across=across)
    await _tell(viewer, action, gone, {"merged_into": (kept, None)})
    await _tell(viewer, action, kept, {"merged": (gone, None)})


async def _restore(place: str, account_id: int, before: Any, after: Any) -> None:
    """Put a value back unless somebody changed it again since the merge."""
    table, column = place.split(".")
    key = "id" if table == "account" else "account"
    now = await fetch_value(f"select {column} from {table} where {key} = {{}}", account_id)
    if now == after:
        await _write(place, account_id, before)
