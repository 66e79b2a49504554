"""Text becomes the keys it is found by."""

from __future__ import annotations

import unicodedata

import pytest

from portal.search.model import Term, fold, initials, keys_of, rank, terms_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("한빛 호프", "한빛호프"),
        (unicodedata.normalize("NFD", "한빛호프"), "한빛호프"),
        ("GS25 둔산점", "gs25둔산점"),
        ("ＧＳ２５", "gs25"),
        ("100%_\\'", "100"),
        ("ㅎㅂㅎ", "ㅎㅂㅎ"),
        ("\u1112\u1107", "ㅎㅂ"),
        ("%", ""),
    ],
)
def test_folding_keeps_letters_and_digits_in_one_spelling(text, folded):
    assert fold(text) == folded


def test_initials_keep_what_is_not_hangul():
    assert initials("gs25한빛까치") == "gs25ㅎㅂㄲㅊ"


def test_keys_hold_pairs_of_text_and_initials_and_single_syllables():
    keys = keys_of(["한빛 호프", "T-1"])
    assert keys.folded == "한빛호프 t1"
    assert keys.initials == "ㅎㅂㅎㅍ t1"
    assert keys.grams == "한빛 빛호 호프 프 t1 1 ㅎㅂ ㅂㅎ ㅎㅍ ㅍ 빛 프 한 호"


def test_a_word_with_a_lone_consonant_is_initials_altogether():
    assert terms_of("둔산 한ㅂㅎ %") == (Term("둔산", by_initials=False), Term("ㅎㅂㅎ", by_initials=True))


def test_hits_rank_by_nearness_then_length():
    names = ["큰한빛", "한빛마트둔산", "한빛", "한빛마트"]
    assert sorted(names, key=lambda name: rank(name, "한빛")) == [
        "한빛",
        "한빛마트",
        "한빛마트둔산",
        "큰한빛",
    ]
