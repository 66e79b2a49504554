"""Every sentence has a Korean one with the same places."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

import portal
from portal.sales.reading import MESSAGES

PART = Path(portal.__file__).parent / "locale/ko/LC_MESSAGES/parts/reading.po"


def places(text):
    return sorted(re.findall(r"%\((\w+)\)s|(%%)", text))


def test_every_message_is_translated_with_its_places():
    with PART.open("rb") as source:
        korean = {message.id: message.string for message in read_po(source, locale="ko")}
    assert set(MESSAGES.values()) - korean.keys() == set()
    for msgid in MESSAGES.values():
        assert korean[msgid]
        assert places(korean[msgid]) == places(msgid)
    assert (korean["Row"], korean["Error"]) == ("행", "오류")


def test_every_code_is_used_and_every_used_code_exists():
    folder = Path(portal.__file__).parent / "sales/reading"
    source = "".join(
        path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.stem != "messages"
    )
    assert [code for code in MESSAGES if f'"{code}"' not in source] == []
    named = re.findall(r'(?:because|BadValueError|Message|warn)\(\s*"(\w+)"', source)
    assert set(named) - MESSAGES.keys() == set()
