"""Templates write what stock Jinja writes, character for character."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from portal.web import i18n
from portal.web.output import icon, sentence
from portal.web.templates import PageEnvironment

VALUES = [
    "plain",
    "가나 다",
    "",
    "a & b",
    "<i>",
    "'\"",
    0,
    -12,
    True,
    None,
    1.5,
    Markup("<b>x</b>"),
    ["<", 1],
]


def both(source: str):
    made = [
        kind(
            loader=DictLoader({"page": source, "part": "{% macro show(v) %}[{{ v }}]{% endmacro %}"}),
            autoescape=True,
            undefined=StrictUndefined,
        )
        for kind in (Environment, PageEnvironment)
    ]
    for environment in made:
        i18n.install(environment)
    made[1].globals["_"] = sentence
    return [environment.get_template("page") for environment in made]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "source",
    [
        "{{ value }}",
        '<a title="{{ value }}">',
        "{% from 'part' import show %}{{ show(value) }}",
        "{% set kept %}{{ value }}{% endset %}{{ kept }}",
        "{{ value ~ '<' }}",
        "{{ value|string|upper }}",
        "{{ _('%(name)s & co', name=value) }}",
        "{% autoescape false %}{{ value }}{% endautoescape %}",
    ],
)
def test_values_are_written_as_stock_jinja_writes_them(source, value):
    stock, ours = both(source)
    assert ours.render(value=value) == stock.render(value=value)


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_sentences_are_those_of_the_extension(locale):
    stock, ours = both("{{ _('Sign in') }} {{ _('100%%') }}")
    with i18n.in_locale(locale):
        assert ours.render() == stock.render()


def test_an_unknown_name_is_an_error():
    with pytest.raises(UndefinedError):
        both("{{ missing }}")[1].render()


def test_a_label_of_an_icon_is_escaped():
    assert 'aria-label="&#34;&gt;"' in icon("plus", '">')
    assert 'aria-hidden="true"' in icon("plus")
