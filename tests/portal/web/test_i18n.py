"""Every sentence a person can see has a Korean form with the same places to fill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.assets.build import LOCALE, build_messages, translations
from portal.assets.sentences import sentences_of, used_sentences
from portal.errors import Message
from portal.web import i18n

ROOT = Path(__file__).parents[3]
KOREAN = LOCALE / "ko/LC_MESSAGES"
PLACES = re.compile(r"%\((\w+)\)")


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    build_messages()
    i18n.catalogue.cache_clear()


def translated() -> dict[str, str]:
    """English singular → Korean, of all parts."""
    found = {}
    for _, message in translations(KOREAN):
        msgid, text = message.id, message.string
        found[msgid if isinstance(msgid, str) else msgid[0]] = text if isinstance(text, str) else text[0]
    return found


def test_every_sentence_people_can_see_is_translated():
    used, known = used_sentences(ROOT), translated()
    missing = {text: sorted(files) for text, files in used.items() if text not in known}
    assert missing == {}


def test_parts_agree_on_a_sentence():
    said: dict[tuple[str, str | None], dict[str, str]] = {}
    for part, message in translations(KOREAN):
        said.setdefault((str(message.id), message.context), {})[str(message.string)] = part
    assert {key: texts for key, texts in said.items() if len(texts) > 1} == {}


def test_sentences_are_found_in_python(tmp_path):
    path = tmp_path / "words.py"
    path.write_text(
        'WORDS = {1: "Signed off", 2: "blue"}\n'
        'raise Invalid.of("day", "This day is past.")\n'
        'redirect(request, "/", toast="Saved." if kept else "Sent.")\n'
        'Message("extra_cells")\n'
        'class Gone(PortalError):\n    default = "It is gone."\n',
        encoding="utf-8",
    )
    assert sentences_of(path) == {"Signed off", "This day is past.", "Saved.", "Sent.", "It is gone."}


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
