"""Filters: bounds, cleaning, Korean words, drawn signs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web.printing.text import NAME_LENGTH, NOTE_LENGTH, clamp, drawn, keep_words, name, note


def test_a_name_is_cut_at_120_characters():
    assert clamp("가" * 5_000, NAME_LENGTH) == "가" * 119 + "…"
    assert clamp("가" * 120, NAME_LENGTH) == "가" * 120


def test_a_note_is_cut_at_2000_characters_and_40_lines():
    assert clamp("a" * 2_001, NOTE_LENGTH) == "a" * 1_999 + "…"
    assert note("\n".join("x" for _ in range(100))).count("<br>") == 39


@given(st.text(max_size=400), st.integers(1, 200))
def test_clamped_text_is_short_nfc_and_visible(text, limit):
    shown = clamp(text, limit)
    assert len(shown) <= limit
    assert shown == unicodedata.normalize("NFC", shown)
    assert [letter for letter in shown if unicodedata.category(letter) == "Cc" and letter != "\n"] == []


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\x1b", "\u2028", "\ue000"]
)
def test_characters_that_hide_or_turn_text_are_dropped(hidden):
    assert clamp(f"대청{hidden}상사", NAME_LENGTH) == "대청상사"


def test_decomposed_korean_is_composed():
    assert clamp(unicodedata.normalize("NFD", "대청상사"), NAME_LENGTH) == "대청상사"


def test_syllables_of_a_word_are_joined_and_words_are_not():
    assert keep_words("반영합니다. 매출이 10%이상") == (
        "반\u2060영\u2060합\u2060니\u2060다. 매\u2060출\u2060이 10%\u2060이\u2060상"
    )


def test_a_word_too_long_for_a_line_stays_breakable():
    assert keep_words("가" * 25) == "가" * 25


def test_what_people_write_is_escaped():
    assert note("<b>{{ 7*7 }}</b> & \"'") == "&lt;b&gt;{{ 7*7 }}&lt;/b&gt; &amp; &#34;&#39;"


def test_signs_and_pictures_are_drawn_with_their_names():
    shown = drawn("☐ ✓ 👍🏽")
    assert shown.count("<svg") == 3
    assert "<title>ballot box</title>" in shown
    assert "<title>thumbs up sign</title>" in shown


def test_letters_without_a_shape_are_left_for_the_printer_to_refuse():
    assert name("大淸") == "大淸"
