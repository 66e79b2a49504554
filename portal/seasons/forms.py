"""Forms of seasons: text in, commands out, every problem at once. Amounts are typed in currency units."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from portal.network.identifiers import holds_resident_number
from portal.seasons.commands import (
    ChoiceCommand,
    CounterCommand,
    DraftCommand,
    GrowthCommand,
    NeedCommand,
    PartsCommand,
    ResultCommand,
    SeasonCommand,
    StepCommand,
)
from portal.seasons.model import Cell, GrowthKind, SeasonKind, Step
from portal.seasons.natural import BY_HAND
from rules.months import Month

if TYPE_CHECKING:
    from portal.web.forms import FormReader
    from rules.months import Month as AnyMonth

LABEL_MAX, TEXT_MAX, REASON_MAX, NOTE_MAX = 80, 2000, 400, 1000
CELLS_MAX = 10_000
ABOUT_MAX = 60
_MONEY_MAX = 10**15
_OUTLETS_MAX = 10_000_000
_PERCENT_MAX, _BP = 100, 100
_PART = re.compile(r"p-([0-9]{1,9})")
_CELL = re.compile(r"c-([0-9]{1,9})-([0-9]{4}-[0-9]{2})")


def read_season(form: FormReader) -> SeasonCommand:
    """Read a season.

    Raises:
        Invalid: With everything found wrong.
    """
    command = SeasonCommand(
        label=_free(form, "label", LABEL_MAX),
        label_en=_free(form, "label_en", LABEL_MAX),
        kind=form.member("kind", SeasonKind),
        region=form.optional_integer("region", least=1, most=2**31 - 1),
        category=form.text("category", longest=LABEL_MAX, shortest=0),
        from_on=form.date("from_on"),
        until_on=form.date("until_on"),
        peak=form.optional_integer("peak", least=1, most=2**31 - 1),
        text=_free(form, "text", TEXT_MAX, shortest=0, lines=True),
        found=form.text("found", longest=REASON_MAX, shortest=0),
        version=form.optional_integer("version") or 0,
    )
    for field, day in (("from_on", command.from_on), ("until_on", command.until_on)):
        if day.day != 1:
            form.refuse(
                field, "Seasons begin on the first day of a month and end before the first of another."
            )
    if not form.problems and command.until_on <= command.from_on:
        form.refuse("until_on", "The end lies before the beginning.")
    form.check()
    return command


def read_step(form: FormReader) -> StepCommand:
    """Read who takes care of a step.

    Raises:
        Invalid: With everything found wrong.
    """
    command = StepCommand(
        form.member("step", Step),
        form.optional_integer("owner", least=1),
        form.date("due_on") if form.values.get("due_on") else None,
        _free(form, "note", REASON_MAX, shortest=0),
        form.flag("done"),
    )
    form.check()
    return command


def read_need(form: FormReader, decimals: int) -> NeedCommand:
    """Read what the peak needs.

    Raises:
        Invalid: With everything found wrong.
    """
    command = NeedCommand(
        peak_goal_minor=read_money(form, "peak_goal", decimals),
        early_share_bp=form.integer("early_share", most=_PERCENT_MAX) * _BP,
        outlets_needed=form.integer("outlets_needed", most=_OUTLETS_MAX),
        outlets_active=form.integer("outlets_active", most=_OUTLETS_MAX),
        outlet_month_minor=read_money(form, "outlet_month", decimals),
        outlet_months=form.integer("outlet_months", most=24),
        note=_free(form, "note", REASON_MAX, shortest=0),
    )
    form.check()
    return command


def read_choice(form: FormReader, account: int | None, decimals: int = 0) -> ChoiceCommand:
    """Read a chosen method and its reason; for one dealer the amount may be entered by hand.

    Raises:
        Invalid: With everything found wrong.
    """
    method, reason = form.text("natural", longest=40), _free(form, "reason", REASON_MAX, shortest=2)
    amount = None
    if method == BY_HAND and account is not None:
        amount = read_money(form, "by_hand", decimals)
    form.check()
    return ChoiceCommand(method, reason, account, amount)


def read_draft(form: FormReader, months: tuple[AnyMonth, ...], decimals: int) -> DraftCommand:
    """Read the grid: ``c-product-month`` is a cell, ``l-product-month`` its lock.

    Raises:
        Invalid: With everything found wrong.
    """
    allowed, cells = {str(month) for month in months}, []
    for field in list(form.values):
        place = _CELL.fullmatch(field)
        if place is None or place[2] not in allowed:
            continue
        amount = read_money(form, field, decimals)
        locked = form.flag(f"l-{place[1]}-{place[2]}")
        cells.append(Cell(int(place[1]), Month.parse(place[2]), amount, locked))
    if len(cells) > CELLS_MAX:
        form.refuse("", "At most %(count)s cells, please.", count=CELLS_MAX)
    note = _free(form, "note", NOTE_MAX, shortest=0, lines=True)
    form.check()
    cells.sort(key=lambda cell: (cell.product, cell.month))
    return DraftCommand(tuple(cells), note, form.values.get("seen", ""))


def read_parts(form: FormReader, decimals: int) -> PartsCommand:
    """Read what buyers carry: ``p-buyer`` is an amount, ``l-buyer`` its lock.

    Raises:
        Invalid: With everything found wrong.
    """
    amounts: dict[int, int] = {}
    locked: set[int] = set()
    for field in list(form.values):
        place = _PART.fullmatch(field)
        if place is None:
            continue
        amounts[int(place[1])] = read_money(form, field, decimals)
        if form.flag(f"l-{place[1]}"):
            locked.add(int(place[1]))
    form.check()
    return PartsCommand(amounts, frozenset(locked))


def read_counter(form: FormReader, products: tuple[int, ...], decimals: int) -> CounterCommand:
    """Read the amounts a dealer asks for and why.

    Raises:
        Invalid: With everything found wrong.
    """
    amounts = {product: read_money(form, f"amount-{product}", decimals) for product in products}
    reasons = {product: _free(form, f"reason-{product}", REASON_MAX, shortest=0) for product in products}
    text = _free(form, "text", NOTE_MAX, shortest=0, lines=True)
    version = form.integer("version", most=9999)
    form.check()
    return CounterCommand(amounts, {key: value for key, value in reasons.items() if value}, text, version)


def read_growth(form: FormReader, decimals: int) -> GrowthCommand:
    """Read a growth point.

    Raises:
        Invalid: With everything found wrong.
    """
    command = GrowthCommand(
        form.member("kind", GrowthKind),
        _free(form, "label", 120, shortest=2),
        read_money(form, "size", decimals),
        form.optional_integer("owner", least=1),
        form.date("due_on") if form.values.get("due_on") else None,
        _free(form, "about", ABOUT_MAX, shortest=0),
    )
    form.check()
    return command


def read_result(form: FormReader, decimals: int) -> ResultCommand:
    """Read what came of a growth point.

    Raises:
        Invalid: With everything found wrong.
    """
    result = read_money(form, "result", decimals) if form.values.get("result") else None
    command = ResultCommand(result, _free(form, "result_note", REASON_MAX, shortest=0))
    form.check()
    return command


def read_words(form: FormReader, field: str = "text", *, shortest: int = 2) -> str:
    """Read what somebody says.

    Raises:
        Invalid: Nothing is said.
    """
    text = _free(form, field, NOTE_MAX, shortest=shortest, lines=True)
    form.check()
    return text


def read_money(form: FormReader, field: str, decimals: int) -> int:
    """Read an amount of at least 0 in currency units, with as many decimals as the currency has."""
    text = unicodedata.normalize("NFKC", form.values.get(field, "")).replace(",", "").replace(" ", "")
    pattern = rf"([0-9]{{1,15}})(?:\.([0-9]{{1,{decimals}}}))?" if decimals else r"([0-9]{1,15})(\.0*)?"
    found = re.fullmatch(pattern, text.lstrip("₩$"))
    if found is None:
        form.refuse(field, "Please enter an amount, such as %(example)s.", example="1,250,000")
        return 0
    fraction = (found[2] or "").lstrip(".").ljust(decimals, "0")[:decimals]
    amount: int = int(found[1]) * 10**decimals + int(fraction or 0)
    if amount > _MONEY_MAX:
        form.refuse(field, "This amount is too large.")
        return 0
    return amount


def write_money(minor: int, decimals: int) -> str:
    """Write an amount the way ``read_money`` reads it, with thousands separated."""
    whole, rest = divmod(minor, 10**decimals)
    return f"{whole:,}.{rest:0{decimals}d}" if decimals and rest else f"{whole:,}"


def _free(form: FormReader, field: str, longest: int, *, shortest: int = 1, lines: bool = False) -> str:
    text = form.text(field, longest=longest, shortest=shortest, lines=lines)
    if holds_resident_number(text):
        form.refuse(field, "This looks like a resident registration number. It may not be kept here.")
    return text
