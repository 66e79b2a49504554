"""Classes in words: anybody can work them out again."""

from __future__ import annotations

from rules.segments import Account, Standing, classify, explain
from rules.segments.words import SENTENCES, hundredths_text, ratio_text
from tests.rules.segments.segments import book, plain

MEDIAN = {"rule": "above_median", "within": "level"}
CALM, LOUD = (50,) * 12, (0, 100) * 6


def said(made, accounts, locale="en", before=None, place=0):
    found = classify(made, "dealer", accounts)
    return explain(found[place], made, locale, "KRW", before)


def account(key, nets, code=None):
    return Account(key, nets, 12, standing=Standing(code) if code else None)


def test_a_first_class():
    words = said(plain(), [account("a", CALM), account("b", (5,) * 12)])

    assert words.title == "EI Keep and grow"
    assert words.reasons == (
        (
            "Contribution: net of 12 months 600 KRW. Larger accounts reach 0 % of the total, "
            "below 80 %: contributes"
        ),
        "Stability: variation 0.00 over 12 months, at most 0.30: stable",
    )
    assert words.nearest == "Nearest cut-off: stability, 0.30 away"
    assert words.moved == ("There was no class last month",)


def test_korean_names_every_number():
    words = said(plain(), [account("a", CALM), account("b", (5,) * 12)], "ko", place=1)

    assert words.title == "EIII 육성"
    assert words.reasons[0].startswith(
        "기여: 최근 12개월 순매출 60 KRW. 이보다 큰 거래처가 이미 전체의 90.9 %로"
    )
    assert words.nearest == (
        "가장 가까운 기준: 기여. 기여하는 가장 작은 거래처의 순매출은 600 KRW, 540 KRW 더 큽니다"
    )


def test_a_held_class_says_what_it_waits_for():
    words = said(book(), [account("a", LOUD, "EI")])

    assert words.reasons[-1] == (
        "This month's numbers alone say EII; the class turns after 2 months in a row (now 1)"
    )
    assert words.moved == ("The same class as last month",)


def test_what_moved_names_the_axis_and_the_numbers():
    made = plain()
    (before,) = classify(made, "dealer", [account("a", CALM)])
    words = said(made, [account("a", (0, 110) * 6, "EIII")], "ko", before)

    assert words.moved == (
        "지난달 EIII에서 EII(으)로 바뀌었습니다",
        "바뀐 축: 기여",
        "바뀐 축: 안정성",
        "순매출 600 KRW → 660 KRW",
        "변동계수 0.00 → 1.00",
    )
    one_axis = said(made, [account("a", CALM, "EIII")], before=before)
    assert one_axis.moved == ("Moved from EIII last month to EI", "What turned: contribution")
    other = said(made, [account("a", CALM, "EII")])
    assert other.moved == ("Moved from EII last month to EI", "What turned: stability")


def test_the_median_and_active_months():
    made = plain(5000, contribution=MEDIAN, stability={"measure": "active_months"})
    accounts = [account("a", CALM), account("b", (9,) + (0,) * 11), account("c", (30, 0) * 6)]
    high, low, middle = (said(made, accounts, place=place) for place in range(3))

    assert high.reasons == (
        "Contribution: net of 12 months 600 KRW, 333.34 % of the median: contributes",
        "Stability: 100 % of 12 months have sales, at least 50 %: stable",
    )
    assert low.reasons[0].endswith("5 % of the median, not above it: does not contribute")
    assert low.reasons[1] == "Stability: 8.33 % of 12 months have sales, less than 50 %: not stable"
    assert low.nearest == "Nearest cut-off: stability, 41.67 % away"
    assert middle.nearest == "Nearest cut-off: stability, 0 % away"


def test_a_cut_off_inside_the_set_is_in_points():
    loud = (0, 0, 0, 100) * 3
    words = said(plain(), [account("a", (79,) * 12), account("b", loud)], place=1)

    assert words.title == "EII At risk"
    assert words.nearest == "Nearest cut-off: contribution, 4.04 percentage points away"


def test_outside_the_set_only_through_the_band_is_in_points():
    made = book(hysteresis={"contribution_bp": 5000, "stability_bp": 0, "months": 1})
    accounts = [account("a", (80,) * 12), account("b", (20,) * 12, "EI")]
    words = said(made, accounts, place=1)

    assert words.title == "EI Keep and grow"
    assert words.nearest.startswith(
        "Nearest cut-off: contribution. The smallest contributing account sells 960"
    )


def test_no_net_and_new():
    made = plain()
    empty = said(made, [account("a", (0,) * 12)])
    young = explain(classify(book(), "dealer", [Account("a", CALM, 3)])[0], book(), "ko", "KRW")

    assert empty.reasons[0] == "Contribution: net of 12 months is 0 KRW: does not contribute"
    assert empty.reasons[1] == "Stability: without net sales there is no variation: not stable"
    assert empty.nearest == "Without net sales no cut-off is near"
    assert young.title == "신규: 6개월이 되기 전에는 유형을 정하지 않습니다"
    assert (young.reasons, young.moved) == ((), ())


def test_numbers_that_were_not_there_are_not_compared():
    made = plain()
    (nothing,) = classify(made, "dealer", [account("a", (0,) * 12)])

    words = said(made, [account("a", CALM)], before=nothing)
    assert words.moved == ("There was no class last month", "Net 0 KRW → 600 KRW")


def test_every_sentence_has_the_same_words_in_both_languages():
    for name, text in SENTENCES.items():
        words = [{part.split("}")[0] for part in text[locale].split("{")[1:]} for locale in ("ko", "en")]
        assert words[0] == words[1], name


def test_ratios_and_hundredths():
    assert [ratio_text(number) for number in (0, 3000, 2765, 12_345)] == ["0.00", "0.30", "0.2765", "1.2345"]
    assert [hundredths_text(350), hundredths_text(-5, signed=True), hundredths_text(5, signed=True)] == [
        "3.50",
        "−0.05",
        "+0.05",
    ]
