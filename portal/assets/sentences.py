"""Which sentences people can see: found in templates and in Python, for the catalogues and their test.

A sentence in Python is a literal handed to something that translates it or carries it to the edge:
``gettext``, ``Message``, an error, a toast, a menu entry, or a value in a slice's ``words.py``.
"""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.extract import extract_from_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ("portal", "training", "campaigns")
# Name of what is called (the last part of it): which positional argument is the sentence.
_CALLS = {
    "gettext": (0,), "translate": (0,), "ngettext": (0,), "message": (0,), "Message": (0,),
    "NotFound": (0,), "NotAllowed": (0,), "Conflict": (0,), "TooMany": (1,), "Unavailable": (1,),
    "of": (1,), "refuse": (1,), "Toast": (0,), "Entry": (2,), "Column": (1,),
}  # fmt: skip
_KEYWORDS = frozenset({"toast", "undo_label", "said"})


def used_sentences(root: Path) -> dict[str, set[str]]:
    """Return every English sentence → the files it stands in, as paths below the root."""
    found: dict[str, set[str]] = {}
    for package in PACKAGES:
        for name, sentence in _in_templates(root / package / "templates"):
            found.setdefault(sentence, set()).add(f"{package}/templates/{name}")
        for path in _python_files(root / package):
            for sentence in sentences_of(path):
                found.setdefault(sentence, set()).add(str(path.relative_to(root)))
    return found


def _python_files(package: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(name for name in folders if name not in {"node_modules", "__pycache__"})
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(".py"))


def _in_templates(folder: Path) -> Iterator[tuple[str, str]]:
    rows = extract_from_dir(
        folder,
        method_map=[("**.html", "jinja2.ext:babel_extract")],
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    for name, _line, message, _comments, _context in rows:
        yield name, message if isinstance(message, str) else message[0]


def sentences_of(path: Path) -> set[str]:
    """Return the sentences of one Python file; codes such as ``extra_cells`` are none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {text for node in ast.walk(tree) for text in _of_node(node) if _is_sentence(text)}
    if path.name == "words.py":
        dicts = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
        found |= {text for node in dicts for text in _literals(node.values) if _is_sentence(text)}
    return found


def _of_node(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        places = _CALLS.get(name, ())
        yield from _literals([node.args[i] for i in places if i < len(node.args)])
        yield from _literals([word.value for word in node.keywords if word.arg in _KEYWORDS])
        if name == "register_words":
            yield from _literals(
                [value for given in node.args if isinstance(given, ast.Dict) for value in given.values]
            )
    elif isinstance(node, ast.Assign) and any(getattr(name, "id", "") == "default" for name in node.targets):
        yield from _literals([node.value])


def _literals(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from _literals([node.body, node.orelse])


def _is_sentence(text: str) -> bool:
    return " " in text or text[:1].isupper()
