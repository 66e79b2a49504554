"""Packs are data: every article has a source and both languages, and a damaged pack is refused whole."""

from __future__ import annotations

import pytest
import yaml

from rules.fairness import load_pack, shipped_packs
from rules.fairness.packs import CHECK_NAMES, FOLDER, PackError
from rules.fairness.topics import Topic

FILES = sorted(FOLDER.glob("*.yaml"))


def test_the_shipped_packs_are_read_in_file_order():
    assert [pack.name for pack in shipped_packs()] == ["kr_dealer_act", "kr_liquor"]


def test_every_question_is_asked_and_every_article_is_complete():
    articles = [article for pack in shipped_packs() for article in pack.articles]

    assert {article.check for article in articles} == set(CHECK_NAMES)
    for article in articles:
        assert min(map(len, (*article.article.values(), *article.text.values()))) > 10
        assert article.source


@pytest.mark.parametrize(
    "change",
    [
        {"checks": [{}]},
        {"whole_bp": 10_000},
        {"whole_bp": "9000"},
        {"label": {"ko": "한"}},
        {"roles": {"gives": ["set_rate_bp"]}},
        {"topics": []},
        {"roles": {"pays": None}},
    ],
)
def test_a_damaged_pack_is_refused(change):
    content = yaml.safe_load(FILES[0].read_text(encoding="utf-8")) | change

    with pytest.raises(PackError, match="not a compliance pack"):
        load_pack(yaml.safe_dump(content))


@pytest.mark.parametrize("key", ["check", "severity", "topics", "roles"])
def test_an_unknown_word_is_refused(key):
    content = yaml.safe_load(FILES[0].read_text(encoding="utf-8"))
    content["checks"][0][key] = ["magic"] if key in ("topics", "roles") else "magic"

    with pytest.raises(PackError, match="unknown word 'magic'"):
        load_pack(yaml.safe_dump(content))


def test_a_text_that_is_no_pack_is_refused():
    with pytest.raises(PackError):
        load_pack("a: [")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("overdue", True),
        ("OVERDUE_days", True),
        ("overduedays", True),
        ("payout", False),
        ("days past due", True),
        ("past_due_days", True),
        ("due past", False),
        ("당월 연체일", True),
        ("연 체", False),
    ],
)
def test_words_are_found_as_whole_words_in_latin_and_anywhere_in_korean(text, found):
    topic = Topic.of([], ["overdue*", "pay", "past due", "연체"])

    assert topic.in_text(text) is found
