"""From plain data to the parts of a programme, reporting every problem and never stopping at the first."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from rules.fields import ABSENT, NO_DAY, Fields
from rules.money import ROUNDING_MODES
from rules.months import MONTHS_PER_YEAR, Month, months_between
from rules.rebate.components import ComponentReader
from rules.rebate.conditions import read_conditions, tables_chosen
from rules.rebate.fields import flag, names
from rules.rebate.model import (
    Amounts,
    Beneficiary,
    Clawback,
    Payment,
    PaymentKind,
    PeriodKind,
    Rounding,
    Stacking,
    TaxDocument,
)

if TYPE_CHECKING:
    import datetime as dt

    from rules.decisions.book import DecisionBook
    from rules.documents import Document
    from rules.rebate.model import Component

PROGRAM_KEYS = frozenset(
    {"program", "version", "label", "currency", "beneficiary", "amounts", "effective_from"}
    | {"effective_until", "period", "rounding", "stacking", "components", "calendar", "clawback"}
    | {"clause", "tax_document", "goods", "alongside", "conditions"}
)
PERIOD_MONTHS = MappingProxyType({"month": 1, "quarter": 3, "half": 6, "year": MONTHS_PER_YEAR})
CURRENCY = re.compile(r"[A-Z]{3}")
MAX_QUANTUM = 1_000_000
MAX_MONTHS = 120


class ProgramReader:
    """Reads one document into the attributes of a programme.

    Args:
        document: Content, and where problems go.
    """

    def __init__(self, document: Document) -> None:
        self._document = document

    def read(self) -> dict[str, Any]:
        """Return the attributes of the programme; stand-ins where the document has problems."""
        unread = self._document.content is None and self._document.problems
        book = Fields(self._document, ABSENT if unread else self._document.content, (), PROGRAM_KEYS)
        start, until = self._days(book)
        period = book.choice("period", get_args(PeriodKind))
        rounding = self._rounding(book)
        found = {
            "code": book.word("program"),
            "version": book.text("version"),
            "label": book.labels("label"),
            "currency": self._currency(book),
            "beneficiary": book.choice("beneficiary", get_args(Beneficiary)),
            "amounts": book.choice("amounts", get_args(Amounts)),
            "effective_from": start,
            "effective_until": until,
            "period": period,
            "rounding": rounding,
            "stacking": book.choice("stacking", get_args(Stacking)),
            "components": ComponentReader(self._document, rounding.quantum_minor).read(book),
            "calendar": self._calendar(book, self._period_months(book, period, start, until)),
            "clawback": self._clawback(book),
            "clause": book.labels("clause"),
            "tax_document": book.choice("tax_document", get_args(TaxDocument)),
            "goods": names(book, "goods"),
            "alongside": names(book, "alongside"),
            "conditions": read_conditions(book),
        }
        self._tables_meet(book, found["components"], found["conditions"])
        return found

    @staticmethod
    def _tables_meet(
        book: Fields, components: tuple[Component, ...], conditions: DecisionBook | None
    ) -> None:
        """Refuse a tier table nobody chooses, and the choice of one that no line has."""
        declared = {name for component in components for name in component.tables or {}}
        chosen = tables_chosen(conditions)
        for name in sorted(chosen - declared):
            book.complain("conditions", f"no line has the tier table {name!r}")
        for name in sorted(declared - chosen):
            book.complain("components", f"no rule chooses the tier table {name!r}")

    @staticmethod
    def _days(book: Fields) -> tuple[dt.date, dt.date]:
        start, until = book.day("effective_from"), book.day("effective_until")
        if start.day != 1:
            book.complain("effective_from", "a programme begins on the first day of a month")
        if NO_DAY not in (start, until) and (until < start or until != Month.of(until).last_on):
            book.complain("effective_until", "a programme ends on the last day of a month, after it began")
        return start, until

    @staticmethod
    def _period_months(book: Fields, period: PeriodKind, start: dt.date, until: dt.date) -> int:
        """Return the months of a period; 0 where the days are not known."""
        if NO_DAY in (start, until) or until < start:
            return 0
        whole = len(months_between(Month.of(start), Month.of(until)))
        months = PERIOD_MONTHS.get(period, whole)
        if whole > MAX_MONTHS:
            book.complain("effective_until", f"a programme runs at most {MAX_MONTHS} months")
        if whole % months:
            book.complain("period", f"{whole} months are no whole number of periods of {months}")
        return months

    @staticmethod
    def _currency(book: Fields) -> str:
        code = book.text("currency")
        if code and not CURRENCY.fullmatch(code):
            book.complain("currency", f"'currency' must be three capital letters: {code!r}")
        return code

    @staticmethod
    def _rounding(book: Fields) -> Rounding:
        part = book.part("rounding", frozenset({"mode", "quantum_minor"}))
        return Rounding(part.choice("mode", ROUNDING_MODES), part.whole("quantum_minor", 1, MAX_QUANTUM))

    def _calendar(self, book: Fields, months: int) -> tuple[Payment, ...]:
        payments = []
        for place, content in enumerate(book.members("calendar")):
            keys = frozenset({"kind", "after_month"})
            part = Fields(self._document, content, ("calendar", place), keys)
            kind = part.choice("kind", get_args(PaymentKind))
            payments.append(Payment(kind, part.whole("after_month", 1, MAX_MONTHS)))
        after = [payment.after_month for payment in payments]
        if after != sorted(set(after)):
            book.complain("calendar", "settlements follow each other, one per month at most")
        finals = [payment.kind for payment in payments].count("final")
        if payments and (finals != 1 or payments[-1].kind != "final"):
            book.complain("calendar", "the last settlement, and no other, is final")
        if months and payments and after[-1] != months:
            book.complain("calendar", f"the final settlement is after month {months} of the period")
        return tuple(payments)

    @staticmethod
    def _clawback(book: Fields) -> Clawback | None:
        if "clawback" not in book.content:
            return None
        part = book.part("clawback", frozenset({"window_months", "carry_forward"}))
        return Clawback(part.whole("window_months", 1, MAX_MONTHS), flag(part, "carry_forward"))
