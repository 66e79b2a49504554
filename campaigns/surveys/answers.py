"""From the fields of a form to answers: every problem at once, the same for a form and for a phone's outbox.

A question's field is ``q<question>``; a row or an option of it is ``q<question>-<option>``.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.surveys.model import BP, CHOOSING, PERCENT_LEAST, PERCENT_MOST, TEXT_ANSWER_MAX, QuestionKind
from portal.errors import Message, Problem
from portal.network.identifiers import holds_resident_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from campaigns.surveys.commands import ResponseCommand
    from campaigns.surveys.model import Question

_FIELD = re.compile(r"q[0-9]{1,9}(-[0-9]{1,9})?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,6}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd-\uffff]")
FIELDS_MOST = 2000


@dataclass(frozen=True, slots=True)
class Given:
    """One answer to be kept: a number in basis points or on a scale, a ticked option, or a text."""

    question_id: int
    option_id: int | None = None
    number: int | None = None
    text: str = ""


def answer_fields(values: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that are answers, NFC, without outer spaces and without empty ones."""
    named = ((name, values[name]) for name in sorted(values)[:FIELDS_MOST] if _FIELD.fullmatch(name))
    cleaned = ((name, unicodedata.normalize("NFC", str(text)).strip()) for name, text in named)
    return {name: text for name, text in cleaned if text}


def payload_sha256(command: ResponseCommand) -> str:
    """Return the hash of what was answered about which place; equal for equal content."""
    content = [command.survey_id, command.account_id, command.declined, answer_fields(command.fields)]
    packed = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()


def read_answers(
    questions: Sequence[Question], values: Mapping[str, str]
) -> tuple[list[Given], list[Problem]]:
    """Read every question's answer.

    Returns:
        What was answered, and what is wrong; one of them is empty unless both are.
    """
    fields = answer_fields(values)
    given: list[Given] = []
    problems: list[Problem] = []
    for question in questions:
        before = len(problems)
        found = _READERS[question.kind](question, fields, problems)
        if question.is_required and not found and len(problems) == before:
            problems.append(_problem(f"q{question.id}", "Please answer this."))
        given += found
    if not given and not problems:
        problems.append(_problem("", "Nothing was answered. Leave out what you do not want to say."))
    return given, problems


def _percent(question: Question, fields: Mapping[str, str], problems: list[Problem]) -> list[Given]:
    rows: list[tuple[str, int | None]] = [
        (f"q{question.id}-{option.id}", option.id) for option in question.options
    ]
    found = []
    for name, option_id in rows or [(f"q{question.id}", None)]:
        number = _whole(name, fields, (PERCENT_LEAST, PERCENT_MOST), problems)
        if number is not None:
            found.append(Given(question.id, option_id, number * BP))
    return found


def _one(question: Question, fields: Mapping[str, str], problems: list[Problem]) -> list[Given]:
    name = f"q{question.id}"
    chosen = fields.get(name, "")
    if not chosen:
        return []
    for option in question.options:
        if str(option.id) == chosen:
            return [Given(question.id, option.id)]
    problems.append(_problem(name, "Please choose one of the options."))
    return []


def _many(question: Question, fields: Mapping[str, str], _: list[Problem]) -> list[Given]:
    return [
        Given(question.id, option.id)
        for option in question.options
        if fields.get(f"q{question.id}-{option.id}", "") not in ("", "0", "off", "false")
    ]


def _scale(question: Question, fields: Mapping[str, str], problems: list[Problem]) -> list[Given]:
    ends = (question.scale_least, question.scale_most)
    number = _whole(f"q{question.id}", fields, ends, problems)
    return [] if number is None else [Given(question.id, None, number)]


def _text(question: Question, fields: Mapping[str, str], problems: list[Problem]) -> list[Given]:
    name = f"q{question.id}"
    text = fields.get(name, "")
    if len(text) > TEXT_ANSWER_MAX:
        problems.append(_problem(name, "At most %(count)s characters, please.", count=TEXT_ANSWER_MAX))
    elif _CONTROL.search(text):
        problems.append(_problem(name, "Characters that cannot be shown are not allowed."))
    elif holds_resident_number(text):
        problems.append(
            _problem(name, "This looks like a resident registration number. It may not be kept here.")
        )
    elif text:
        return [Given(question.id, text=text)]
    return []


_READERS = {
    QuestionKind.PERCENT: _percent,
    QuestionKind.ONE: _one,
    QuestionKind.SCALE: _scale,
    QuestionKind.TEXT: _text,
    **dict.fromkeys(CHOOSING, _many),
}


def _whole(
    name: str, fields: Mapping[str, str], ends: tuple[int, int], problems: list[Problem]
) -> int | None:
    text = unicodedata.normalize("NFKC", fields.get(name, "")).replace("−", "-").removesuffix("%").strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        problems.append(_problem(name, "Please enter a whole number."))
        return None
    if not ends[0] <= int(text) <= ends[1]:
        problems.append(
            _problem(name, "Please enter a number from %(least)s to %(most)s.", least=ends[0], most=ends[1])
        )
        return None
    return int(text)


def _problem(name: str, text: str, **params: int) -> Problem:
    return Problem(name, Message(text, params))
