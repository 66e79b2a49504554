"""Checked commands of seasons, as forms make them and services take them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from portal.seasons.model import Cell, GrowthKind, SeasonKind, Step


@dataclass(frozen=True, slots=True)
class SeasonCommand:
    """A season as planned, columns as in ``Season``; ``version`` is the one the planner saw, 0 for new."""

    label: str
    label_en: str
    kind: SeasonKind
    region: int | None
    category: str
    from_on: dt.date
    until_on: dt.date
    peak: int | None
    text: str
    found: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class StepCommand:
    """Who takes care of a step, until when, and whether it is done."""

    step: Step
    owner_user_id: int | None
    due_on: dt.date | None
    note: str
    done: bool


@dataclass(frozen=True, slots=True)
class NeedCommand:
    """What the peak needs; see ``Need``."""

    peak_goal_minor: int
    early_share_bp: int
    outlets_needed: int
    outlets_active: int
    outlet_month_minor: int
    outlet_months: int
    note: str


@dataclass(frozen=True, slots=True)
class ChoiceCommand:
    """A method of natural sales chosen for one dealer (or all: None) with its reason.

    ``by_hand_minor`` is the season's amount a person entered because no method has an answer.
    """

    method: str
    reason: str
    account: int | None
    by_hand_minor: int | None = None


@dataclass(frozen=True, slots=True)
class DraftCommand:
    """A draft's cells as they stand in the grid.

    Attributes:
        cells: Every cell.
        note: What the dealer shall read with the offer.
        seen: ``digest_of`` the cells the editor started from.
    """

    cells: tuple[Cell, ...]
    note: str
    seen: str


@dataclass(frozen=True, slots=True)
class PartsCommand:
    """What outlets and retail points carry of a target, minor units by account, and whose amount stays."""

    amounts: Mapping[int, int]
    locked: frozenset[int]


@dataclass(frozen=True, slots=True)
class CounterCommand:
    """A dealer's counter-proposal.

    Attributes:
        amounts: Season total asked for by product, minor units.
        reasons: Reason by product; one for every product whose amount differs.
        text: Word to the manufacturer, may be empty.
        version: The version that was read.
    """

    amounts: Mapping[int, int]
    reasons: Mapping[int, str]
    text: str
    version: int


@dataclass(frozen=True, slots=True)
class GrowthCommand:
    """A growth point: what, how much of the stretch, who, until when, and what it is measured by."""

    kind: GrowthKind
    label: str
    size_minor: int
    owner_user_id: int | None
    due_on: dt.date | None
    about: str = ""


@dataclass(frozen=True, slots=True)
class ResultCommand:
    """What came of a growth point, None while nothing is known."""

    result_minor: int | None
    note: str
