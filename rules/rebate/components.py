"""From plain data to the components of a programme."""

from __future__ import annotations

from itertools import chain, pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from rules.fields import Fields
from rules.reading import GRADE_NAMES
from rules.rebate.fields import flag, names
from rules.rebate.model import SHARES, Basis, Component, Level, Measure, PaidAt, PaysOn, Tier, Window
from rules.verify.tiers import Boundary, TierMode
from rules.vocabulary import NAME_FORM, is_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.documents import Document, Path

COMPONENT_KEYS = frozenset(
    {"id", "label", "basis", "mode", "tiers", "boundary", "pays_on", "every_month", "multiplier"}
    | {"cap_minor", "floor_minor", "paid_at", "tables"}
)
BASIS_KEYS = frozenset({"measure", "level", "window", "categories", "products", "vendors"})
GIVEN = ("rate_bp", "amount_minor", "per_unit_minor")
HIGHEST = {"rate_bp": 10_000, "amount_minor": 10**15, "per_unit_minor": 10**12}
MAX_EDGE = 10**15
MAX_MULTIPLIER = 100_000


class ComponentReader:
    """Reads the components of one document.

    Args:
        document: Where problems go.
        quantum_minor: What lines are rounded to; limits are multiples of it.
    """

    def __init__(self, document: Document, quantum_minor: int) -> None:
        self._document = document
        self._quantum = quantum_minor
        self._ids: set[str] = set()

    def read(self, book: Fields) -> tuple[Component, ...]:
        """Return the components at the key ``components``."""
        return tuple(
            self._component(content, ("components", place))
            for place, content in enumerate(book.members("components"))
        )

    def _component(self, content: object, path: Path) -> Component:
        part = Fields(self._document, content, path, COMPONENT_KEYS)
        name = part.word("id")
        if name in self._ids:
            part.complain("id", f"the id {name!r} is used twice")
        self._ids.add(name)
        basis = self._basis(part)
        mode = part.choice("mode", get_args(TierMode))
        component = Component(
            id=name,
            label=part.labels("label"),
            basis=basis,
            mode=mode,
            tiers=self._tiers(part, "tiers"),
            boundary=part.choice("boundary", get_args(Boundary)),
            pays_on=self._pays_on(part, basis.measure),
            every_month="every_month" in part.content and flag(part, "every_month"),
            multiplier=self._multiplier(part),
            cap_minor=self._limit(part, "cap_minor"),
            floor_minor=self._limit(part, "floor_minor"),
            paid_at=part.choice("paid_at", get_args(PaidAt)) if "paid_at" in part.content else "every",
            tables=self._tables(part),
        )
        self._fit(part, component)
        return component

    @staticmethod
    def _basis(part: Fields) -> Basis:
        basis = part.part("basis", BASIS_KEYS)
        return Basis(
            measure=basis.choice("measure", get_args(Measure)),
            level=basis.choice("level", get_args(Level)),
            window=basis.choice("window", get_args(Window)),
            categories=names(basis, "categories"),
            products=names(basis, "products"),
            vendors=names(basis, "vendors"),
        )

    def _tiers(self, part: Fields, key: str) -> tuple[Tier, ...]:
        tiers = tuple(
            self._tier(content, (*part.path, key, place)) for place, content in enumerate(part.members(key))
        )
        if any(above.from_ <= below.from_ for below, above in pairwise(tiers)):
            part.complain(key, "every tier begins above the one before it")
        return tiers

    def _tables(self, part: Fields) -> Mapping[str, tuple[Tier, ...]] | None:
        if "tables" not in part.content:
            return None
        named = part.mapping("tables")
        tables = part.part("tables", frozenset(named)) if named else part
        for name in named:
            if not is_name(name):
                tables.complain("", f"the name of a tier table consists of {NAME_FORM}: {name!r}")
        return MappingProxyType({name: self._tiers(tables, name) for name in named})

    def _tier(self, content: object, path: Path) -> Tier:
        part = Fields(self._document, content, path, frozenset({"from", *GIVEN}))
        edge = part.whole("from", 0, MAX_EDGE)
        given = [key for key in GIVEN if key in part.content]
        if part.present and len(given) != 1:
            part.complain("", f"a tier gives one of {', '.join(GIVEN)}")
        if len(given) != 1:
            return Tier(edge, rate_bp=0)
        number: dict[str, Any] = {given[0]: part.whole(given[0], 0, HIGHEST[given[0]])}
        return Tier(edge, **number)

    @staticmethod
    def _pays_on(part: Fields, measure: Measure) -> PaysOn:
        if measure == "growth":
            return part.choice("pays_on", get_args(PaysOn))
        if "pays_on" in part.content:
            part.complain("pays_on", "only growth says what it pays on")
        return "value"

    @staticmethod
    def _multiplier(part: Fields) -> Mapping[str, int] | None:
        if "multiplier" not in part.content:
            return None
        grades = part.part("multiplier", frozenset(GRADE_NAMES))
        return MappingProxyType(
            {
                grade: grades.whole(grade, 0, MAX_MULTIPLIER)
                for grade in GRADE_NAMES
                if grade in grades.content
            }
        )

    def _limit(self, part: Fields, key: str) -> int | None:
        if key not in part.content:
            return None
        limit = part.whole(key, 1, MAX_EDGE)
        if limit % self._quantum:
            part.complain(key, f"{key!r} must be a multiple of the rounding step {self._quantum}: {limit}")
        return limit

    @staticmethod
    def _fit(part: Fields, component: Component) -> None:
        """Refuse what does not go together."""
        mode, measure = component.mode, component.basis.measure
        tiers = chain.from_iterable(each.tiers for _, each in component.variants())
        kinds = {key for tier in tiers for key in GIVEN if getattr(tier, key) is not None}
        wanted = {"amount_minor"} if mode == "step" else {"per_unit_minor"}
        wanted = wanted if mode == "step" or measure == "quantity" else {"rate_bp"}
        if kinds - wanted:
            part.complain("tiers", f"tiers of {measure} in mode {mode} give {wanted.pop()}")
        basis = component.basis
        if measure in ("mix", "new_products") and not (basis.categories or basis.products or basis.vendors):
            part.complain("basis", f"{measure} names the categories, products or vendors it is about")
        if mode == "marginal" and measure in SHARES:
            part.complain("mode", "edges of a share have no slices: retroactive or step")
        cap, floor = component.cap_minor, component.floor_minor
        if cap is not None and floor is not None and floor > cap:
            part.complain("floor_minor", f"the least amount {floor} is above the most {cap}")
