"""Who is asking, what that person may do, and which part of the network that person may see.

Two questions are kept apart. *May this person do it at all?* is answered by a policy: a name and the roles
that hold it; every route names one and unknown names are refused. *For which records?* is answered by a
``Scope``, which queries turn into SQL conditions; a record outside of it does not exist for the viewer.

A deputy (대결자) uses the absent person's grants between two dates. What is done that way is recorded for
both people, and neither of them can be the second person of a two-person rule.
"""

from __future__ import annotations

import datetime as dt
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


# Id of the request being answered, for logs and the audit log; empty outside of a request.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")


class Role(StrEnum):
    """What a person may be in the network; a person may hold several, each for its own part of it."""

    ADMINISTRATOR = "administrator"
    RULE_AUTHOR = "rule_author"
    RULE_APPROVER = "rule_approver"
    REGIONAL_MANAGER = "regional_manager"
    SALES_REPRESENTATIVE = "sales_representative"
    DEALER_OWNER = "dealer_owner"
    DEALER_STAFF = "dealer_staff"
    MARKETING = "marketing"
    FINANCE = "finance"
    AUDITOR = "auditor"


DEALER_SIDE = frozenset({Role.DEALER_OWNER, Role.DEALER_STAFF})
MANUFACTURER_SIDE = frozenset(Role) - DEALER_SIDE
# These roles see the whole network unless the grant names a region; the others see only what it names.
NETWORK_WIDE = MANUFACTURER_SIDE - {Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE}
EVERYONE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held for a part of the network.

    Attributes:
        role: What the person is.
        region_path: Materialised path of a region, such as ``/1/4/``; its whole subtree is included.
        account_id: The dealer of a dealer's person, or one dealer assigned to a sales representative.
    """

    role: Role
    region_path: str | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the network a viewer may see, as values for SQL conditions.

    An empty scope (nothing set) sees no record.

    Attributes:
        everything: The whole network; the other attributes do not matter then.
        region_paths: Prefixes of region paths; a region is inside when its path starts with one of them.
        account_ids: Dealers assigned to a representative, sorted.
        dealer_ids: The dealers a dealer-side person belongs to, sorted: he sees these and what they supply,
            and what they own is theirs, not the manufacturer's.
    """

    everything: bool = False
    region_paths: tuple[str, ...] = ()
    account_ids: tuple[int, ...] = ()
    dealer_ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, grants: Iterable[Grant]) -> Scope:
        """Unite what the grants open."""
        everything = False
        regions: set[str] = set()
        accounts: set[int] = set()
        dealers: set[int] = set()
        for grant in grants:
            if grant.role in DEALER_SIDE:
                dealers.update(() if grant.account_id is None else (grant.account_id,))
            elif grant.region_path is None and grant.account_id is None:
                everything = everything or grant.role in NETWORK_WIDE
            else:
                regions.update(() if grant.region_path is None else (grant.region_path,))
                accounts.update(() if grant.account_id is None else (grant.account_id,))
        return cls(everything, tuple(sorted(regions)), tuple(sorted(accounts)), tuple(sorted(dealers)))

    @property
    def is_empty(self) -> bool:
        """Whether no record at all is inside."""
        return not (self.everything or self.region_paths or self.account_ids or self.dealer_ids)

    def covers(self, region_path: str | None = None, account_id: int | None = None) -> bool:
        """Tell whether a record with this region path or dealer account is inside."""
        if self.everything:
            return True
        if account_id is not None and account_id in (*self.account_ids, *self.dealer_ids):
            return True
        return region_path is not None and region_path.startswith(self.region_paths)


class AuditClass(StrEnum):
    """What the audit log keeps about the use of a policy."""

    NONE = "none"
    WRITE = "write"
    SENSITIVE_READ = "sensitive_read"


@dataclass(frozen=True, slots=True)
class Policy:
    """A named permission.

    Attributes:
        name: ``slice.action``, unique.
        roles: The roles that hold it.
        audit: What the audit log keeps when it is used.
    """

    name: str
    roles: frozenset[Role]
    audit: AuditClass = AuditClass.NONE


PUBLIC = "public"
SIGNED_IN = "signed_in"
POLICIES: dict[str, Policy] = {name: Policy(name, EVERYONE) for name in (PUBLIC, SIGNED_IN)}


def register(*policies: Policy) -> None:
    """Add a slice's policies.

    Raises:
        ValueError: A name is taken by a policy with other content.
    """
    for policy in policies:
        if POLICIES.setdefault(policy.name, policy) != policy:
            raise ValueError(f"policy {policy.name!r} is registered twice")


class Acting(Protocol):
    """Somebody who did or does something: a viewer, or the signature kept of one."""

    @property
    def people(self) -> frozenset[int]:
        """Ids of everybody whose part is being taken."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who did something, as records keep it.

    Attributes:
        user_id: The person at the keyboard.
        on_behalf_of: The absent person a deputy acted for, or None.
    """

    user_id: int
    on_behalf_of: int | None = None

    @property
    def people(self) -> frozenset[int]:
        """Ids of both people."""
        return frozenset({self.user_id} | ({self.on_behalf_of} if self.on_behalf_of is not None else set()))


@dataclass(frozen=True, slots=True)
class DeputyFor:
    """An absent person whose grants the viewer may use today.

    Attributes:
        user_id: The absent person.
        name: That person's name.
        grants: What that person may do.
        from_on: First day, inclusive.
        to_on: Last day, inclusive.
    """

    user_id: int
    name: str
    grants: tuple[Grant, ...]
    from_on: dt.date
    to_on: dt.date


@dataclass(frozen=True)
class Viewer:
    """The signed-in person as services and queries see that person.

    Attributes:
        user_id: Row of ``login_user``.
        name: Name shown to others, NFC.
        login: Sign-in name.
        locale: ``ko`` or ``en``.
        theme: ``system``, ``light`` or ``dark``.
        grants: The person's own active grants.
        deputy_for: Absent people whose grants count today.
        zone: Business time zone.
        session_hash: SHA-256 of the session token, in hex; empty outside of a web session.
    """

    user_id: int
    name: str
    login: str
    locale: str = "ko"
    theme: str = "system"
    grants: tuple[Grant, ...] = ()
    deputy_for: tuple[DeputyFor, ...] = ()
    zone: str = "Asia/Seoul"
    session_hash: str = field(default="", repr=False)

    @cached_property
    def all_grants(self) -> tuple[Grant, ...]:
        """Own grants first, then those of the absent people."""
        return (*self.grants, *(grant for absent in self.deputy_for for grant in absent.grants))

    @cached_property
    def roles(self) -> frozenset[Role]:
        """Every role held, as a deputy too."""
        return frozenset(grant.role for grant in self.all_grants)

    @cached_property
    def scope(self) -> Scope:
        """Everything the viewer may see under any grant: for lists that several roles share."""
        return Scope.of(self.all_grants)

    @property
    def is_dealer_side(self) -> bool:
        """Whether the viewer belongs to a dealer; nobody holds roles of both sides."""
        return bool(self.roles & DEALER_SIDE)

    @property
    def people(self) -> frozenset[int]:
        """The viewer and everybody the viewer deputises for."""
        return frozenset({self.user_id, *(absent.user_id for absent in self.deputy_for)})

    def has_role(self, *roles: Role) -> bool:
        """Tell whether the viewer holds any of the roles."""
        return not self.roles.isdisjoint(roles)

    def allowed(self, policy_name: str) -> bool:
        """Tell whether the viewer holds a policy; an unknown one is held by nobody."""
        policy = POLICIES.get(policy_name)
        if policy is None:
            return False
        return policy_name in (PUBLIC, SIGNED_IN) or not self.roles.isdisjoint(policy.roles)

    def scope_for(self, policy_name: str) -> Scope:
        """Return what the viewer may see or change *under one policy*.

        Somebody who is auditor of everything and manager of one region may sign off in that region only:
        writes use this scope, not ``scope``.
        """
        policy = POLICIES.get(policy_name)
        roles = frozenset() if policy is None else policy.roles
        return Scope.of(grant for grant in self.all_grants if grant.role in roles)

    def signature(
        self, policy_name: str, region_path: str | None = None, account_id: int | None = None
    ) -> Signature:
        """Return whose name an action carries.

        When the viewer's own grants hold the policy (for the record, if one is named), it is the viewer's
        alone; otherwise it is done on behalf of the first absent person whose grants hold it.
        """
        policy = POLICIES.get(policy_name)
        roles = EVERYONE if policy is None else policy.roles

        def holds(grants: tuple[Grant, ...]) -> bool:
            fitting = [grant for grant in grants if grant.role in roles]
            if region_path is None and account_id is None:
                return bool(fitting)
            return Scope.of(fitting).covers(region_path, account_id)

        if not holds(self.grants):
            for absent in self.deputy_for:
                if holds(absent.grants):
                    return Signature(self.user_id, absent.user_id)
        return Signature(self.user_id)


def different_people(first: Acting, second: Acting) -> bool:
    """Tell whether two signatures or viewers make the two people of a two-person rule.

    A deputy counts as the person himself and as everybody he deputises for, so a manager and his own deputy
    are one side, and so are two deputies of the same manager.
    """
    return first.people.isdisjoint(second.people)
