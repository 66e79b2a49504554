"""Saying which document a payment is meant for, where the payer said so."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.credit.model import CreditRules, data_day
from portal.credit.policies import MANAGE
from portal.credit.queries.dealers import get_dealer
from portal.credit.queries.entries import PAYMENT, last_payment_on, read_accounts
from portal.credit.service.standings import refresh
from portal.db import execute, unit_of_work
from portal.errors import Invalid

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.credit.commands import PurposeCommand


async def name_purpose(
    viewer: Viewer, account_id: int, command: PurposeCommand, rules: CreditRules, today: dt.date
) -> None:
    """Say which document a payment pays first; an empty document takes it back.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
        Invalid: The dealer has no such payment or no such invoice.
    """
    async with unit_of_work():
        dealer = await get_dealer(viewer, account_id, MANAGE)
        as_of = data_day(today, await last_payment_on(), rules)
        account = (await read_accounts([account_id], as_of, rules))[account_id]
        by_key = {entry.key: entry for entry in account.entries}
        payment, meant = by_key.get(command.payment_key), by_key.get(command.document_key)
        if payment is None or payment.kind != PAYMENT:
            raise Invalid.of("payment", "This dealer has no such payment.")
        if command.document_key and (meant is None or meant.kind == PAYMENT or meant.amount_minor <= 0):
            raise Invalid.of("document", "This dealer has no such invoice.")
        source = int(payment.key.split(":", 2)[1])
        await execute(
            "delete from credit_payment_purpose where payment_source = {} and payment_number = {}",
            source,
            payment.number,
        )
        if meant is not None:
            meant_source, kind, _ = meant.key.split(":", 2)
            await execute(
                "insert into credit_payment_purpose (account, payment_source, payment_number,"
                " document_source, document_kind, document_number, actor_user_id, at)"
                " values ({}, {}, {}, {}, {}, {}, {}, {})",
                account_id,
                source,
                payment.number,
                int(meant_source),
                int(kind),
                meant.number,
                viewer.user_id,
                dt.datetime.now(dt.UTC),
            )
        await refresh([account_id], as_of, rules)
        await record(
            dealer.signature(viewer, MANAGE),
            "credit.purpose",
            Subject.of("credit", account_id),
            {payment.number: (payment.names or None, command.document_key or None)},
        )
