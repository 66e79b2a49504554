"""Credit as files: the list of dealers, and a dealer's own orders, returns and payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.credit import words
from portal.credit.model import ContractState, HoldState
from portal.credit.queries.entries import PAYMENT
from portal.web.i18n import gettext, translate
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from portal.credit.model import CreditRules
    from portal.credit.queries.entries import DealerAccount

_BATCH = 500


def bucket_labels(rules: CreditRules) -> tuple[str, ...]:
    """Return the names of the five buckets in the current language."""
    first, second, third = rules.last_days
    spans = ((1, first), (first + 1, second), (second + 1, third))
    return (
        gettext("Not due"),
        *(translate("%(first)s–%(last)s days late", first=a, last=b) for a, b in spans),
        translate("More than %(days)s days late", days=third),
    )


def short_labels(rules: CreditRules) -> tuple[str, ...]:
    """Return the days of the four late buckets as figures, for narrow columns."""
    first, second, third = rules.last_days
    return f"1–{first}", f"{first + 1}–{second}", f"{second + 1}–{third}", f"> {third}"


def list_columns(rules: CreditRules, tiers: Mapping[str, str]) -> list[Column]:
    """Return the columns of the list in the current language; amounts are exact minor units.

    Args:
        rules: Buckets of late amounts.
        tiers: Names of the service tiers by id.
    """
    names = ("not_due_minor", "late_1_minor", "late_2_minor", "late_3_minor", "late_4_minor")
    buckets = [Column(name, label) for name, label in zip(names, bucket_labels(rules), strict=True)]
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 30),
        Column("region", gettext("Region")),
        Column("as_of_on", gettext("As of")),
        Column("limit_minor", gettext("Limit")),
        Column("balance_minor", gettext("Balance")),
        *buckets,
        Column("overdue_minor", gettext("Overdue")),
        Column("overdue_bp", gettext("Overdue ratio, %"), 12, _percent),
        Column("dso_tenths", gettext("Days sales outstanding"), 12, _tenths),
        Column("oldest_due_on", gettext("Oldest due day")),
        Column("contract", gettext("Contract"), 22, _contract),
        Column("service_tier", gettext("Service tier"), 14, lambda tier: tiers.get(tier, "")),
        Column("order_minor", gettext("Orders a month")),
        Column("in_time_bp", gettext("Paid in time, %"), 12, _percent),
        Column("hold", gettext("Hold"), 16, _hold),
    ]


def history_columns() -> list[Column]:
    """Return the columns of a dealer's own history in the current language."""
    return [
        Column("on", gettext("Day")),
        Column("kind", gettext("Kind"), 12, lambda kind: gettext(words.ENTRIES[kind])),
        Column("number", gettext("Number"), 22),
        Column("supply_minor", gettext("Supply value")),
        Column("vat_minor", gettext("VAT")),
        Column("deposit_minor", gettext("Container deposit")),
        Column("amount_minor", gettext("Effect on the balance")),
        Column("balance_minor", gettext("Balance")),
        Column("due_on", gettext("Due")),
        Column("open_minor", gettext("Still to pay")),
        Column("settled_on", gettext("Paid in full on")),
    ]


async def history_rows(account: DealerAccount) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield a dealer's entries, oldest first, with the balance after each, in batches."""
    paid = {item.charge.key: item for item in account.allocation.settled}
    balance, rows = 0, []
    for entry in account.entries:
        balance += entry.amount_minor
        item = paid.get(entry.key)
        rows.append(
            {
                "on": entry.on,
                "kind": entry.kind,
                "number": entry.number,
                "supply_minor": entry.supply_minor,
                "vat_minor": entry.vat_minor,
                "deposit_minor": entry.deposit_minor,
                "amount_minor": entry.amount_minor,
                "balance_minor": balance,
                "due_on": entry.due_on if entry.kind != PAYMENT and entry.amount_minor > 0 else None,
                "open_minor": item.open_minor if item else None,
                "settled_on": item.settled_on if item else None,
            }
        )
        if len(rows) == _BATCH:
            yield rows
            rows = []
    yield rows


def chosen(query: dict[str, str], names: Sequence[str]) -> str:
    """Return a filter as a short note."""
    return " ".join(f"{name}={query[name]}" for name in names if query.get(name))


def _percent(basis_points: int | None) -> str:
    if basis_points is None:
        return gettext("n/a")
    return f"{basis_points // 100}.{basis_points % 100:02d}"


def _tenths(tenths: int | None) -> str:
    return gettext("n/a") if tenths is None else f"{tenths // 10}.{tenths % 10}"


def _contract(state: str) -> str:
    return gettext(words.CONTRACTS[ContractState(state)])


def _hold(state: str | None) -> str:
    return gettext(words.HOLDS[HoldState(state)]) if state else ""
