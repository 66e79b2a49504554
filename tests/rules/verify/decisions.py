"""Small decisions for tests, and what they mean: every subject of a small domain, asked one by one."""

from __future__ import annotations

from itertools import product

from rules.decisions.matching import matcher
from rules.decisions.model import Action, Rule, RuleSet, Variable
from rules.terms import Condition, Group


def text(name):
    return {"ko": f"{name}값", "en": name}


def number(name, lowest=0, highest=10, scale=0, missing="hold", unit=""):
    return Variable(
        name, "numeric", text(name), unit, scale, lowest * 10**scale, highest * 10**scale, missing=missing
    )


def flag(name, missing="hold"):
    return Variable(name, "boolean", text(name), missing=missing)


def chosen(name, kind, *options, missing="hold"):
    return Variable(name, kind, text(name), options=options, missing=missing)


def at_least(name, value):
    return Condition(name, "greater_than_or_equal_to", str(value))


def below(name, value):
    return Condition(name, "less_than", str(value))


def every(*members):
    return Group("all", members)


def either(*members):
    return Group("any", members)


def grade(name):
    return Action("set_grade", {"grade": name})


def points(number):
    return Action("add_points", {"points": number})


def row(name, when, *then, priority=0):
    return Rule(name, text(name), when, then or (grade("A"),), priority)


def decision(variables, *rules, hit_policy="first", aggregate="list"):
    return RuleSet({one.name: one for one in variables}, rules, hit_policy, aggregate)


def holds(clause, ruleset, facts):
    """Decide a clause for one subject with the tests that define conditions, without any boxes."""
    if clause is None:
        return True
    if isinstance(clause, Group):
        verdicts = [holds(member, ruleset, facts) for member in clause.members]
        return all(verdicts) if clause.mode == "all" else any(verdicts)
    value = facts[clause.name]
    return value is not None and matcher(clause, ruleset.variables[clause.name]).holds(value)


def fired(ruleset, facts):
    """List the rules that count for one subject; an else rule only when no other fires."""
    held = [rule for rule in ruleset.rules if rule.when is not None and holds(rule.when, ruleset, facts)]
    return held or [rule for rule in ruleset.rules if rule.when is None]


def subjects(ruleset):
    """List every subject of a decision whose numbers have few values."""
    axes = [values_of(variable) for variable in ruleset.variables.values()]
    return [dict(zip(ruleset.variables, values, strict=True)) for values in product(*axes)]


def values_of(variable):
    missing = [None] if variable.missing == "no_match" else []
    if variable.kind == "numeric":
        return [*range(variable.lowest, variable.highest + 1), *missing]
    if variable.kind == "boolean":
        return [False, True, *missing]
    if variable.kind == "string":
        return [*variable.options, *missing]
    if variable.kind == "select":
        return [*((option,) for option in variable.options), *missing]
    flags = product((False, True), repeat=len(variable.options))
    return [
        *(tuple(o for o, on in zip(variable.options, chosen, strict=True) if on) for chosen in flags),
        *missing,
    ]


def kinds(findings):
    return [(finding.severity, finding.kind, finding.rules) for finding in findings]


def wide(count, width=3):
    """Return a table whose holes need more boxes than any check may look at."""
    variables = [number(f"v{place}") for place in range(count)]
    rows = [
        row(
            f"r{place}",
            every(
                *(
                    at_least(f"v{(place * 7 + step * step) % count}", 1 + (place + step) % 9)
                    for step in range(width)
                )
            ),
        )
        for place in range(count * 4)
    ]
    return decision(variables, *rows)
