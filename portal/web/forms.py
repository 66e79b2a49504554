"""Reading forms: text in, checked values out, every problem found at once.

A slice's ``forms.py`` names the fields and builds a command; a field the form does not name is ignored, so
that nobody can set a column by guessing its name.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException

from portal.errors import Invalid, Message, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from enum import StrEnum

    from litestar import Request

E = TypeVar("E", bound="StrEnum")

TEXT_MAX = 4000
_INT_MAX = 2**53 - 1
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd-\uffff]")
_EMAIL = re.compile(r"[^@\s<>\"',;:\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORM_TYPES = (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART)


class FormReader:
    """The fields of one form and the problems found in them.

    Attributes:
        values: What was entered, NFC and without outer spaces, for showing the form again.
        problems: What is wrong so far.
    """

    def __init__(self, fields: Mapping[str, str], files: Mapping[str, UploadFile] | None = None) -> None:
        self.values = {name: unicodedata.normalize("NFC", text).strip() for name, text in fields.items()}
        self.files = dict(files or {})
        self.problems: list[Problem] = []
        self._raw = dict(fields)

    @classmethod
    async def of(cls, request: Request[Any, Any, Any]) -> FormReader:
        """Read the form of a request; of a field sent twice the last value counts.

        Raises:
            ClientException: The body is not a form.
        """
        if request.content_type[0] not in _FORM_TYPES:
            raise ClientException("a form is expected")
        form = await request.form()
        return cls(*_split(form))

    def refuse(self, field: str, text: str, **params: Any) -> None:
        """Note a problem with a field; the first one of each field is shown."""
        self.problems.append(Problem(field, Message(text, params)))

    def check(self) -> None:
        """Go on only when nothing is wrong.

        Raises:
            Invalid: With every problem found.
        """
        if self.problems:
            raise Invalid(self.problems)

    def text(self, field: str, *, longest: int, shortest: int = 1, lines: bool = False) -> str:
        """Read text; without ``lines`` a line break is refused. ``shortest=0`` makes it optional."""
        text = self.values.get(field, "")
        if len(text) < shortest:
            self._too_short(field, text, shortest)
        elif len(text) > longest:
            self.refuse(field, "At most %(count)s characters, please.", count=longest)
        elif _CONTROL.search(text) or (not lines and re.search(r"[\r\n\t]", text)):
            self.refuse(field, "Characters that cannot be shown are not allowed.")
        else:
            return text
        return ""

    def _too_short(self, field: str, text: str, shortest: int) -> None:
        if text:
            self.refuse(field, "At least %(count)s characters, please.", count=shortest)
        else:
            self.refuse(field, "Please fill this in.")

    def secret(self, field: str) -> str:
        """Read a password exactly as typed; it is never shown again."""
        self.values.pop(field, None)
        text = self._raw.get(field, "")
        if not text:
            self.refuse(field, "Please fill this in.")
        return text[:TEXT_MAX]

    def email(self, field: str, *, required: bool = False) -> str:
        """Read an e-mail address; empty is allowed unless required."""
        text = self.text(field, longest=120, shortest=int(required))
        if text and not _EMAIL.fullmatch(text):
            self.refuse(field, "This is not an e-mail address.")
        return text

    def choice(self, field: str, allowed: Iterable[str]) -> str:
        """Read one of the allowed values; the first of them stands in when it is none."""
        options = tuple(allowed)
        text = self.values.get(field, "")
        if text not in options:
            self.refuse(field, "Please choose one of the options.")
            return options[0]
        return text

    def member(self, field: str, kind: type[E]) -> E:
        """Read a member of an enum."""
        return kind(self.choice(field, [member.value for member in kind]))

    def flag(self, field: str) -> bool:
        """Read a checkbox."""
        return self.values.get(field, "") not in ("", "0", "false", "off")

    def integer(self, field: str, *, least: int = 0, most: int = _INT_MAX) -> int:
        """Read a whole number, bounds inclusive; thousands separators are allowed."""
        value = self.optional_integer(field, least=least, most=most)
        if value is None:
            if not any(problem.field == field for problem in self.problems):
                self.refuse(field, "Please fill this in.")
            return least
        return value

    def optional_integer(self, field: str, *, least: int = 0, most: int = _INT_MAX) -> int | None:
        """Read a whole number or nothing."""
        text = unicodedata.normalize("NFKC", self.values.get(field, "")).replace(",", "")
        if not text:
            return None
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            self.refuse(field, "Please enter a whole number.")
            return None
        number = int(text)
        if not least <= number <= most:
            self.refuse(field, "Please enter a number from %(least)s to %(most)s.", least=least, most=most)
            return None
        return number

    def date(self, field: str) -> dt.date:
        """Read a date as browsers send it (``2026-11-30``)."""
        text = self.values.get(field, "")
        if _DATE.fullmatch(text):
            with suppress(ValueError):
                return dt.date.fromisoformat(text)
        self.refuse(field, "Please enter a date." if text else "Please fill this in.")
        return dt.date.min


def _split(form: FormMultiDict) -> tuple[dict[str, str], dict[str, UploadFile]]:
    texts: dict[str, str] = {}
    files: dict[str, UploadFile] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = value
        elif isinstance(value, str):
            texts[name] = value
    return texts, files


def problems_by_field(problems: Iterable[Problem]) -> dict[str, Message]:
    """Return the first problem of each field, for showing it next to the field."""
    found: dict[str, Message] = {}
    for problem in problems:
        found.setdefault(problem.field, problem.message)
    return found
