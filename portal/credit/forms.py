"""Forms of credit: text in, commands out, every problem at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.credit.commands import ContactCommand, HoldCommand, PurposeCommand, TermsCommand
from portal.credit.model import Channel, HoldReason
from portal.network.identifiers import holds_resident_number

if TYPE_CHECKING:
    import datetime as dt

    from portal.web.forms import FormReader

REASON_MAX, CONTRACT_MAX, KEY_MAX = 400, 60, 60
_TERMS_MAX_DAYS, _LIMIT_MAX = 365, 10**15


def read_terms(form: FormReader, decimals: int) -> TermsCommand:
    """Read a limit and terms; the limit is typed in whole currency units.

    Args:
        form: The form.
        decimals: Digits of the minor unit, 0 for won.

    Raises:
        Invalid: With everything found wrong.
    """
    limit = form.optional_integer("limit", most=_LIMIT_MAX)
    command = TermsCommand(
        from_on=form.date("from_on"),
        limit_minor=None if limit is None else limit * 10**decimals,
        terms_days=form.integer("terms_days", most=_TERMS_MAX_DAYS),
        signed_on=_optional_day(form, "signed_on"),
        contract_number=_free_text(form, "contract_number", CONTRACT_MAX, shortest=0),
        reason=_free_text(form, "reason", REASON_MAX),
    )
    form.check()
    return command


def read_hold(form: FormReader) -> HoldCommand:
    """Read a hold.

    Raises:
        Invalid: With everything found wrong.
    """
    command = HoldCommand(form.member("reason_code", HoldReason), _free_text(form, "hold_reason", REASON_MAX))
    form.check()
    return command


def read_reason(form: FormReader, field: str) -> str:
    """Read why something is done.

    Raises:
        Invalid: None is given.
    """
    reason = _free_text(form, field, REASON_MAX)
    form.check()
    return reason


def read_purpose(form: FormReader) -> PurposeCommand:
    """Read a payment and the document it is meant for.

    Raises:
        Invalid: With everything found wrong.
    """
    command = PurposeCommand(
        form.text("payment", longest=KEY_MAX), form.text("document", longest=KEY_MAX, shortest=0)
    )
    form.check()
    return command


def read_contact(form: FormReader, decimals: int) -> ContactCommand:
    """Read what was said; a promise has an amount in whole currency units and a day, a follow-up has both.

    Args:
        form: The form.
        decimals: Digits of the minor unit, 0 for won.

    Raises:
        Invalid: With everything found wrong.
    """
    amount = form.optional_integer("promised", least=1, most=_LIMIT_MAX)
    promised_on, due_on = _optional_day(form, "promised_on"), _optional_day(form, "due_on")
    owner = form.optional_integer("owner", least=1)
    command = ContactCommand(
        held_on=form.date("held_on"),
        channel=form.member("channel", Channel),
        text=_free_text(form, "said", REASON_MAX),
        promised_minor=None if amount is None else amount * 10**decimals,
        promised_on=promised_on,
        owner_user_id=owner,
        due_on=due_on,
    )
    if (amount is None) != (promised_on is None):
        form.refuse("promised_on" if amount else "promised", "A promise has an amount and a day.")
    if promised_on is not None and promised_on < command.held_on:
        form.refuse("promised_on", "The day lies before the talk.")
    if (owner is None) != (due_on is None):
        form.refuse("due_on" if owner else "owner", "A follow-up has a person and a day.")
    form.check()
    return command


def _optional_day(form: FormReader, field: str) -> dt.date | None:
    return form.date(field) if form.values.get(field) else None


def _free_text(form: FormReader, field: str, longest: int, *, shortest: int = 2) -> str:
    text = form.text(field, longest=longest, shortest=shortest)
    if holds_resident_number(text):
        form.refuse(field, "This looks like a resident registration number. It may not be kept here.")
    return text
