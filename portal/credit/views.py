"""What pages of one dealer's credit show, made from his account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.credit import words
from portal.credit.exports import bucket_labels, short_labels
from portal.credit.model import ContractState, coaching
from portal.credit.queries.entries import PAYMENT
from portal.credit.queries.tiers import service_of
from portal.web.charts import Bar, bars
from portal.web.formats import money_short
from portal.web.i18n import choose, gettext
from rules.service import service_book_on

if TYPE_CHECKING:
    import datetime as dt

    from portal.credit.model import CreditRules
    from portal.credit.queries.entries import DealerAccount
    from rules.kpis import Text

PAYMENTS_SHOWN = 24


def account_view(account: DealerAccount, rules: CreditRules, today: dt.date) -> dict[str, Any]:
    """Return figures, buckets, what is due, newest payments, terms and what to talk about."""
    standing, terms = account.standing, account.terms_on(today)
    limit = terms.limit_minor if terms else None
    labels = bucket_labels(rules)
    numbers = {entry.key: entry.number for entry in account.entries}
    buckets = list(zip(labels, standing.buckets, strict=True))
    return {
        "standing": standing,
        "terms": terms,
        "past_terms": account.terms,
        "limit_minor": limit,
        "available_minor": None if limit is None else max(0, limit - standing.balance_minor),
        "buckets": buckets,
        "ageing": bars(
            [
                Bar(label, value, money_short(value))
                for label, value in zip(
                    (gettext("Not due"), *short_labels(rules)), standing.buckets, strict=True
                )
            ],
            gettext("Ageing, days late"),
        ),
        "due": [
            _due(item, numbers, standing.as_of) for item in account.allocation.settled if item.open_minor
        ],
        "payments": _payments(account, numbers),
        "service": _service(account),
        "coaching": [gettext(words.COACHING[hint]) for hint in coaching(standing, limit, rules)],
        "contract_label": gettext(words.CONTRACTS[standing.contract]),
        "contract_tone": words.CONTRACT_TONES[standing.contract],
        "is_signed_only": standing.contract is ContractState.SIGNED,
        "dso_days": rules.dso_days,
        "channels": {str(code): gettext(text) for code, text in words.CHANNELS.items()},
        "promise_words": {str(code): gettext(text) for code, text in words.PROMISES.items()},
        "promise_tones": {str(code): tone for code, tone in words.PROMISE_TONES.items()},
        "hold_reasons": {str(code): gettext(text) for code, text in words.HOLD_REASONS.items()},
    }


def tier_labels(day: dt.date) -> dict[str, str]:
    """Return the names of the service tiers in force on a day by id, best first."""
    book = service_book_on(day)
    return {tier.id: _said(tier.label) for tier in book.tiers} if book else {}


def _service(account: DealerAccount) -> dict[str, Any] | None:
    """Return a dealer's service tier, its benefits and what the one above takes, in words and figures."""
    service = service_of(account)
    if service is None:
        return None
    return {
        "label": _said(service.book.label),
        "announced_on": service.book.announced_on,
        "months": service.book.order_months,
        "days": service.book.in_time_days,
        "early_days": service.book.early_days,
        "tier": _said(service.tier.label) if service.tier else "",
        "order_minor": service.order_minor,
        "in_time_bp": service.in_time_bp,
        "next": _said(service.next_up.label) if service.next_up else "",
        "order_gap_minor": service.order_gap_minor,
        "in_time_gap_bp": service.in_time_gap_bp,
        "rows": [
            {
                "label": _said(tier.label),
                "is_own": tier is service.tier,
                "tier": tier,
                "gives": tier.benefits,
            }
            for tier in service.book.tiers
        ],
    }


def _said(text: Text) -> str:
    return choose(text["ko"], text["en"])


def _due(item: Any, numbers: dict[str, str], as_of: dt.date) -> dict[str, Any]:
    late = (as_of - item.charge.due_on).days
    return {
        "key": item.charge.key,
        "number": numbers[item.charge.key],
        "on": item.charge.on,
        "due_on": item.charge.due_on,
        "amount_minor": item.charge.amount_minor,
        "open_minor": item.open_minor,
        "late_days": max(0, late),
    }


def _payments(account: DealerAccount, numbers: dict[str, str]) -> list[dict[str, Any]]:
    """Return the newest payments with the documents each one pays."""
    pays: dict[str, list[str]] = {}
    for item in account.allocation.settled:
        for piece in item.pieces:
            pays.setdefault(piece.credit_key, []).append(numbers[item.charge.key])
    found = [entry for entry in account.entries if entry.kind == PAYMENT][-PAYMENTS_SHOWN:]
    return [
        {
            "key": entry.key,
            "number": entry.number,
            "on": entry.on,
            "amount_minor": -entry.amount_minor,
            "pays": pays.get(entry.key, []),
            "named": numbers.get(entry.names, ""),
        }
        for entry in reversed(found)
    ]
