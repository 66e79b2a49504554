"""The values of account classes: the parts of a segment book, accounts, prospects and their classes.

Amounts are integer minor units; shares, variations and bands integer basis points (10,000 = 1).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from rules.kpis import Text
from rules.months import Month

Level = Literal["dealer", "outlet", "terminal"]
ClassCode = Literal["EI", "EII", "EIII", "EIV"]
ProspectCode = Literal["PI", "PII", "PIII", "PIV"]
ContributionRule = Literal["smallest_set", "above_median"]
Within = Literal["level", "channel"]
StabilityMeasure = Literal["variation", "active_months"]
BeforeFirst = Literal["left_out", "empty"]
LEVELS: tuple[Level, ...] = get_args(Level)
CLASSES: tuple[ClassCode, ...] = get_args(ClassCode)
PROSPECT_CLASSES: tuple[ProspectCode, ...] = get_args(ProspectCode)
LEAST_RATING, MOST_RATING = 1, 5
UNDEFINED = -(1 << 40)
"""Margin of an axis without a number: below every band."""


def class_of(*, contributes: bool, stable: bool) -> ClassCode:
    """Return the class of the two axes."""
    return CLASSES[(0 if contributes else 2) + (0 if stable else 1)]


@dataclass(frozen=True, slots=True)
class Contribution:
    """How it is decided who contributes.

    Attributes:
        rule: ``smallest_set`` or ``above_median``.
        share_bp: Share of the total that the smallest set reaches, 1 to 10,000; 10,000 for the median rule.
        within: Who is compared: everybody of a level, or of a level and channel.
    """

    rule: ContributionRule
    share_bp: int
    within: Within


@dataclass(frozen=True, slots=True)
class Found:
    """Where a limit was found: the last month of the data and how many accounts it held."""

    month: Month
    accounts: int


@dataclass(frozen=True, slots=True)
class Limit:
    """The stability limit of a level, or of one channel of it.

    Attributes:
        level: Level it is for.
        channel: Channel it is for; empty for every channel without a limit of its own.
        limit_bp: Most variation, or least share of active months, that counts as stable; inclusive.
        found: The data it was found from; None when it was set by hand.
    """

    level: Level
    channel: str
    limit_bp: int
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """How slowly a class turns: the band of each axis, and consecutive months beyond it, from 1."""

    contribution_bp: int
    stability_bp: int
    months: int


@dataclass(frozen=True, slots=True)
class ClassTerms:
    """What a class is called and how often it is visited.

    Attributes:
        label: Name by locale.
        visits_per_month: Planned visits, 0 or more.
    """

    label: Text
    visits_per_month: int


@dataclass(frozen=True, slots=True)
class AccountRules:
    """The part of a book on existing accounts.

    Attributes:
        months: Months of the window, the last one being the month classified.
        least_months: Fewer months since the first order: new, no class.
        before_first: Whether months before the first order are left out or count as empty.
        contribution: First axis.
        measure: Second axis.
        limits: Limits of the second axis.
        hysteresis: How slowly classes turn.
        classes: Terms by class.
    """

    months: int
    least_months: int
    before_first: BeforeFirst
    contribution: Contribution
    measure: StabilityMeasure
    limits: tuple[Limit, ...]
    hysteresis: Hysteresis
    classes: Mapping[ClassCode, ClassTerms]

    def limit(self, level: str, channel: str) -> Limit | None:
        """Return the limit of a level and channel: the channel's own, else the level's; None without."""
        of_level = {limit.channel: limit for limit in self.limits if limit.level == level}
        return of_level.get(channel) or of_level.get("")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One question of the score card.

    Attributes:
        id: Name.
        label: The question by locale.
        weight: Weight; the weights of a card add up to 100.
        anchors: What 1, 2, 3, 4 and 5 mean, by locale.
    """

    id: str
    label: Text
    weight: int
    anchors: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ProspectRules:
    """The part of a book on prospects.

    Attributes:
        indicators: Questions of the score card.
        intent: Anchors of intent, 1 to 5.
        intent_limit: Least intent that is high, 1 to 5.
        contribution_limit: Least score that is high, in hundredths, 100 to 500.
        adjustment_limit: Largest personal adjustment either way, in hundredths.
        classes: Terms by class.
    """

    indicators: tuple[Indicator, ...]
    intent: tuple[Text, ...]
    intent_limit: int
    contribution_limit: int
    adjustment_limit: int
    classes: Mapping[ProspectCode, ClassTerms]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stood last month.

    Attributes:
        code: The class it held.
        wavering: Consecutive months, up to last month, that spoke against it: contribution, stability.
    """

    code: ClassCode
    wavering: tuple[int, int] = (0, 0)

    @property
    def held(self) -> tuple[bool, bool]:
        """Whether it contributes, whether it is stable."""
        place = CLASSES.index(self.code)
        return place < 2, place % 2 == 0  # noqa: PLR2004  two classes contribute


@dataclass(frozen=True, slots=True)
class Account:
    """One account as it is classified.

    Attributes:
        key: Its key, unique in the population; equal nets are ordered by it.
        nets: Net sales of each month of the window, oldest first, in minor units; an empty month is 0.
        known: Months since its first order, this one included; more than the window is as much as the window.
        channel: Its channel; empty when unknown.
        standing: Last month's class; None when it had none.
    """

    key: str
    nets: tuple[int, ...]
    known: int
    channel: str = ""
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Classified:
    """The class of one account with every number that decided it.

    Attributes:
        key: The account.
        code: Its class; None while it is new.
        observed: The class without hysteresis; None while it is new.
        net_minor: Net of the window.
        months: Months that counted.
        contribution_bp: Share of the total before it, or net as a share of the median; None when net ≤ 0.
        stability_bp: Variation rounded up, or share of active months rounded down; None without a variation.
        contribution_cut_bp: What the first number was compared with.
        limit_bp: What the second number was compared with.
        margins: How far inside (0 or more) or outside (below 0) each cut-off, in basis points.
        edge_minor: Net of the smallest account inside the contributing set; 0 when the set is empty.
        standing: What next month starts from; None while it is new.
        before: Last month's class; None when it had none.
    """

    key: str
    code: ClassCode | None
    observed: ClassCode | None
    net_minor: int
    months: int
    contribution_bp: int | None
    stability_bp: int | None
    contribution_cut_bp: int
    limit_bp: int
    margins: tuple[int, int]
    edge_minor: int
    standing: Standing | None
    before: ClassCode | None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What somebody who knows the prospect adds or takes away.

    Attributes:
        hundredths: Added to the score, negative takes away.
        reason: Why; required unless 0.
        by: Who.
    """

    hundredths: int
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Strategic:
    """A flag that makes the expected contribution high whatever the score; the last day is inclusive."""

    reason: str
    approved_by: str
    until_on: dt.date


@dataclass(frozen=True, slots=True)
class Card:
    """A filled score card of one prospect.

    Attributes:
        key: The prospect.
        ratings: 1 to 5 by indicator; a missing one is missing here.
        intent: 1 to 5; None when nobody has said.
        adjustment: Personal adjustment; None for none.
        strategic: Strategic flag; None for none.
    """

    key: str
    ratings: Mapping[str, int]
    intent: int | None
    adjustment: Adjustment | None = None
    strategic: Strategic | None = None


@dataclass(frozen=True, slots=True)
class Prospect:
    """The class of one prospect.

    Attributes:
        key: The prospect.
        code: Its class; None while answers are missing.
        card_hundredths: Weighted score of the card alone; None while answers are missing.
        score_hundredths: The same with the adjustment, kept between 100 and 500.
        adjustment: What was added, with its reason.
        strategic: The flag, if it counted.
        intent: Intent, 1 to 5.
        missing: Indicators without an answer, ``intent`` among them.
    """

    key: str
    code: ProspectCode | None
    card_hundredths: int | None
    score_hundredths: int | None
    adjustment: Adjustment | None
    strategic: Strategic | None
    intent: int | None
    missing: tuple[str, ...]
