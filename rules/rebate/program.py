"""Program: a dated, immutable version of a sales-incentive programme (판매장려금), kept as data.

Its identity is the SHA-256 of its canonical JSON, as with rulebooks.
Source: terms of an incentive stand in the written contract, 대리점법 제5조 제1항 제7호.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules.decisions.book import DecisionBook
from rules.documents import Document, Problem
from rules.kpis import Text
from rules.months import Month, months_between
from rules.rebate.canonical import program_content
from rules.rebate.model import (
    Amounts,
    Beneficiary,
    Clawback,
    Component,
    Payment,
    Period,
    PeriodKind,
    Rounding,
    Stacking,
    TaxDocument,
)
from rules.rebate.reading import PERIOD_MONTHS, ProgramReader
from rules.versioned import DocumentBook

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Program(DocumentBook):
    """One version of a programme. Only one without problems may be calculated.

    Attributes:
        code: Family of the programme, for example ``year_end_volume``.
        version: Version label shown to people.
        label: Name on statements, by locale.
        currency: ISO 4217 code of every amount.
        beneficiary: Kind of account that earns.
        amounts: Whether sales amounts are supply values (공급가액) or include VAT (부가세 포함). Container
            deposits and empties never count.
        effective_from: First day, the first of a month.
        effective_until: Last day inclusive, the end of a month.
        period: Length of a settlement period, counted from the first day; ``span`` is the whole programme.
        rounding: The one rounding of each printed line.
        stacking: ``sum`` of all lines; ``max``, only the largest; ``exclusive``, only the first that pays.
        components: Lines in the order of the statement.
        calendar: Settlements of a period, the last one final.
        clawback: How too much paid is taken back; None if never.
        clause: The clause of the contract it rests on, by locale.
        tax_document: What the payout needs.
        goods: Regulated goods it pays on, for example ``liquor``.
        alongside: Codes of other programmes that may count the same sales.
        conditions: Decision that says who takes part, and by which factor; None for everybody, once.
        problems: What is wrong with the text it came from; other attributes are then incomplete.
    """

    code: str
    version: str
    label: Text
    currency: str
    beneficiary: Beneficiary
    amounts: Amounts
    effective_from: dt.date
    effective_until: dt.date
    period: PeriodKind
    rounding: Rounding
    stacking: Stacking
    components: tuple[Component, ...]
    calendar: tuple[Payment, ...]
    clawback: Clawback | None
    clause: Text
    tax_document: TaxDocument
    goods: tuple[str, ...] = ()
    alongside: tuple[str, ...] = ()
    conditions: DecisionBook | None = None
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @classmethod
    def of_document(cls, document: Document) -> Program:
        """Read a book from a document, which takes its problems too."""
        content = ProgramReader(document).read()
        return cls(**content, problems=tuple(sorted(set(document.problems))))

    def plain(self) -> Mapping[str, object]:
        """Return the content as plain data, the form that is hashed; only for a sound book."""
        return program_content(self)

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month of the programme."""
        return months_between(Month.of(self.effective_from), Month.of(self.effective_until))

    @property
    def period_months(self) -> int:
        """Months of one settlement period."""
        return PERIOD_MONTHS.get(self.period, len(self.months))

    def covers(self, day: dt.date) -> bool:
        """Tell whether the programme runs on a day."""
        return self.effective_from <= day <= self.effective_until

    def periods(self) -> tuple[Period, ...]:
        """List the settlement periods in order."""
        months, step = self.months, self.period_months
        return tuple(
            Period(months[place].first_on, months[place + step - 1].last_on)
            for place in range(0, len(months), step)
        )

    def period_of(self, day: dt.date) -> Period:
        """Return the settlement period of a day; ValueError outside the programme."""
        for period in self.periods():
            if period.first_on <= day <= period.last_on:
                return period
        raise ValueError(f"{self.name} does not run on {day}")

    def window_months(self, component: Component) -> int:
        """Return the months of a component's whole window."""
        return self.period_months if component.basis.window == "period" else len(self.months)

    def component(self, name: str) -> Component:
        """Return a component by id; KeyError when there is none."""
        return {component.id: component for component in self.components}[name]
