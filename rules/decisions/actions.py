"""What a rule may give: the whitelist of ``books/actions.yaml``, and reading of ``then``.

Actions are data. Nothing is done when a rule fires: its values are handed back, typed and in range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import yaml

from rules.decisions.model import Action
from rules.fields import MAX_TEXT, Fields
from rules.kpis import Text

if TYPE_CHECKING:
    from rules.documents import Document
    from rules.documents import Path as Place

Effect = Literal["points", "grade", "money", "eligibility", "none"]
ParamKind = Literal["choice", "whole", "boolean", "text"]
ParamValue = str | int | bool
ACTIONS_FILE = Path(__file__).parents[1] / "books" / "actions.yaml"
MAX_ACTIONS = 20


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an action.

    Attributes:
        name: Name of the result it becomes; unique in the whole vocabulary.
        kind: Type of its value.
        label: Name for people, by locale.
        unit: Unit of a whole number: points, bp (1/10,000), minor (of the currency) or days.
        lowest: Smallest whole number, inclusive.
        highest: Largest whole number, inclusive.
        options: Values of a choice, best first.
    """

    name: str
    kind: ParamKind
    label: Text
    unit: str = ""
    lowest: int = 0
    highest: int = 0
    options: tuple[str, ...] = ()

    def accepts(self, value: object) -> bool:
        """Tell whether a value has the type and lies in the range."""
        if self.kind == "choice":
            return isinstance(value, str) and value in self.options
        if self.kind == "whole":
            number = isinstance(value, int) and not isinstance(value, bool)
            return number and self.lowest <= value <= self.highest  # type: ignore[operator]  # a number
        if self.kind == "boolean":
            return isinstance(value, bool)
        return isinstance(value, str) and 0 < len(value) <= MAX_TEXT and value.isprintable()

    @property
    def form(self) -> str:
        """What a value must be, for a problem."""
        forms = {
            "choice": f"one of {', '.join(self.options)}",
            "whole": f"a whole number from {self.lowest} to {self.highest}",
            "boolean": "true or false",
            "text": f"text of 1 to {MAX_TEXT} characters on one line",
        }
        return forms[self.kind]


@dataclass(frozen=True, slots=True)
class ActionMeaning:
    """One action a rule may name.

    Attributes:
        name: Name in rules.
        label: Name for people, by locale.
        effect: What it touches, for the fair-dealing check.
        params: Parameters by name, every one of them required.
    """

    name: str
    label: Text
    effect: Effect
    params: Mapping[str, Param]


@cache
def action_vocabulary() -> Mapping[str, ActionMeaning]:
    """Return the shipped actions by name, read once."""
    content = yaml.safe_load(ACTIONS_FILE.read_text(encoding="utf-8"))["actions"]
    return MappingProxyType({name: _meaning(name, part) for name, part in content.items()})


@cache
def params_by_name() -> Mapping[str, Param]:
    """Return every parameter of the shipped actions: the names of results."""
    meanings = action_vocabulary().values()
    return MappingProxyType({name: param for meaning in meanings for name, param in meaning.params.items()})


def _meaning(name: str, content: Mapping[str, Any]) -> ActionMeaning:
    params = {param: _param(param, part) for param, part in content["params"].items()}
    return ActionMeaning(name, _text(content), content["effect"], MappingProxyType(params))


def _param(name: str, content: Mapping[str, Any]) -> Param:
    lowest, highest = content.get("range", (0, 0))
    options = tuple(content.get("options", ()))
    return Param(name, content["type"], _text(content), content.get("unit", ""), lowest, highest, options)


def _text(content: Mapping[str, Any]) -> Text:
    return MappingProxyType(dict(content["label"]))


class ActionReader:
    """Reads ``then`` lists and output cells, reporting every problem.

    Args:
        document: Receives the problems.
        meanings: Actions that may be named.
    """

    def __init__(self, document: Document, meanings: Mapping[str, ActionMeaning]) -> None:
        self._document = document
        self._meanings = meanings

    def read(self, part: Fields) -> tuple[Action, ...]:
        """Return the actions under ``then``."""
        actions: list[Action] = []
        for place, content in enumerate(part.members("then", MAX_ACTIONS)):
            action = self._action(content, (*part.path, "then", place))
            if action and action.name in {earlier.name for earlier in actions}:
                self._document.complain((*part.path, "then", place), f"{action.name!r} is given twice")
            actions += [action] if action else []
        return tuple(actions)

    def _action(self, content: object, path: Place) -> Action | None:
        part = Fields(self._document, content, path, frozenset({"name", "params"}))
        name = part.value("name")
        meaning = self._meanings.get(name) if isinstance(name, str) else None
        if meaning is None:
            if "name" in part.content:
                part.complain("name", f"unknown action {name!r}")
            return None
        params = part.part("params", frozenset(meaning.params))
        values = {param: params.value(param) for param in meaning.params}
        sound = [self._accepts(meaning.params[name], params, value) for name, value in values.items()]
        return Action(meaning.name, MappingProxyType(values)) if all(sound) else None

    @staticmethod
    def _accepts(param: Param, params: Fields, value: object) -> bool:
        fits = param.accepts(value)
        if not fits and param.name in params.content:
            params.complain(param.name, f"{param.name!r} must be {param.form}: {value!r}")
        return fits

    def column(self, name: object, path: Place) -> ActionMeaning | None:
        """Return the action of an output column: one with a single parameter."""
        meaning = self._meanings.get(name) if isinstance(name, str) else None
        if meaning is None or len(meaning.params) != 1:
            self._document.complain(path, f"unknown output {name!r}; expected an action with one parameter")
            return None
        return meaning

    def cell(self, meaning: ActionMeaning, content: Any, path: Place) -> Action | None:
        """Return the action of an output cell, None for ``-`` or when something in it is wrong."""
        if content == "-":
            return None
        ((name, param),) = meaning.params.items()
        if not param.accepts(content):
            self._document.complain(path, f"{name!r} must be {param.form}: {content!r}")
            return None
        return Action(meaning.name, MappingProxyType({name: content}))
