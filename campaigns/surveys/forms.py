"""Forms of surveys: text in, commands out, every problem at once."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING, Any

from campaigns.surveys.commands import OptionCommand, QuestionCommand, ResponseCommand, SurveyCommand
from campaigns.surveys.model import (
    ANCHOR_MAX,
    HELP_MAX,
    INTRO_MAX,
    LABEL_MAX,
    OPTION_MAX,
    OPTIONS_MOST,
    TITLE_MAX,
    WITH_OPTIONS,
    QuestionKind,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from portal.web.forms import FormReader

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ITEMS_MOST = 50
_ID_MOST = 2**31 - 1
_SCALE_MOST = 10


def new_key() -> str:
    """Return a client key for a form that is about to be shown."""
    return str(uuid.uuid4())


def read_survey(form: FormReader) -> SurveyCommand:
    """Read titles, introduction and the last day.

    Raises:
        Invalid: With everything found wrong.
    """
    command = SurveyCommand(
        title=form.text("title", longest=TITLE_MAX),
        title_en=form.text("title_en", longest=TITLE_MAX, shortest=0),
        intro=form.text("intro", longest=INTRO_MAX, shortest=0, lines=True),
        intro_en=form.text("intro_en", longest=INTRO_MAX, shortest=0, lines=True),
        due_on=form.date("due_on") if form.values.get("due_on") else None,
    )
    form.check()
    return command


def read_question(
    form: FormReader, categories: Collection[str], products: Mapping[str, str]
) -> QuestionCommand:
    """Read a question with its options, one a line: Korean, then English after a bar.

    Args:
        form: The form.
        categories: Product categories; a row of a percentage with such a name stands for the category.
        products: Code → name of the products the lines of a product question may name.

    Raises:
        Invalid: With everything found wrong.
    """
    kind = form.member("kind", QuestionKind)
    least, most = (1, 5)
    if kind is QuestionKind.SCALE:
        least = form.integer("scale_least", most=_SCALE_MOST)
        most = form.integer("scale_most", most=_SCALE_MOST)
        if most <= least:
            form.refuse("scale_most", "The end of a scale is above its beginning.")
    command = QuestionCommand(
        kind=kind,
        label=form.text("label", longest=LABEL_MAX),
        label_en=form.text("label_en", longest=LABEL_MAX, shortest=0),
        help=form.text("help", longest=HELP_MAX, shortest=0),
        help_en=form.text("help_en", longest=HELP_MAX, shortest=0),
        is_required=form.flag("is_required"),
        feeds_target=kind is QuestionKind.PERCENT and form.flag("feeds_target"),
        scale_least=least,
        scale_most=most,
        low_anchor=form.text("low_anchor", longest=ANCHOR_MAX, shortest=0),
        low_anchor_en=form.text("low_anchor_en", longest=ANCHOR_MAX, shortest=0),
        high_anchor=form.text("high_anchor", longest=ANCHOR_MAX, shortest=0),
        high_anchor_en=form.text("high_anchor_en", longest=ANCHOR_MAX, shortest=0),
        options=_options(form, kind, categories, products),
    )
    form.check()
    return command


def option_lines(form: FormReader) -> list[str]:
    """Return the lines that hold an option."""
    text = form.text("options", longest=OPTIONS_MOST * (2 * OPTION_MAX + 3), shortest=0, lines=True)
    return [line.strip() for line in text.splitlines() if line.strip()]


def _options(
    form: FormReader, kind: QuestionKind, categories: Collection[str], products: Mapping[str, str]
) -> tuple[OptionCommand, ...]:
    lines = option_lines(form) if kind in WITH_OPTIONS else []
    if len(lines) > OPTIONS_MOST:
        form.refuse("options", "At most %(count)s lines, please.", count=OPTIONS_MOST)
    found = []
    for line in lines[:OPTIONS_MOST]:
        korean, _, english = (part.strip() for part in line.partition("|"))
        if max(len(korean), len(english)) > OPTION_MAX or not korean:
            form.refuse(
                "options", "Each line is one choice of at most %(count)s characters.", count=OPTION_MAX
            )
        elif kind is not QuestionKind.PRODUCTS:
            found.append(OptionCommand(korean if korean in categories else "", korean, english))
        elif korean in products:
            found.append(OptionCommand(korean, products[korean], english))
        else:
            form.refuse("options", "There is no product with the code %(code)s.", code=korean)
    if len({option.label for option in found}) < len(found):
        form.refuse("options", "A choice is named twice.")
    return tuple(found)


def read_response(form: FormReader, survey_id: int) -> ResponseCommand:
    """Read answers sent by the form itself, without the phone's outbox.

    Raises:
        Invalid: No place was chosen.
    """
    key = form.values.get("client_key", "")
    command = ResponseCommand(
        client_key=key if KEY.fullmatch(key) else new_key(),
        survey_id=survey_id,
        account_id=form.integer("place", least=1, most=2**53 - 1),
        answered_at=dt.datetime.now(dt.UTC),
        fields=form.values,
        declined=form.flag("declined"),
    )
    form.check()
    return command


def read_item(item: Any) -> ResponseCommand | None:
    """Read one item of a phone's outbox; None when it is none."""
    try:
        key, survey_id, account_id = str(item["id"]), int(item["survey"]), int(item["account"])
        at = dt.datetime.fromisoformat(str(item["at"]))
        fields = {str(name): str(text) for name, text in dict(item["fields"]).items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if not KEY.fullmatch(key) or at.tzinfo is None or not 0 < survey_id <= _ID_MOST or account_id <= 0:
        return None
    declined = item.get("declined") is True
    return ResponseCommand(key, survey_id, account_id, at.astimezone(dt.UTC), fields, declined)
