"""What pages show of decisions: rules in words, columns with their labels, and what cells may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.rulebooks.decision_table import INPUT_FIELDS, is_table, table_of
from portal.rulebooks.sheet import mapping
from portal.web.i18n import gettext, translate
from rules.decisions import words as decision_words
from rules.decisions.actions import action_vocabulary
from rules.decisions.cells import FORMS
from rules.decisions.changes import clause_words
from rules.decisions.explain import OTHERWISE
from rules.decisions.problem_words import decision_problem_text
from rules.decisions.reading import AGGREGATES, HIT_POLICIES
from rules.decisions.variables import KINDS, MISSING_RULES
from rules.decisions.words import action_text
from rules.kpis import catalogue

if TYPE_CHECKING:
    from portal.rulebooks.sheet import Content
    from rules.decisions.book import DecisionBook
    from rules.decisions.model import Rule
    from rules.kpis import Locale

View = dict[str, Any]
TYPES = {
    "numeric": "A number",
    "boolean": "Yes or no",
    "string": "Text",
    "select": "One of several options",
    "select_multiple": "Several options",
}


def decision_view(book: DecisionBook, tongue: Locale) -> View:
    """Return a sound decision to read: rules in words, and the table as it stands when it is one."""
    change = book.change
    return {
        "is_decision": True,
        "decision": book.decision,
        "label": book.label[tongue],
        "version": book.version,
        "from_on": book.effective_from,
        "until_on": book.effective_until,
        "announced_on": change.announced_on if change else None,
        "note": change.note[tongue] if change else "",
        "sha256": book.sha256,
        "hit_policy": decision_words.HIT_POLICIES[book.ruleset.hit_policy][tongue],
        "aggregate": decision_words.AGGREGATES[book.ruleset.aggregate][tongue]
        if book.ruleset.hit_policy == "collect"
        else "",
        "inputs": [_input_view(book, name, tongue) for name in book.ruleset.variables],
        "rules": [_rule_view(book, rule, tongue) for rule in book.ruleset.rules],
        "table": _table_view(book, tongue),
    }


def _input_view(book: DecisionBook, name: str, tongue: Locale) -> View:
    variable = book.ruleset.variables[name]
    return {
        "label": variable.label[tongue],
        "unit": variable.unit,
        "type": gettext(TYPES[variable.kind]),
        "missing": decision_words.MISSING[variable.missing][tongue],
        "options": ", ".join(variable.options),
        "kpi": book.kpis.get(name, ""),
    }


def _rule_view(book: DecisionBook, rule: Rule, tongue: Locale) -> View:
    return {
        "id": rule.id,
        "label": rule.label[tongue] if rule.label[tongue] != rule.id else "",
        "priority": rule.priority,
        "when": OTHERWISE[tongue]
        if rule.when is None
        else clause_words(rule.when, book.ruleset.variables, tongue),
        "then": [action_text(action, tongue) for action in rule.then],
    }


def _table_view(book: DecisionBook, tongue: Locale) -> View | None:
    if book.table is None:
        return None
    variables, actions = book.ruleset.variables, action_vocabulary()
    rows = [
        {"id": rule.id, "when": row.when, "then": [str(cell) for cell in row.then]}
        for rule, row in zip(book.ruleset.rules, book.table.rows, strict=False)
    ]
    return {
        "inputs": [(variables[name].label[tongue], variables[name].unit) for name in book.table.inputs],
        "outputs": [(actions[name].label[tongue], _unit(name)) for name in book.table.outputs],
        "rows": rows,
        "otherwise": None if book.table.otherwise is None else [str(cell) for cell in book.table.otherwise],
    }


def _unit(action: str) -> str:
    meaning = action_vocabulary().get(action)
    return next(iter(meaning.params.values())).unit if meaning and meaning.params else ""


def table_editor_view(content: object, book: DecisionBook, tongue: Locale) -> View | None:
    """Return everything the grid of a decision table shows; None when the content is no table."""
    if not is_table(content) or not isinstance(content, dict):
        return None
    return {
        "grid": table_of(content),
        "heads": _heads(content, tongue),
        "out_heads": {meaning.name: _unit(meaning.name) for meaning in action_vocabulary().values()},
        "input_choices": _input_choices(content, tongue),
        "output_choices": [
            (meaning.name, meaning.label[tongue])
            for meaning in action_vocabulary().values()
            if len(meaning.params) == 1
        ],
        "output_options": {
            name: next(iter(meaning.params.values())).form
            for name, meaning in action_vocabulary().items()
            if len(meaning.params) == 1
        },
        "hit_policies": [(name, decision_words.HIT_POLICIES[name][tongue]) for name in HIT_POLICIES],
        "aggregates": [(name, decision_words.AGGREGATES[name][tongue]) for name in AGGREGATES],
        "types": [(kind, gettext(TYPES[kind])) for kind in KINDS],
        "missing_rules": [(name, decision_words.MISSING[name][tongue]) for name in MISSING_RULES],
        "forms": [(gettext(TYPES[kind]), decision_problem_text(FORMS[kind])[tongue]) for kind in KINDS],
        "input_fields": INPUT_FIELDS,
        "used": set(table_of(content).inputs),
        "words": book.ruleset.rules and not book.problems and decision_view(book, tongue),
    }


def _heads(content: Content, tongue: Locale) -> dict[str, View]:
    """Return unit and help by input name, for the heads of the columns."""
    heads: dict[str, View] = {}
    for name, source in mapping(content.get("inputs")).items():
        given = mapping(source)
        kind = given.get("type")
        form = decision_problem_text(FORMS[kind])[tongue] if isinstance(kind, str) and kind in FORMS else ""
        options = ", ".join(str(option) for option in given.get("options") or ())
        heads[str(name)] = {
            "unit": given.get("unit") or "",
            "kind": gettext(TYPES[kind]) if isinstance(kind, str) and kind in TYPES else "",
            "help": translate("%(form)s; options: %(options)s", form=form, options=options)
            if options
            else form,
        }
    return heads


def _input_choices(content: Content, tongue: Locale) -> list[tuple[str, str]]:
    own = mapping(content.get("inputs"))
    found = [
        (str(name), str(mapping(mapping(source).get("label")).get(tongue) or name))
        for name, source in own.items()
    ]
    return found + [(code, kpi.label[tongue]) for code, kpi in catalogue().items() if code not in own]
