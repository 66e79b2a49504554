"""Reading forms: everything wrong at once, nothing unnamed, no strange characters."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.access import Role
from portal.errors import Invalid
from portal.web.forms import FormReader, problems_by_field


def problem_of(form: FormReader, field: str) -> str | None:
    found = problems_by_field(form.problems).get(field)
    return found.text if found else None


def test_all_problems_are_found_at_once() -> None:
    form = FormReader({"name": "", "age": "x", "day": "2026-02-30", "role": "king", "mail": "a@b@c"})
    form.text("name", longest=10)
    form.integer("age")
    form.date("day")
    form.member("role", Role)
    form.email("mail")
    with pytest.raises(Invalid) as caught:
        form.check()
    assert [problem.field for problem in caught.value.problems] == ["name", "age", "day", "role", "mail"]


def test_text_is_normalised_and_bounded() -> None:
    form = FormReader({"name": "  가  ", "long": "x" * 11, "short": "x"})
    assert form.text("name", longest=10) == "가"
    assert form.text("long", longest=10) == ""
    assert form.text("short", longest=10, shortest=2) == ""
    assert [problem.field for problem in form.problems] == ["long", "short"]


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\x7fb", "a\ud800b", "a\uffffb", "a\nb", "a\tb"])
def test_characters_that_cannot_be_shown_are_refused(text: str) -> None:
    form = FormReader({"name": text})
    form.text("name", longest=10)
    assert problem_of(form, "name") == "Characters that cannot be shown are not allowed."


def test_lines_are_allowed_where_asked_for() -> None:
    form = FormReader({"note": "a\nb\tc"})
    assert (form.text("note", longest=10, lines=True), form.problems) == ("a\nb\tc", [])


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("1,234", 1234), ("１２３", 123), ("+5", 5), ("-5", None), ("", None), ("1.5", None),
     ("9" * 19, None), ("1000001", None), ("1e3", None), ("٣", None)],
)  # fmt: skip
def test_whole_numbers(text: str, value: int | None) -> None:
    assert FormReader({"n": text}).optional_integer("n", least=0, most=1_000_000) == value


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-11-30", dt.date(2026, 11, 30)), ("2026-2-3", dt.date.min), ("20261130", dt.date.min),
     ("2026-W48-1", dt.date.min), ("0000-01-01", dt.date.min), ("２０２６-11-30", dt.date.min),
     ("", dt.date.min)],
)  # fmt: skip
def test_dates(text: str, day: dt.date) -> None:
    form = FormReader({"day": text})
    assert form.date("day") == day
    assert bool(form.problems) is (day == dt.date.min)


@pytest.mark.parametrize(
    ("text", "accepted"),
    [("a@b.kr", True), ("", True), ("a.b+c@mail.dealer.example", True), ("a@", False), ("@b", False),
     ("a@b@c", False), ("a b@c.kr", False), ("a@b.kr,c@d.kr", False), ("<a@b.kr>", False), ("a@-b", False)],
)  # fmt: skip
def test_addresses(text: str, accepted: bool) -> None:
    form = FormReader({"mail": text})
    form.email("mail")
    assert (form.problems == []) is accepted


def test_passwords_are_read_as_typed_and_never_shown_again() -> None:
    form = FormReader({"password": "  두 칸  "})
    assert form.secret("password") == "  두 칸  "
    assert "password" not in form.values


def test_choices_and_flags() -> None:
    form = FormReader({"theme": "dark", "on": "on", "off": "0"})
    assert form.choice("theme", ("light", "dark")) == "dark"
    assert (form.flag("on"), form.flag("off"), form.flag("missing")) == (True, False, False)
    assert form.choice("missing", ("light", "dark")) == "light"
    assert problem_of(form, "missing") == "Please choose one of the options."
