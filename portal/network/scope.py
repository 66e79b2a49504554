"""Whose records a viewer may see, as SQL: the part of the network, then ownership and sharing.

Two questions, always asked together. *Is the account in the viewer's part of the network?* Network-wide roles
see everything, a regional manager the region's subtree, a representative the dealers assigned today, a
dealer's people the accounts of their dealer. *Is it open to the viewer's side?* What a dealer entered is
his: the manufacturer's side sees it only while the dealer's grant for that purpose is open.

Every fragment is a condition over an alias of ``account`` and works in any query of any slice::

    seen = visible_accounts(viewer, "a")
    await fetch(f"select a.id from account a where {seen.sql} and a.kind = {{}}", *seen.args, "terminal")

Rules and reasons: docs/algorithms/ownership.md. Source: 대리점법 시행령 7조 2호.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from portal.access import POLICIES, Role
from portal.network.model import Kind, Owner, Purpose

if TYPE_CHECKING:
    from portal.access import Viewer


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of a WHERE clause, in brackets where needed, and the values of its ``{}`` places in order."""

    sql: str
    args: tuple[Any, ...] = ()

    def __and__(self, other: Condition) -> Condition:
        if self == ALWAYS:
            return other
        if other == ALWAYS:
            return self
        return Condition(f"{self.sql} and {other.sql}", (*self.args, *other.args))


ALWAYS = Condition("1 = 1")
NEVER = Condition("1 = 0")


def all_of(*conditions: Condition) -> Condition:
    """Join conditions with AND, keeping their values in order."""
    joined = ALWAYS
    for condition in conditions:
        joined = joined & condition
    return joined


def in_regions(paths: tuple[str, ...], column: str) -> Condition:
    """Say that a region column lies in one of the subtrees.

    Args:
        paths: Materialised paths such as ``/KR/CC/``; each stands for itself and everything below it.
        column: SQL expression of a region id, such as ``a.region``.
    """
    if not paths:
        return NEVER
    prefixes = " or ".join("substr(path, 1, {}) = {}" for _ in paths)
    args = tuple(value for path in paths for value in (len(path), path))
    return Condition(f"{column} in (select id from region where {prefixes})", args)  # noqa: S608  from code


def in_scope(viewer: Viewer, alias: str, on: dt.date | None = None, policy: str = "") -> Condition:
    """Say that an account is in the viewer's part of the network, shared or not.

    Alone it is for counts only; records need ``visible_accounts``.

    Args:
        viewer: Who asks.
        alias: Alias of ``account`` in the query, from code.
        on: Day on which assignments of representatives count; None = today in the viewer's zone.
        policy: Only grants that hold this policy count; writes name theirs. Empty = all grants.
    """
    scope = viewer.scope_for(policy) if policy else viewer.scope
    if scope.everything:
        return ALWAYS
    dealers = tuple(sorted({*scope.account_ids, *scope.dealer_ids}))
    parts = [in_regions(scope.region_paths, f"{alias}.region")] if scope.region_paths else []
    if representatives := _representatives(viewer, policy):
        parts.append(_assigned(representatives, dealers, f"{alias}.dealer", on or today(viewer)))
    elif dealers:
        parts.append(_equals_any(f"{alias}.dealer", dealers))
    if not parts:
        return NEVER
    joined = " or ".join(part.sql for part in parts)
    args = tuple(value for part in parts for value in part.args)
    return Condition(f"({joined})", args)


def shares(dealer: str, purpose: Purpose) -> str:
    """Return a condition that a dealer's grant for a purpose is open now.

    Args:
        dealer: SQL expression of the dealer's account id, such as ``d.id`` or ``a.dealer``; from code.
        purpose: What the grant must open.
    """
    return (
        f"exists (select 1 from sharing_grant sg where sg.dealer = {dealer}"  # noqa: S608  parts come from code
        f" and sg.purpose = '{purpose.value}' and sg.revoked_at is null)"
    )


def open_to_manufacturer(alias: str, purpose: Purpose | None = None) -> str:
    """Return a condition that the manufacturer's side may see an account's record.

    Args:
        alias: Alias of ``account``; from code.
        purpose: What must be shared; None = what the record's own kind calls for.
    """
    own = f"{alias}.owner = '{Owner.MANUFACTURER.value}'"
    if purpose is not None:
        return f"({own} or {shares(f'{alias}.dealer', purpose)})"
    outlets = f"{alias}.kind = '{Kind.OUTLET.value}' and {shares(f'{alias}.dealer', Purpose.OUTLETS)}"
    others = f"{alias}.kind <> '{Kind.OUTLET.value}' and {shares(f'{alias}.dealer', Purpose.TERMINALS)}"
    return f"({own} or {outlets} or {others})"


def sell_through_open(dealer: str) -> str:
    """Return a condition that the manufacturer's side may see a dealer's sell-through figures.

    They are open when they come from the manufacturer's own feed, or when the dealer shares them.

    Args:
        dealer: SQL expression of the dealer's account id; from code.
    """
    own = (
        f"exists (select 1 from dealer sd where sd.account = {dealer}"  # noqa: S608  parts come from code
        f" and sd.sell_through_owner = '{Owner.MANUFACTURER.value}')"
    )
    return f"({own} or {shares(dealer, Purpose.SELL_THROUGH)})"


def visible_accounts(
    viewer: Viewer, alias: str, purpose: Purpose | None = None, on: dt.date | None = None
) -> Condition:
    """Say that the viewer may see an account's record: scope, ownership and sharing.

    Args:
        viewer: Who asks.
        alias: Alias of ``account`` in the query; from code.
        purpose: What must be shared of a dealer's own record; None = what its kind calls for.
        on: Day on which assignments count; None = today in the viewer's zone.
    """
    scope = in_scope(viewer, alias, on)
    if viewer.is_dealer_side:
        return scope
    if purpose is Purpose.SELL_THROUGH:
        return scope & Condition(sell_through_open(f"{alias}.dealer"))
    return scope & Condition(open_to_manufacturer(alias, purpose))


def living(viewer: Viewer, alias: str) -> Condition:
    """Say that an account stands for itself: to the viewer's side it was not merged into another one.

    Towards its own dealer's people a record that was merged over the border to another dealer stays what it
    was: they are not told of that dealer's account.
    """
    if not viewer.is_dealer_side:
        return Condition(f"{alias}.merged_into is null")
    return Condition(
        f"({alias}.merged_into is null or exists (select 1 from account mk where mk.id = {alias}.merged_into"  # noqa: S608  from code
        f" and coalesce(mk.dealer, 0) <> coalesce({alias}.dealer, 0)))"
    )


def family(viewer: Viewer, account_id: int, column: str) -> Condition:
    """Say that a column names an account or one that was merged into it, each of them the viewer's to see.

    Args:
        viewer: Who asks.
        account_id: The account that stands.
        column: SQL expression of an account id; from code.
    """
    seen = visible_accounts(viewer, "f")
    sql = (
        f"{column} in (select f.id from account f where (f.id = {{}} or f.merged_into = {{}})"  # noqa: S608  from code
        f" and {seen.sql})"
    )
    return Condition(sql, (account_id, account_id, *seen.args))


def kin(viewer: Viewer, account: str = "a.id", dealer: str = "a.dealer") -> str:
    """Return SQL of the ids of an account and of those merged into it, to stand behind ``in``.

    To a dealer's people a record that was merged over the border is no part of the account it leads to.

    Args:
        viewer: Who asks.
        account: SQL expression of its id in the query around; from code.
        dealer: SQL expression of its dealer's id; from code.
    """
    near = f" and coalesce(f.dealer, 0) = coalesce({dealer}, 0)" if viewer.is_dealer_side else ""
    return f"(select {account} union all select f.id from account f where f.merged_into = {account}{near})"  # noqa: S608  from code


def visible_sell_through(viewer: Viewer, alias: str) -> Condition:
    """Say that the viewer may see the sell-through figures of an account he may see."""
    if viewer.is_dealer_side:
        return ALWAYS
    return Condition(sell_through_open(f"{alias}.dealer"))


def visible_contacts(viewer: Viewer, contact: str, alias: str) -> Condition:
    """Say that the viewer may see a contact.

    Args:
        viewer: Who asks.
        contact: Alias of ``contact``; from code.
        alias: Alias of the contact's ``account``; from code.
    """
    seen = visible_accounts(viewer, alias)
    if viewer.is_dealer_side:
        return seen
    own = f"{contact}.owner = '{Owner.MANUFACTURER.value}'"
    return seen & Condition(f"({own} or {shares(f'{alias}.dealer', Purpose.CONTACTS)})")


def today(viewer: Viewer) -> dt.date:
    """Return the current day in the viewer's business zone."""
    return dt.datetime.now(ZoneInfo(viewer.zone)).date()


def _representatives(viewer: Viewer, policy: str) -> tuple[int, ...]:
    """Users whose dated assignments count: the viewer and absent people, where they are representatives."""
    if policy and Role.SALES_REPRESENTATIVE not in POLICIES[policy].roles:
        return ()
    people = [(viewer.user_id, viewer.grants)]
    people += [(absent.user_id, absent.grants) for absent in viewer.deputy_for]
    return tuple(
        user for user, grants in people if any(grant.role is Role.SALES_REPRESENTATIVE for grant in grants)
    )


def _assigned(users: tuple[int, ...], dealers: tuple[int, ...], column: str, on: dt.date) -> Condition:
    """Dealers assigned on a day and dealers named by grants, as one list that a database joins from."""
    who = _equals_any("user_id", users)
    sql = f"select dealer from representative_assignment where {who.sql}"  # noqa: S608  from code
    sql += " and from_on <= {} and (to_on is null or to_on > {})"
    args: tuple[Any, ...] = (*who.args, on, on)
    if dealers:
        named = _equals_any("id", dealers)
        sql, args = f"{sql} union select id from account where {named.sql}", (*args, *named.args)  # noqa: S608  from code
    return Condition(f"{column} in ({sql})", args)


def _equals_any(column: str, values: tuple[int, ...]) -> Condition:
    if len(values) == 1:
        return Condition(f"{column} = {{}}", values)
    return Condition(f"{column} in ({', '.join('{}' for _ in values)})", values)
