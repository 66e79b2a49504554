"""Maps: what they accept, and how clearly they refuse."""

from __future__ import annotations

import json

import pytest

from portal.sales.reading import MapError, load_column_map
from portal.sales.reading.known import import_kinds, ready_map_text, ready_maps, table_spec


@pytest.mark.parametrize("name", ready_maps())
def test_ready_maps_fit_their_kind(name):
    ready = load_column_map(ready_map_text(name))
    spec = table_spec(ready.kind)
    for column in ready.columns:
        spec.column(column)
    filled = set(ready.columns)
    assert {column.name for column in spec.columns if column.required} <= filled


def test_yaml_and_json_read_alike():
    data = {"columns": {"a": "A", "b": {"from": 1, "times": 10}, "c": {"constant": "x"}}}
    from_json = load_column_map(json.dumps(data))
    from_yaml = load_column_map("columns: {a: A, b: {from: 1, times: 10}, c: {constant: x}}")
    assert from_json.columns == from_yaml.columns


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {}", "columns: name at least one column"),
        ("- a", "a map is a list of keys and values"),
        ("{", "this is neither YAML nor JSON"),
        ("colums: {a: A}", "the map: unknown key colums"),
        ("columns: {a: {from: A, constant: b}}", "columns.a: give exactly one of"),
        ("columns: {a: {from: A, split: '('}}", "columns.a: split is no valid pattern"),
        ("columns: {a: {from: A, split: 'x'}}", "columns.a: split has no group 1"),
        ("columns: {a: {from: A, date_format: MM/DD}}", "columns.a: date format 'MM/DD' needs"),
        ("columns: {a: {from: A, unit: pounds}}", "columns.a: unit is one of"),
        ("columns: {a: {from: -1}}", "columns.a: a source is a header or a position"),
        ("columns: {a: {multiply: [A]}}", "columns.a: multiply names two columns"),
        ("columns: {a: {from: A, rounded: 1}}", "columns.a: rounded is true or false"),
        ("columns: {a: {from: A, times: -1}}", "times: a whole number"),
        ("columns: {a: A}\nskip: [{from: A}]", "skip[0]: give from and equals"),
        ("columns: {a: A}\nfill_down: A", "fill_down: a list is expected"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text, said):
    with pytest.raises(MapError) as refusal:
        load_column_map(text)
    assert said in str(refusal.value)


def test_every_kind_of_import_has_a_spec():
    kinds = "regions dealers outlets terminals products orders payments targets contacts"
    assert list(import_kinds()) == kinds.split()
    assert table_spec("orders", scale=2).column("amount").scale == 2
    assert table_spec("terminals", scale=2).column("latitude").scale == 6
