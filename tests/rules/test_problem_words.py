"""Every sentence a text's problems can say has a Korean form."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import rules
from rules.problem_words import problem_text
from rules.vocabulary import CONDITION_FORM, NAME_FORM, THRESHOLD_FORM

FOLDER = Path(str(rules.__file__)).parent
CALLS = {"complain", "_complain", "_refuse", "_unreadable", "Problem", "MarkedYAMLError"}
SAID = {"NAME_FORM": NAME_FORM, "CONDITION_FORM": CONDITION_FORM, "THRESHOLD_FORM": THRESHOLD_FORM}


def sentences() -> set[str]:
    """Every literal handed to something that reports a problem, places filled with a sample."""
    found = set()
    for name in ("fields", "reading", "vocabulary", "documents", "curves"):
        tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
                if called in CALLS:
                    found |= {said(argument) for argument in arguments}
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "message":
                found.add(said(node.value))
    return {text for text in found if " " in text}


def said(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts = []
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        elif isinstance(value, ast.FormattedValue):
            name = getattr(value.value, "id", "")
            parts.append(SAID.get(name, "'7'" if value.conversion == ord("r") else "7"))
    return "".join(parts)


@pytest.mark.parametrize("sentence", sorted(sentences()))
def test_every_sentence_is_korean_in_korean(sentence: str) -> None:
    korean = problem_text(sentence)["ko"]
    assert korean != sentence
    assert any("가" <= letter <= "힣" for letter in korean)


def test_sentences_were_found() -> None:
    assert len(sentences()) >= 50


def test_what_people_at_a_grid_read() -> None:
    found = problem_text("'points' must be points in quotation marks, 0 to 30, at most 3 decimals: '40'")
    assert found == {
        "ko": "점수는 0부터 30까지, 소수 셋째 자리까지 적습니다: '40'",
        "en": "points are a number from 0 to 30 with at most 3 decimals: '40'",
    }
    assert problem_text("the weights add up to 101, not 100")["en"] == "the weights add up to 101, not 100"
    assert problem_text("something new")["ko"] == "something new"
    assert problem_text("not readable as YAML: tags are not offered")["ko"] == (
        "YAML로 읽을 수 없습니다: 태그는 쓸 수 없습니다"
    )
    assert problem_text("unknown key '{0}'") == {
        "ko": "알 수 없는 이름입니다: {0}",
        "en": "unknown key '{0}'",
    }
