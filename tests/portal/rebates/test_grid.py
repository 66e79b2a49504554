"""Tier tables and the rules that choose them as cells: nothing is lost, odd shapes stay text."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from portal.rebates.grid import content_of, grid_of, rearranged, text_of
from portal.rebates.grid_tables import Choice, sources_of
from rules.rebate import Program
from tests.portal.rebates.world import EXAMPLE

if TYPE_CHECKING:
    from portal.rebates.grid import Grid

MEASURED = frozenset({"yoy_growth", "return_rate"})
CHOSEN = ("yoy_growth", "greater_than_or_equal_to", "20", "table_1")


def content() -> dict[str, Any]:
    return dict(yaml.safe_load(EXAMPLE)) | {"effective_from": "2026-10-01", "effective_until": "2026-12-31"}


def cells(grid: Grid) -> dict[str, str]:
    """Return the cells of lines and rules as a page would send them."""
    found = {}
    for line in grid.lines:
        found |= {f"r{line.place}-{name}": value for name, value in line.fields.items()}
        tables = [(f"r{line.place}-", line.tiers)]
        for table in line.tables:
            found[f"r{line.place}-t{table.place}-name"] = table.name
            tables.append((f"r{line.place}-t{table.place}-", table.tiers))
        for before, tiers in tables:
            for row, (edge, given) in enumerate(tiers):
                found |= {f"{before}f{row}": edge, f"{before}g{row}": given}
    for row, one in enumerate(grid.choices or ()):
        found |= rule(row, one.source, one.operator, one.value, one.table)
    return found


def rule(row: int, source: str, operator: str, value: str, table: str) -> dict[str, str]:
    names = ("source", "op", "value", "table")
    return {
        f"c{row}-{name}": cell for name, cell in zip(names, (source, operator, value, table), strict=True)
    }


def with_table() -> dict[str, Any]:
    """Return the example with one table and one rule, made from cells alone."""
    made = rearranged(content(), "table-0")
    sent = cells(grid_of(made)) | {"r0-t0-g0": "5", "r0-t0-g1": "9.5 %"} | rule(0, *CHOSEN)
    return content_of(sent, made)


def problems(made: dict[str, Any]) -> list[str]:
    return [problem.message for problem in Program.load(text_of(made)).problems]


def test_a_table_and_its_rule_are_made_of_cells() -> None:
    made = with_table()
    assert problems(made) == []
    (component,) = Program.load(text_of(made)).components
    assert [(tier.from_, tier.rate_bp) for tier in (component.tables or {})["table_1"]] == [
        (5_000, 500),
        (20_000, 950),
    ]
    assert [(tier.from_, tier.rate_bp) for tier in component.tiers] == [(5_000, 200), (20_000, 400)]
    assert made["conditions"]["inputs"]["yoy_growth"]["missing"] == "no_match"
    assert (grid_of(made).choices or ())[0] == Choice(*CHOSEN)


def test_cells_sent_back_change_nothing() -> None:
    made = with_table()
    again = content_of(cells(grid_of(made)), made)
    assert Program.load(text_of(again)).sha256 == Program.load(text_of(made)).sha256
    assert content_of({"h-label_ko": "이름"}, made)["conditions"] == made["conditions"]


def test_a_table_without_a_rule_and_a_rule_without_a_table_are_told() -> None:
    lonely = rearranged(content(), "table-0")
    assert problems(lonely) == ["no rule chooses the tier table 'table_1'"]
    gone = rearranged(with_table(), "untable-0-0")
    assert problems(gone) == ["no line has the tier table 'table_1'"]
    assert (grid_of(gone).choices or ())[0].table == "table_1"
    assert "tables" not in gone["components"][0]
    assert "conditions" not in content_of(cells(grid_of(gone)) | rule(0, "", "less_than", "", ""), gone)


def test_a_new_name_goes_into_the_rules() -> None:
    made = with_table()
    sent = cells(grid_of(made)) | {"r0-t0-name": "grown"}
    named = content_of(sent, made)
    assert problems(named) == []
    assert named["conditions"]["rules"][0]["then"] == [{"name": "use_tiers", "params": {"tiers": "grown"}}]
    twice = rearranged(rearranged(made, "table-0"), "table-0")
    assert list(twice["components"][0]["tables"]) == ["table_1", "table_2", "table_3"]
    same = content_of(cells(grid_of(twice)) | {"r0-t1-name": "table_1", "r0-t2-name": " "}, twice)
    assert list(same["components"][0]["tables"]) == ["table_1", "table_1_2"]
    assert same["conditions"]["rules"][0]["then"][0]["params"] == {"tiers": "table_1"}


def test_a_line_gets_the_tables_other_lines_have() -> None:
    two = rearranged(rearranged(with_table(), "add"), "table-1")
    assert [list(part["tables"]) for part in two["components"]] == [["table_1"], ["table_1"]]
    assert problems(two) == []
    many = two
    for _ in range(8):
        many = rearranged(many, "table-0")
    assert len(many["components"][0]["tables"]) == 6


def test_rules_keep_their_words_and_new_ones_get_a_name() -> None:
    made = with_table()
    made["conditions"]["rules"][0] |= {
        "id": "strong",
        "label": {"ko": "강한", "en": "Strong"},
        "when": {"name": "yoy_growth", "operator": "less_than", "value": "3"},
    }
    sent = cells(grid_of(made)) | rule(0, "yoy_growth", "less_than", "1,000 %", "table_1")
    sent |= rule(1, "return_rate", "less_than", "2", "table_1")
    sent |= rule(2, "yoy_growth", "less_than", "2", "table_1")
    rules = content_of(sent, made)["conditions"]["rules"]
    assert [one["id"] for one in rules] == ["strong", "table_1", "table_1-2"]
    assert rules[0]["label"]["en"] == "Strong"
    assert rules[0]["when"] == {"name": "yoy_growth", "operator": "less_than", "value": "1000"}
    dropped = content_of(sent | rule(1, "", "", "", ""), made)
    assert list(dropped["conditions"]["inputs"]) == ["yoy_growth"]


@pytest.mark.parametrize(
    "change",
    [
        {"hit_policy": "priority"},
        {"else": {"then": [{"name": "use_tiers", "params": {"tiers": "table_1"}}]}},
        {"rules": "none"},
        {"inputs": []},
        {"rules": [{"id": "x"}]},
        {"rules": [{"then": [{"name": "set_eligible", "params": {"eligible": False}}]}]},
        {"rules": [{"then": [{"name": "use_tiers", "params": "x"}]}]},
        {"rules": [{"then": [{"name": "use_tiers", "params": {"tiers": "table_1"}}], "when": {"all": []}}]},
    ],
)
def test_conditions_that_do_more_stay_as_they_are(change: dict[str, Any]) -> None:
    made = with_table()
    made["conditions"] |= change
    before = copy.deepcopy(made["conditions"])
    assert grid_of(made).choices is None
    assert content_of(cells(grid_of(made)) | rule(0, *CHOSEN), made)["conditions"] == before


def test_conditions_that_are_no_mapping_stay_too() -> None:
    assert grid_of(content() | {"conditions": "all"}).choices is None


def test_figures_to_look_at_are_named_once() -> None:
    assert [name for name, _ in sources_of(content(), MEASURED, "en")] == ["return_rate", "yoy_growth"]
    made = with_table()
    made["conditions"]["inputs"] |= {"own": {"type": "boolean"}, "odd": "text"}
    found = sources_of(made, MEASURED, "ko")
    assert [name for name, _ in found] == ["yoy_growth", "own", "odd", "return_rate"]
    assert (found[1][1], found[3][1]) == ("own", "반품률 (%)")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0.75 %", 75), (" 5", 500), ("1e999999", "1e999999"), ("nan", "nan"), ("0.005", "0.005"),
     ("-1", -100), ("9" * 20, "9" * 20), ("", "")],
)  # fmt: skip
def test_a_share_is_read_or_left_as_it_was_typed(typed: str, kept: int | str) -> None:
    sent = cells(grid_of(content())) | {"r0-g0": typed}
    assert content_of(sent, content())["components"][0]["tiers"][0]["rate_bp"] == kept
