"""Agreeing on limits and terms: dated, never changed afterwards, never worse for days that have passed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.credit.model import CreditRules, data_day
from portal.credit.policies import MANAGE
from portal.credit.queries.dealers import get_dealer
from portal.credit.queries.entries import last_payment_on, read_accounts
from portal.credit.service.standings import refresh
from portal.db import execute, unit_of_work
from portal.errors import Invalid

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.credit.commands import TermsCommand


async def agree_terms(
    viewer: Viewer, account_id: int, command: TermsCommand, rules: CreditRules, today: dt.date
) -> None:
    """Note a limit and terms from a day on.

    The first terms of a dealer may begin in the past, as his contract did; later ones begin today or later,
    because nobody is bound afterwards by terms he did not know.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
        Invalid: The day is past, or the signature is in the future.
    """
    async with unit_of_work():
        dealer = await get_dealer(viewer, account_id, MANAGE)
        as_of = data_day(today, await last_payment_on(), rules)
        before = (await read_accounts([account_id], as_of, rules))[account_id]
        if before.terms and command.from_on < today:
            raise Invalid.of("from_on", "New terms begin today or later.")
        if command.signed_on is not None and command.signed_on > today:
            raise Invalid.of("signed_on", "This day is still to come.")
        by = dealer.signature(viewer, MANAGE)
        await execute(
            "insert into credit_terms (account, from_on, limit_minor, terms_days, signed_on,"
            " contract_number, reason, actor_user_id, actor_for_user_id, at)"
            " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            account_id,
            command.from_on,
            command.limit_minor,
            command.terms_days,
            command.signed_on,
            command.contract_number,
            command.reason,
            by.user_id,
            by.on_behalf_of,
            dt.datetime.now(dt.UTC),
        )
        await refresh([account_id], as_of, rules)
        old = before.terms_on(command.from_on)
        await record(
            by,
            "credit.terms",
            Subject.of("credit", account_id),
            {
                "limit_minor": (old.limit_minor if old else None, command.limit_minor),
                "terms_days": (old.terms_days if old else None, command.terms_days),
                "from_on": (old.from_on if old else None, command.from_on),
            },
            note=command.reason,
        )
