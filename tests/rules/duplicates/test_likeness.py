"""Texts are normalised the way people write them, keys bring neighbours together, scores have reasons."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.duplicates.book import shipped_likeness_books
from rules.duplicates.likeness import (
    KEY_MAX,
    Profile,
    Sign,
    core_name,
    keys_of,
    likeness_percent,
    metres_between,
    phone_digits,
    reasons_for,
    score_of,
    street_of,
)

(BOOK,) = shipped_likeness_books()
HERE = (36_362_000, 127_344_000)


def shop(name: str, **values) -> Profile:
    return Profile(values.pop("id", 1), values.pop("kind", "terminal"), name, **values)


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("(주) 한빛 호프", "한빛호프"),
        ("㈜한빛호프", "한빛호프"),
        ("주식회사 한빛호프", "한빛호프"),
        ("한빛호프（주）", "한빛호프"),
        (unicodedata.normalize("NFD", "한빛-호프"), "한빛호프"),
        ("Ｈａｎｂｉｔ Co., Ltd.", "hanbit"),
        ("(주)", "주"),
        ("…", ""),
    ],
)
def test_names(name: str, core: str) -> None:
    assert core_name(name) == core


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("042-123-4567", "0421234567"),
        ("+82 42 123 4567", "0421234567"),
        ("82-42-123-4567", "0421234567"),
        ("1588-1234", "15881234"),
        ("119", ""),
    ],
)
def test_telephones(phone: str, digits: str) -> None:
    assert phone_digits(phone) == digits


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("대전 유성구 대학로 99, 1층", "유성구대학로99"),
        ("대전광역시 유성구 대학로 99 (궁동) 102호", "유성구대학로99"),
        ("충남 공주시 반포면 하신리 12-3번지", "공주시하신리12-3"),
        ("서울 마포구 신촌로3길 12", "마포구신촌로3길12"),
        ("대학로 99", "대학로99"),
        ("123 Main St., Ames", "123mainstames"),
        ("", ""),
    ],
)
def test_addresses(address: str, street: str) -> None:
    assert street_of(address) == street


def test_likeness_counts_letters_and_knows_no_order() -> None:
    one, other = shop("한빛호프"), shop("한빛호푸")
    assert likeness_percent(one, other) == likeness_percent(other, one) == 90
    assert (likeness_percent(one, one), likeness_percent(shop("…"), shop("!"))) == (100, 0)
    assert likeness_percent(one, shop("가람마트")) < BOOK.similar_name_percent


@pytest.mark.parametrize(
    ("one", "other", "signs", "score"),
    [
        ({"phone": "042-123-4567"}, {"phone": "+82 42-123-4567"}, {Sign.PHONE, Sign.NAME_ALIKE}, 80),
        ({"address": "대학로 99"}, {"address": "대학로 99 2층"}, {Sign.ADDRESS, Sign.NAME_ALIKE}, 70),
        ({"place": HERE}, {"place": (HERE[0] + 100, HERE[1])}, {Sign.NEAR, Sign.NAME_ALIKE}, 60),
        ({"place": HERE}, {"place": (HERE[0] + 900, HERE[1])}, {Sign.AROUND, Sign.NAME_ALIKE}, 50),
        ({"place": HERE}, {"place": (HERE[0] + 5_000, HERE[1])}, {Sign.NAME_ALIKE}, 40),
        ({"place": HERE}, {"place": (HERE[0] + 50_000, HERE[1])}, {Sign.FAR, Sign.NAME_ALIKE}, 10),
        ({"number": "1168200276"}, {"number": "1168200276"}, {Sign.NUMBER, Sign.NAME_ALIKE}, 90),
        ({"number": "1168200276"}, {"number": "2208162517"}, {Sign.OTHER_NUMBER, Sign.NAME_ALIKE}, 0),
        ({}, {"name": "한빛호프 둔산점"}, {Sign.NAME_SIMILAR}, 20),
        ({}, {"name": "가람마트"}, set(), 0),
    ],
)  # fmt: skip
def test_scores_and_their_reasons(one, other, signs, score) -> None:
    reasons = reasons_for(shop("한빛호프", **one), shop(**{"name": "한빛 호프", **other}), BOOK)
    assert ({reason.sign for reason in reasons}, score_of(reasons)) == (signs, score)


def test_keys_name_what_can_be_compared() -> None:
    keys = keys_of(
        shop(
            "(주)한빛호프",
            phone="042-123-4567",
            address="유성구 대학로 99",
            number="1168200276",
            area="유성구",
        ),
        BOOK,
    )
    assert keys == ["ta유성구대학로99", "tb1168200276", "tn한빛호프|유성구", "tp0421234567", "ts한빛|유성구"]
    assert keys_of(shop("…"), BOOK) == []
    assert max(map(len, keys_of(shop("가" * 120, area="나" * 80, address="다" * 200), BOOK))) <= KEY_MAX


NEARBY = st.integers(-150, 150)


@given(NEARBY, NEARBY, st.integers(33_000_001, 38_000_000))
def test_whatever_is_near_shares_a_square(north: int, east: int, latitude: int) -> None:
    """Within one degree of latitude; the grid changes its width at whole degrees."""
    one = (latitude, HERE[1])
    other = (latitude + north, HERE[1] + east)
    together = set(keys_of(shop("…", place=one), BOOK)) & set(keys_of(shop("…", place=other), BOOK))
    same_degree = one[0] // 1_000_000 == other[0] // 1_000_000
    assert bool(together) or not same_degree or metres_between(one, other) > BOOK.near_m
