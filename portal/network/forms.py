"""Forms of the network: text in, commands out, every problem at once."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from portal.network import identifiers
from portal.network.commands import (
    AccountCommand,
    ContactCommand,
    RegionCommand,
    StateCommand,
    SupplyCommand,
)
from portal.network.model import ContactRole, Kind, State
from portal.network.queries.duplicates import MERGED_FIELDS
from portal.network.words import CHANNELS, SOURCES

if TYPE_CHECKING:
    import datetime as dt

    from portal.network.queries.duplicates import PairDetail
    from portal.web.forms import FormReader

REASON_MAX, NOTE_MAX = 400, 4000
_TERMS_MAX_DAYS = 365
MICRO, LATITUDE_MOST, LONGITUDE_MOST = 1_000_000, 90, 180
_COORDINATES = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,20})?)\s*[,\s]\s*(-?[0-9]{1,3}(?:\.[0-9]{1,20})?)")


def read_account(form: FormReader, kind: Kind, *, is_new: bool) -> AccountCommand:
    """Read an account; the fields of other kinds are not looked at.

    Raises:
        Invalid: With everything found wrong.
    """
    is_dealer, is_terminal = kind is Kind.DEALER, kind is Kind.TERMINAL
    place = None if is_dealer else _coordinates(form, "coordinates")
    command = AccountCommand(
        kind=kind,
        name=_free_text(form, "name", 120, shortest=1),
        code=form.text("code", longest=60, shortest=int(is_dealer)) if is_new else "",
        region_id=form.optional_integer("region", least=1),
        area=_free_text(form, "area", 80),
        dealer_code="" if is_dealer else form.text("dealer", longest=60),
        business_number=None if is_terminal else _business_number(form),
        address=_free_text(form, "address", 200),
        phone=_phone(form, "phone"),
        channel=form.choice("channel", ("", *CHANNELS)) if is_terminal else "",
        trade_type=_free_text(form, "trade_type", 40) if is_terminal else "",
        latitude_micro=place[0] if place else None,
        longitude_micro=place[1] if place else None,
        opened_on=_optional_date(form, "opened_on") if is_dealer else None,
        payment_terms_days=(
            form.optional_integer("payment_terms_days", most=_TERMS_MAX_DAYS) if is_dealer else None
        ),
    )
    form.check()
    return command


def read_version(form: FormReader) -> int:
    """Read the version a form was filled from.

    Raises:
        Invalid: The form was not one of ours.
    """
    version = form.integer("version", least=1)
    form.check()
    return version


def read_state(form: FormReader) -> StateCommand:
    """Read a change of life-cycle state; the reason is asked for.

    Raises:
        Invalid: With everything found wrong.
    """
    command = StateCommand(form.member("state", State), _free_text(form, "reason", REASON_MAX, shortest=2))
    form.check()
    return command


def read_supply(form: FormReader) -> SupplyCommand:
    """Read a new supplier.

    Raises:
        Invalid: With everything found wrong.
    """
    command = SupplyCommand(
        supplier_kind=Kind(form.choice("supplier_kind", (Kind.DEALER.value, Kind.OUTLET.value))),
        supplier_code=form.text("supplier", longest=60),
        from_on=form.date("from_on"),
        is_primary=form.flag("is_primary"),
        source=form.choice("source", SOURCES) if form.values.get("source") else "recorded",
    )
    form.check()
    return command


def read_end(form: FormReader) -> dt.date:
    """Read the first day on which a supply link no longer holds.

    Raises:
        Invalid: It is no date.
    """
    to_on = form.date("to_on")
    form.check()
    return to_on


def read_contact(form: FormReader) -> ContactCommand:
    """Read a person's role at an account.

    Raises:
        Invalid: With everything found wrong.
    """
    command = ContactCommand(
        name=_free_text(form, "name", 80, shortest=1),
        title=_free_text(form, "title", 60),
        role=form.member("role", ContactRole),
        work_phone=_phone(form, "work_phone"),
        work_email=form.email("work_email"),
    )
    form.check()
    return command


def read_reason(form: FormReader) -> str:
    """Read why something is done.

    Raises:
        Invalid: None is given.
    """
    reason = _free_text(form, "reason", REASON_MAX, shortest=2)
    form.check()
    return reason


def read_note(form: FormReader) -> str:
    """Read a note.

    Raises:
        Invalid: It is empty, too long, or holds a resident registration number.
    """
    text = form.text("text", longest=NOTE_MAX, lines=True)
    _refuse_resident_number(form, "text", text)
    form.check()
    return text


def read_merge(form: FormReader, pair: PairDetail) -> tuple[int, frozenset[str]]:
    """Read which account of a pair stays, and the fields whose value comes from the other one.

    Raises:
        Invalid: Something is chosen that neither of the two is.
    """
    ids = (str(pair.first.id), str(pair.second.id))
    kept = form.choice("keep", ids)
    taken = {
        name
        for name in MERGED_FIELDS[pair.first.kind]
        if form.values.get(f"v-{name}") in ids and form.values[f"v-{name}"] != kept
    }
    form.check()
    return int(kept), frozenset(taken)


def read_region(form: FormReader, *, is_new: bool) -> RegionCommand:
    """Read a region; codes are letters, digits and hyphens, because paths are made of them.

    Raises:
        Invalid: With everything found wrong.
    """
    code = form.text("code", longest=20) if is_new else ""
    if code and not all(character.isalnum() or character == "-" for character in code):
        form.refuse("code", "Letters, digits and hyphens only, please.")
    command = RegionCommand(
        code=code,
        name=form.text("name", longest=80),
        name_en=form.text("name_en", longest=80, shortest=0),
        parent_id=form.optional_integer("parent", least=1) if is_new else None,
    )
    form.check()
    return command


def _free_text(form: FormReader, field: str, longest: int, *, shortest: int = 0) -> str:
    text = form.text(field, longest=longest, shortest=shortest)
    _refuse_resident_number(form, field, text)
    return text


def _refuse_resident_number(form: FormReader, field: str, text: str) -> None:
    if identifiers.holds_resident_number(text):
        form.refuse(field, "This looks like a resident registration number. It may not be kept here.")


def _business_number(form: FormReader) -> str | None:
    text = form.text("business_number", longest=20, shortest=0)
    if not text:
        return None
    digits = identifiers.business_number(text)
    if digits is None:
        form.refuse("business_number", "This is not a valid business registration number.")
    return digits


def _coordinates(form: FormReader, field: str) -> tuple[int, int] | None:
    """Read latitude and longitude as map services copy them; empty = not known."""
    text = form.text(field, longest=60, shortest=0)
    if not text:
        return None
    found = _COORDINATES.fullmatch(text)
    if found is None:
        form.refuse(field, "Write latitude and longitude in degrees, for example 37.566535, 126.977969.")
        return None
    latitude, longitude = (round(Decimal(part) * MICRO) for part in found.groups())
    if abs(latitude) > LATITUDE_MOST * MICRO or abs(longitude) > LONGITUDE_MOST * MICRO:
        form.refuse(field, "This is not a place on earth.")
        return None
    return latitude, longitude


def _phone(form: FormReader, field: str) -> str:
    text = form.text(field, longest=30, shortest=0)
    if not text:
        return ""
    number = identifiers.phone(text)
    if number is None:
        form.refuse(field, "This is not a telephone number.")
    return number or ""


def _optional_date(form: FormReader, field: str) -> dt.date | None:
    return form.date(field) if form.values.get(field) else None
