"""The demo's documents: sell-through from dealers to retail points, sell-in from the maker to dealers.

Each month is drawn from its own generator, so a month can be drawn again alone; mirrored Octobers use that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.demo.plan import LAST_MONTH, LINES_PER_SELL_IN_DOCUMENT, MONTHS, generator
from portal.demo.truths import BY_DEALER, TRUTHS
from rules.months import Month

if TYPE_CHECKING:
    from portal.demo.network import Floats, Network

Ints = np.ndarray[Any, np.dtype[np.int64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]

# Soft drinks over the year, January first: a summer peak and a quiet winter.
SEASON = (0.78, 0.80, 0.92, 1.00, 1.12, 1.26, 1.34, 1.30, 1.06, 0.96, 0.84, 0.80)
_RETURN_SHARE = 0.012
_LINES_PER_DOCUMENT = 2.2
_LINES_MAX = 8
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class ProductLine:
    """An own product: price of a case in won, supply value."""

    code: str
    name: str
    category: str
    case_won: int
    pack_units: int
    volume_ml: int
    weight: int
    launched_on: str = ""


PRODUCTS = tuple(
    ProductLine(f"HB{100 + i}", name, category, won, pack, ml, weight, launched)
    for i, (name, category, won, pack, ml, weight, launched) in enumerate(
        (
            ("한빛사이다 250ml 캔", "탄산", 15_600, 30, 250, 22, ""),
            ("한빛사이다 500ml", "탄산", 18_400, 24, 500, 14, ""),
            ("한빛사이다 1.5L", "탄산", 17_200, 12, 1500, 10, ""),
            ("한빛콜라 250ml 캔", "탄산", 16_200, 30, 250, 18, ""),
            ("한빛콜라 500ml", "탄산", 19_000, 24, 500, 10, ""),
            ("자몽에이드 350ml", "탄산", 20_400, 24, 350, 5, "2025-04-01"),
            ("감귤주스 180ml", "주스", 21_000, 30, 180, 6, ""),
            ("감귤주스 1L", "주스", 22_800, 12, 1000, 4, ""),
            ("포도주스 180ml", "주스", 20_700, 30, 180, 4, ""),
            ("샘물 500ml", "생수", 6_200, 20, 500, 20, ""),
            ("샘물 2L", "생수", 5_100, 6, 2000, 16, ""),
            ("아침커피 240ml", "커피", 23_400, 30, 240, 8, ""),
            ("아침라떼 240ml", "커피", 24_600, 30, 240, 6, ""),
            ("이온플러스 500ml", "이온음료", 17_800, 24, 500, 9, ""),
            ("보리차 500ml", "차음료", 14_900, 24, 500, 7, ""),
            ("옥수수차 500ml", "차음료", 14_900, 24, 500, 6, ""),
            ("유자차 340ml", "차음료", 19_800, 24, 340, 3, ""),
            ("제로사이다 355ml", "탄산", 18_900, 24, 355, 9, "2026-03-01"),
        )
    )
)


@dataclass(frozen=True, slots=True)
class MonthTrade:
    """Documents and lines of a month at one level, one array per column.

    ``line_document`` holds positions into the documents; returns carry negative quantities and amounts.
    """

    month: Month
    buyer: Ints
    seller: Ints
    day: Ints
    is_return: Bools
    line_document: Ints
    line_no: Ints
    product: Ints
    quantity: Ints
    amount_minor: Ints

    def of_sellers(self, sellers: list[int]) -> MonthTrade:
        """Return only the documents of some sellers."""
        return _select(self, np.isin(self.seller, sellers))

    def without_sellers(self, sellers: list[int]) -> MonthTrade:
        """Return all documents but those of some sellers."""
        return _select(self, ~np.isin(self.seller, sellers))

    def net_by_seller(self, count: int) -> Ints:
        """Return the net amount of each seller position below ``count``."""
        net = np.zeros(count, dtype=np.int64)
        np.add.at(net, self.seller[self.line_document], self.amount_minor)
        return net


def _select(trade: MonthTrade, keep: Bools) -> MonthTrade:
    position = np.cumsum(keep) - 1
    lines = keep[trade.line_document]
    return MonthTrade(
        trade.month,
        trade.buyer[keep],
        trade.seller[keep],
        trade.day[keep],
        trade.is_return[keep],
        position[trade.line_document[lines]],
        trade.line_no[lines],
        trade.product[lines],
        trade.quantity[lines],
        trade.amount_minor[lines],
    )


def _joined(first: MonthTrade, second: MonthTrade) -> MonthTrade:
    def both(name: str) -> Any:
        return np.concatenate([getattr(first, name), getattr(second, name)])

    return MonthTrade(
        first.month,
        both("buyer"),
        both("seller"),
        both("day"),
        both("is_return"),
        np.concatenate([first.line_document, second.line_document + len(first.buyer)]),
        both("line_no"),
        both("product"),
        both("quantity"),
        both("amount_minor"),
    )


def _dealer_level(network: Network, month: Month, index: int) -> Floats:
    """Each dealer's level of trade in a month, 1.0 in an average month of the first year."""
    years = (index - 5.5) / 12
    noise = generator(3, index).normal(0.0, 1.0, network.size.dealers) * network.dealer_noise
    level = network.dealer_trend**years * SEASON[month.first_on.month - 1] * np.exp(noise)
    for truth in TRUTHS:
        if str(month) < truth.first_month or str(month) in truth.silent_months:
            level[truth.dealer] = 0.0
    return level


def _draw(network: Network, month: Month) -> MonthTrade:
    size = network.size
    index = MONTHS - 1 - _months_before_last(month)
    rng = generator(4, size.terminals, index)
    sell_in_lines = size.dealers * MONTHS * size.sell_in_documents * LINES_PER_SELL_IN_DOCUMENT
    documents = max(size.lines - sell_in_lines, size.lines // 3) / MONTHS / _LINES_PER_DOCUMENT
    rate = network.terminal_rate / network.terminal_rate.sum() * documents
    expected = rate * _dealer_level(network, month, index)[network.terminal_dealer]
    buyer = np.repeat(np.arange(size.terminals), _spread(rng, expected, network.terminal_dealer))
    lines = np.minimum(rng.geometric(1 / _LINES_PER_DOCUMENT, len(buyer)), _LINES_MAX)
    line_document = np.repeat(np.arange(len(buyer)), lines)
    starts = np.cumsum(lines) - lines
    weights = np.array([product.weight for product in PRODUCTS], dtype=np.float64)
    product = rng.choice(len(PRODUCTS), len(line_document), p=weights / weights.sum())
    launched = np.array([product.launched_on for product in PRODUCTS])
    product = np.where(launched[product] > str(month.last_on), product % 5, product)
    is_return = rng.random(len(buyer)) < _RETURN_SHARE
    quantity = rng.integers(2, 7, len(line_document))
    quantity = np.where(is_return[line_document], -np.minimum(quantity, 2), quantity)
    price = np.array([product.case_won for product in PRODUCTS], dtype=np.int64)
    return MonthTrade(
        month,
        buyer,
        network.terminal_dealer[buyer],
        _business_days(rng, month, len(buyer)),
        is_return,
        line_document,
        np.arange(len(line_document)) - starts[line_document] + 1,
        product,
        quantity,
        quantity * price[product],
    )


def _spread(rng: np.random.Generator, expected: Floats, dealer: Ints) -> Ints:
    """Draw whole numbers of documents whose sum per dealer stays within one of what is expected.

    Independent draws would make a small dealer's month swing by a tenth for no reason.
    """
    order = np.lexsort((rng.random(len(expected)), dealer))
    steps = np.floor(np.concatenate([[0.0], np.cumsum(expected[order])]) + rng.random())
    counts = np.empty(len(expected), dtype=np.int64)
    counts[order] = np.diff(steps).astype(np.int64)
    return counts


def _months_before_last(month: Month) -> int:
    last, this = LAST_MONTH.first_on, month.first_on
    return (last.year - this.year) * 12 + last.month - this.month


def _business_days(rng: np.random.Generator, month: Month, count: int) -> Ints:
    days = [
        day for day in range(1, month.last_on.day + 1) if month.first_on.replace(day=day).weekday() < _SUNDAY
    ]
    return np.array(days, dtype=np.int64)[rng.integers(0, len(days), count)]


def sell_through(network: Network, month: Month) -> MonthTrade:
    """Draw the sales of dealers to retail points in a month, truths included."""
    mirrored = [truth.dealer for truth in TRUTHS if truth.october_ratio is not None]
    drawn = _draw(network, month)
    if month != LAST_MONTH:
        return drawn
    original = _draw(network, LAST_MONTH.shift(-12)).of_sellers(mirrored)
    ratios = [BY_DEALER[int(seller)].october_ratio for seller in original.seller[original.line_document]]
    numerators = np.array([ratio.numerator for ratio in ratios if ratio is not None], dtype=np.int64)
    denominators = np.array([ratio.denominator for ratio in ratios if ratio is not None], dtype=np.int64)
    mirror = MonthTrade(
        month,
        original.buyer,
        original.seller,
        np.minimum(original.day, month.last_on.day),
        original.is_return,
        original.line_document,
        original.line_no,
        original.product,
        original.quantity,
        original.amount_minor * numerators // denominators,
    )
    return _joined(drawn.without_sellers(mirrored), mirror)


def sell_in(network: Network, through: MonthTrade) -> MonthTrade:
    """Draw what each dealer bought from the maker in a month: about what he sold, in a few orders."""
    size, month = network.size, through.month
    rng = generator(5, size.dealers, _months_before_last(month))
    need = through.net_by_seller(size.dealers).astype(np.float64) * rng.uniform(0.82, 0.98, size.dealers)
    buying = np.flatnonzero(need > 0)
    buyer = np.repeat(buying, size.sell_in_documents)
    count = LINES_PER_SELL_IN_DOCUMENT
    line_document = np.repeat(np.arange(len(buyer)), count)
    product = rng.integers(0, 5, len(line_document)) + np.tile(np.arange(count) * 2, len(buyer))
    price = np.array([product.case_won for product in PRODUCTS], dtype=np.int64)
    share = need[buyer] / size.sell_in_documents / count
    quantity = np.maximum((share[line_document] / price[product]).astype(np.int64), 1)
    return MonthTrade(
        month,
        buyer,
        np.full(len(buyer), -1, dtype=np.int64),
        _business_days(rng, month, len(buyer)),
        np.zeros(len(buyer), dtype=np.bool_),
        line_document,
        np.tile(np.arange(1, count + 1), len(buyer)),
        product,
        quantity,
        quantity * price[product],
    )
