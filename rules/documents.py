"""Rulebook text as plain data that remembers the line and column of everything in it.

Only the plain part of YAML is read: mappings, lists, text, whole numbers, true, false, null and
dates (kept as text). Anchors, aliases, merge keys, tags and unquoted decimals are problems, not values.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path as FilePath

    from yaml.nodes import Node

Path = tuple[str | int, ...]
MAX_CHARACTERS = 262_144
MAX_NESTING = 40
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a rulebook.

    Attributes:
        line: Line in the text, from 1; 0 when the problem has no place.
        column: Column in the line, from 1; 0 when the problem has no place.
        message: What is wrong, for a rule author to act on.
    """

    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True)
class Report:
    """Every problem of a rulebook at once, in the order of the text."""

    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether the book may be evaluated."""
        return not self.problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems)) or "no problems"


@dataclass
class Document:
    """Plain data with the place of every node and the problems found so far.

    Attributes:
        content: Mappings, lists, text in NFC, int, bool and None; None when the text is no YAML.
        places: Line and column, from 1, by path.
        problems: Problems in the order they were found.
    """

    content: Any = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, path: Path, message: str) -> None:
        """Add a problem at the nearest place that exists for the path."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (0, 0))
        self.problems.append(Problem(line, column, message))


def read_document(text: str) -> Document:
    """Read text into a document; never raises, whatever the text holds."""
    document = Document()
    if len(text) > MAX_CHARACTERS:
        document.complain((), f"longer than {MAX_CHARACTERS} characters")
        return document
    if text.lstrip().startswith("{"):
        text = text.replace("\t", " ")  # JSON may be indented with tabs, YAML may not
    try:
        node = yaml.compose(text, Loader=_PlainLoader)
    except yaml.YAMLError as error:
        document.problems.append(_unreadable(error))
    else:
        document.content = None if node is None else _plain(document, node, ())
    return document


def document_from(source: FilePath | str) -> Document:
    """Read YAML or JSON from a file in UTF-8, or from the text itself.

    Raises:
        OSError: The file cannot be read.
    """
    if not isinstance(source, str):
        try:
            source = source.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return Document(problems=[Problem(0, 0, "the file is not in UTF-8")])
    return read_document(source)


class _PlainLoader(yaml.SafeLoader):
    """Refuses, before anything is built from it, what a rulebook has no use for."""

    depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it bare
        message = ""
        if self.depth >= MAX_NESTING:
            message = f"nested deeper than {MAX_NESTING} levels"
        elif getattr(event, "anchor", None) is not None:
            message = "anchors and aliases are not offered"
        elif getattr(event, "tag", None) is not None:
            message = "tags are not offered"
        if message:
            raise yaml.MarkedYAMLError(problem=message, problem_mark=event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _unreadable(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    place = _place(mark) if mark else (0, 0)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "unknown reason"
    return Problem(*place, f"not readable as YAML: {reason}")


def _place(mark: Any) -> tuple[int, int]:
    """Return line and column from 1; PyYAML counts from 0."""
    return mark.line + 1, mark.column + 1


def _plain(document: Document, node: Node, path: Path) -> Any:
    document.places[path] = _place(node.start_mark)
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, node, path)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(document, child, (*path, place)) for place, child in enumerate(node.value)]
    return _scalar(document, node, path)


def _mapping(document: Document, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key_node, child in node.value:
        key = unicodedata.normalize("NFC", str(key_node.value))
        here = (*path, key)
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == f"{_TAG}merge":
            document.places[here] = _place(key_node.start_mark)
            document.complain(here, "keys must be plain words")
            continue
        if key in content:
            document.places[here] = _place(key_node.start_mark)
            document.complain(here, f"{key!r} is given twice")
        content[key] = _plain(document, child, here)
    return content


def _scalar(document: Document, node: Node, path: Path) -> str | int | bool | None:
    text = unicodedata.normalize("NFC", str(node.value))
    tag = str(node.tag).removeprefix(_TAG)
    if tag == "null":
        return None
    if tag == "bool" and text in ("true", "false"):
        return text == "true"
    if tag == "int" and _INTEGER.fullmatch(text):
        return int(text)
    if tag in ("int", "float", "bool"):
        document.complain(path, f"write {text} between quotation marks")
    return text
