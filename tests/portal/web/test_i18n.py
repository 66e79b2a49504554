"""Every sentence a person can see has a Korean form with the same places to fill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from portal.assets.build import build_messages
from portal.errors import Message
from portal.web import i18n

ROOT = Path(__file__).parents[3]
PARTS = ROOT / "portal/locale/ko/LC_MESSAGES/parts"
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
PLACES = re.compile(r"%\((\w+)\)")


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    build_messages()
    i18n.catalogue.cache_clear()


def translated() -> dict[str, str]:
    found: dict[str, str] = {}
    for part in sorted(PARTS.glob("*.po")):
        for message in read_po((HEADER + part.read_text(encoding="utf-8")).splitlines()):
            if message.id:
                found[str(message.id)] = str(message.string)
    return found


def used_in_templates() -> set[str]:
    found: set[str] = set()
    for package in ("portal", "training", "campaigns"):
        rows = extract_from_dir(
            ROOT / package,
            method_map=[("**/templates/**.html", "jinja2.ext:babel_extract")],
            keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
        )
        for _, _, message, _, _ in rows:
            found.add(message if isinstance(message, str) else message[0])
    return found


def test_every_sentence_of_the_templates_is_translated():
    assert sorted(used_in_templates() - translated().keys()) == []


def test_translations_fill_the_same_places():
    wrong = {
        msgid: text
        for msgid, text in translated().items()
        if set(PLACES.findall(msgid)) != set(PLACES.findall(text))
    }
    assert wrong == {}


def test_no_translation_is_empty_and_none_says_a_word_we_avoid():
    avoided = re.compile(r"단말기|터미널|리베이트|거래처로부터의 갑")
    assert [msgid for msgid, text in translated().items() if not text.strip() or avoided.search(text)] == []


def test_messages_are_translated_with_their_places():
    message = Message("%(count)s rows", {"count": 3})
    with i18n.in_locale("en"):
        assert i18n.translate(message) == "3 rows"
    with i18n.in_locale("ko"):
        assert i18n.translate("Close") == "닫기"


def test_locale_is_restored():
    i18n.set_locale("ko")
    with i18n.in_locale("en"):
        pass
    assert i18n.current_locale() == "ko"
