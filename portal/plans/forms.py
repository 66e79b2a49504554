"""Forms of plans: asking for one, changing a visit, terms of a line."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.plans.service.edits import Change
from rules.months import Month

if TYPE_CHECKING:
    from litestar.datastructures import FormMultiDict

    from portal.web.forms import FormReader

ID_MOST = 2**53


def month_of(form: FormReader, field: str = "month") -> Month:
    """Read a month as browsers send it (``2026-11``)."""
    text = form.text(field, longest=7)
    try:
        return Month.parse(text)
    except ValueError:
        if text:
            form.refuse(field, "Please enter a month as YYYY-MM.")
        return Month(dt.date(1970, 1, 1))


def people_of(form: FormMultiDict) -> tuple[int, ...]:
    """Return the people ticked; values that are no id are left out."""
    values = form.getall("people", [])
    texts = [value for value in values if isinstance(value, str)]
    return tuple(int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 16)  # noqa: PLR2004  fits any id


def change_of(form: FormReader) -> Change:
    """Read one visit put on another day; an empty day is none.

    Raises:
        Invalid: A field is missing or wrong.
    """
    account = form.integer("account", least=1, most=ID_MOST)
    user_id = form.integer("user_id", least=1, most=ID_MOST)
    days = {name: form.date(name) if form.values.get(name) else None for name in ("from_on", "to_on")}
    if days["from_on"] == days["to_on"]:
        form.refuse("to_on", "Choose another day.")
    form.check()
    return Change(account, user_id, days["from_on"], days["to_on"])
