"""The network's answers to the search field: accounts, contacts and products the viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from portal.audit.model import Subject
from portal.audit.service import record_read
from portal.db import fetch
from portal.network.indexing import KIND_OF
from portal.network.model import Kind
from portal.network.policies import PEOPLE
from portal.network.scope import living, visible_accounts, visible_contacts
from portal.search.model import Hit, RecordKind, rank
from portal.search.queries import matching, narrowed, register_finder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.access import Viewer

_CANDIDATES = 200
"""Rows looked at to find the best: with more matches than that, the best of the first ones by id."""


@dataclass(frozen=True, slots=True)
class AccountFinder:
    """Finds dealers, outlets or terminals by name, code or business number."""

    account_kind: Kind
    kind: RecordKind
    label: str
    list_url: str
    is_personal: bool = False

    async def find(self, viewer: Viewer, text: str, limit: int) -> list[Hit]:
        """Return the best hits, best first."""
        found, args = await narrowed(self.kind, text, "a.id")
        seen = visible_accounts(viewer, "a") & living(viewer, "a")
        rows = await fetch(
            "select a.id, a.name, a.code, a.area, coalesce(b.name, '') as dealer from account a"  # noqa: S608  from code
            f" left join account b on b.id = a.dealer where a.kind = '{self.account_kind.value}'"
            f" and {found} and {seen.sql} limit {_CANDIDATES}",
            *args,
            *seen.args,
        )
        is_dealer = self.account_kind is Kind.DEALER
        hits = (
            Hit(
                self.kind,
                row["name"],
                _joined(row["code"], row["area"], "" if is_dealer else row["dealer"]),
                f"{self.list_url}/{row['id']}",
            )
            for row in rows
        )
        return _best(hits, text, limit)


@dataclass(frozen=True, slots=True)
class ContactFinder:
    """Finds people by name, for those who may see people; a look at any is recorded."""

    kind: RecordKind = RecordKind.CONTACT
    label: str = "Contacts"
    list_url: str = "/contacts"
    is_personal: bool = True

    async def find(self, viewer: Viewer, text: str, limit: int) -> list[Hit]:
        """Return the best hits, best first."""
        if not viewer.allowed(PEOPLE):
            return []
        found, args = matching(self.kind, text, "c.id")
        seen = visible_contacts(viewer, "c", "a")
        rows = await fetch(
            "select p.name, c.title, a.name as account, a.kind, a.id from contact c"  # noqa: S608  from code
            " join person p on p.id = c.person join account a on a.id = c.account"
            f" where p.erased_at is null and c.ended_on is null and {found} and {seen.sql}"
            f" limit {_CANDIDATES}",
            *args,
            *seen.args,
        )
        if rows:
            await record_read(viewer, Subject.of("list", "contacts"), note="search")
        hits = (
            Hit(self.kind, row["name"], _joined(row["title"], row["account"]), f"/{row['kind']}s/{row['id']}")
            for row in rows
        )
        return _best(hits, text, limit)


@dataclass(frozen=True, slots=True)
class ProductFinder:
    """Finds products by name or code."""

    kind: RecordKind = RecordKind.PRODUCT
    label: str = "Products"
    list_url: str = "/products"
    is_personal: bool = False

    async def find(self, viewer: Viewer, text: str, limit: int) -> list[Hit]:  # noqa: ARG002  everybody may read them
        """Return the best hits, best first."""
        found, args = matching(self.kind, text, "p.id")
        rows = await fetch(
            f"select p.name, p.code, p.category from product p where {found} limit {_CANDIDATES}",  # noqa: S608  from code
            *args,
        )
        hits = (
            Hit(
                self.kind,
                row["name"],
                _joined(row["code"], row["category"]),
                f"/products?q={quote(row['code'])}",
            )
            for row in rows
        )
        return _best(hits, text, limit)


def register_finders() -> None:
    """Offer the network's finders to the search page; called by the application at start."""
    for kind, label in (
        (Kind.DEALER, "Dealers"),
        (Kind.OUTLET, "Second-tier outlets"),
        (Kind.TERMINAL, "Retail points"),
    ):
        register_finder(AccountFinder(kind, KIND_OF[kind.value], label, f"/{kind.value}s"))
    register_finder(ContactFinder())
    register_finder(ProductFinder())


def _best(hits: Iterable[Hit], text: str, limit: int) -> list[Hit]:
    return sorted(hits, key=lambda hit: (*rank(hit.title, text), hit.url))[:limit]


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
