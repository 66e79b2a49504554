"""From stored figures to the lines of a settlement: pure, so that a run again gives the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from portal.rebates.model import Booked, Books, Entry, LineKey, OperationKind, SettlementKind
from portal.rebates.queries.basis import Values
from rules.rebate import BasisValue, LineAmount, Terms, calculate, delta
from rules.rebate.model import UNKNOWN
from rules.snapshot import canonical_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.rebates.queries.settlements import Line, Settlement
    from rules.rebate import Program

Grades = dict[int, str]


@dataclass(frozen=True, slots=True)
class Result:
    """One line before it is stored; amounts in minor units, see ``rebate_settlement_line``."""

    account_id: int
    place: int
    line: LineAmount
    tier: int | None
    grade: str
    booked: Booked
    delta_minor: int
    accrued_minor: int
    inputs_sha256: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What a settlement is about.

    Attributes:
        kind: What it is for.
        is_partial: Whether lines of the final settlement wait.
        period_on: First day of the programme's period.
    """

    kind: SettlementKind
    is_partial: bool
    version_id: int
    period_on: dt.date


@dataclass(frozen=True, slots=True)
class Frozen:
    """Everything a settlement is calculated from, by account.

    Attributes:
        values: What was measured, by component.
        grades: Last published grade, or empty.
        terms: What acceptance and conditions decided; accounts with neutral terms are left out.
    """

    values: Values
    grades: Grades
    terms: dict[int, Terms] = field(default_factory=dict)


def pack_inputs(values: Values, grades: Grades, terms: Mapping[int, Terms] | None = None) -> bytes:
    """Return what was measured and decided as canonical JSON; neutral terms leave no trace."""
    content = [
        [account_id, grades.get(account_id, ""), *_plain(parts, (terms or {}).get(account_id))]
        for account_id, parts in sorted(values.items())
    ]
    return canonical_json(content).encode()


def _plain(values: Mapping[str, BasisValue], terms: Terms | None) -> list[object]:
    """Return what is frozen of one account beside its grade."""
    plain: list[object] = [{name: asdict(value) for name, value in values.items()}]
    if terms is None or terms == Terms():
        return plain
    decided = asdict(terms)
    return [*plain, {name: value for name, value in decided.items() if name != "table" or value is not None}]


def unpack_frozen(content: bytes) -> Frozen:
    """Read back what ``pack_inputs`` made."""
    frozen = Frozen({}, {})
    for account_id, grade, parts, *terms in json.loads(content):
        frozen.values[account_id] = {name: BasisValue(**value) for name, value in parts.items()}
        frozen.grades[account_id] = grade
        if terms:
            frozen.terms[account_id] = Terms(**terms[0])
    return frozen


def unpack_inputs(content: bytes) -> tuple[Values, Grades]:
    """Read back what was measured, without the terms."""
    frozen = unpack_frozen(content)
    return frozen.values, frozen.grades


def results_for(
    program: Program,
    ask: Ask,
    account_id: int,
    values: Mapping[str, BasisValue],
    grade: str,
    booked: Mapping[LineKey, Booked],
    terms: Terms | None = None,
) -> list[Result]:
    """Calculate one beneficiary's lines and what each posts.

    Args:
        program: The version's programme.
        ask: What the settlement is about.
        account_id: The beneficiary.
        values: What was measured, by component.
        grade: Last published grade, or empty.
        booked: What the ledger holds of the version for the beneficiary.
        terms: What acceptance and conditions decided; neutral when left out.
    """
    calculation = calculate(program, values, grade or None, terms or Terms())
    held = _held(program, ask, account_id, booked)
    paid = {name: amount.settled_minor for name, amount in held.items()}
    recent = {name: max(0, amount.recent_minor) for name, amount in held.items()}
    due = delta(calculation, paid, "partial" if ask.is_partial else "final", recent)
    inputs = inputs_sha256(grade, values, terms)
    results = []
    for place, line in enumerate(calculation.lines):
        name = line.component
        component = program.components[place]
        accrual = ask.kind is SettlementKind.ACCRUAL
        results.append(
            Result(
                account_id,
                place,
                line,
                component.using(line.table).tiers.index(line.tier) if line.tier else None,
                grade,
                held[name],
                0 if accrual else due[name],
                _accrued(line, held[name], 0 if accrual else due[name]),
                inputs,
            )
        )
    return results


def inputs_sha256(grade: str, values: Mapping[str, BasisValue], terms: Terms | None) -> str:
    """Return the hash of everything one account's lines follow from."""
    return hashlib.sha256(canonical_json([grade, *_plain(values, terms)]).encode()).hexdigest()


def _held(program: Program, ask: Ask, account_id: int, booked: Mapping[LineKey, Booked]) -> dict[str, Booked]:
    """Return what the ledger holds by component: of the period, or since the programme began."""
    held = {}
    for component in program.components:
        keys = [
            key
            for key in booked
            if key.account_id == account_id
            and key.component == component.id
            and (component.basis.window == "program" or key.period_on == ask.period_on)
        ]
        held[component.id] = sum((booked[key] for key in keys), Booked())
    return held


def _accrued(line: LineAmount, held: Booked, due: int) -> int:
    """Return by how much what is expected changes: afterwards it is what was earned and not settled.

    A line that is not known yet, or whose period later terms decide, leaves what is expected as it is.
    """
    if UNKNOWN & set(line.notes) or (line.tier is None and "replaced" in line.notes):
        return 0
    expected = max(0, line.amount_minor - held.settled_minor - due)
    return expected - held.accrued_minor


def entry_of(settlement: Settlement, line: Line, booked_on: dt.date) -> Entry | None:
    """Return the booking of a settled line; None where nothing changes.

    What is settled leaves what is expected and becomes payable, the rest is expense.
    """
    accrual = settlement.kind is SettlementKind.ACCRUAL
    amounts = (
        (Books.EXPENSE, line.delta_minor + line.accrued_minor),
        (Books.ACCRUED, -line.accrued_minor),
        (Books.PAYABLE, -line.delta_minor),
    )
    postings = tuple((books, amount) for books, amount in amounts if amount)
    if not postings:
        return None
    return Entry(
        key=f"settlement:{settlement.id}:{line.account_id}:{line.component}",
        kind=OperationKind.ACCRUAL if accrual else OperationKind.SETTLEMENT,
        booked_on=booked_on,
        account_id=line.account_id,
        postings=postings,
        line=LineKey(settlement.version_id, settlement.period_on, line.account_id, line.component),
        settlement_id=settlement.id,
        program_sha256=settlement.program_sha256,
        inputs_sha256=line.inputs_sha256,
    )


def line_rows(settlement_id: int, results: Sequence[Result]) -> list[tuple[object, ...]]:
    """Return the values of ``LINE_COLUMNS`` for each result."""
    return [
        (
            settlement_id,
            result.account_id,
            result.line.component,
            result.place,
            "missing" in result.line.notes,
            result.line.basis.value,
            result.line.basis.compare,
            result.line.basis.months_with_orders,
            result.grade,
            result.tier,
            result.line.tier.rate_bp if result.line.tier else None,
            str(result.line.exact.numerator),
            str(result.line.exact.denominator),
            result.line.amount_minor,
            result.booked.settled_minor,
            result.delta_minor,
            result.accrued_minor,
            " ".join(result.line.notes),
            result.inputs_sha256,
            result.line.table or "",
        )
        for result in results
    ]


LINE_COLUMNS = (
    "settlement", "account", "component", "place", "is_missing", "basis", "compare", "months_with_orders",
    "grade", "tier", "rate_bp", "exact_numerator", "exact_denominator", "amount_minor", "paid_minor",
    "delta_minor", "accrued_minor", "notes", "inputs_sha256", "tier_table",
)  # fmt: skip
