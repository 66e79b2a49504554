"""Plain data from text, with the place of everything in it."""

from __future__ import annotations

from rules.documents import Document, Problem, read_document


def test_documents_keep_places_and_refuse_double_and_odd_keys():
    document = read_document(
        "a: 1\na: 2\n<<: {b: 1}\n[1, 2]: x\nc: [yes, 0o7, 1.5, 012, true, null, 2026-01-01]\n"
    )

    assert document.content == {"a": 2, "c": ["yes", "0o7", "1.5", "012", True, None, "2026-01-01"]}
    assert document.places["c", 2] == (5, 15)
    assert document.problems == [
        Problem(2, 1, "'a' is given twice"),
        Problem(3, 1, "keys must be plain words"),
        Problem(4, 1, "keys must be plain words"),
        Problem(5, 5, "write yes between quotation marks"),
        Problem(5, 15, "write 1.5 between quotation marks"),
        Problem(5, 20, "write 012 between quotation marks"),
    ]


def test_a_problem_without_a_place_stands_at_its_nearest_parent():
    document = Document(places={(): (1, 1), ("a",): (2, 3)})

    document.complain(("a", "b", 3), "odd")

    assert document.problems == [Problem(2, 3, "odd")]


def test_json_may_be_indented_with_tabs():
    assert read_document('{\n\t"a": {\n\t\t"b": 1\n\t}\n}').content == {"a": {"b": 1}}
