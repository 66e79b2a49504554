"""The printed scorecard, looked at the way readers and people do: as ink on a page."""

from __future__ import annotations

import dataclasses
import re
import time

import pymupdf
import pypdf
import pypdfium2
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from portal.web.printing.environment import LOCALES, PORTAL
from portal.web.printing.pool import PrintedDocument, PrintPool
from portal.web.printing.scorecard import (
    STYLESHEET,
    ScorecardDocument,
    Signature,
    render_scorecard,
    scorecard_metadata,
)
from tests.portal.web.printing.samples import english, korean

ZOOM = 3
POINTS_PER_MM = 72 / 25.4


def _print(pool: PrintPool, document: ScorecardDocument, locale: str) -> PrintedDocument:
    html = render_scorecard(document, locale)
    return pool.render_now(html, STYLESHEET, scorecard_metadata(document, locale))


@pytest.fixture(scope="module")
def ko(pool: PrintPool) -> PrintedDocument:
    return _print(pool, korean(), "ko")


@pytest.fixture(scope="module")
def en(pool: PrintPool) -> PrintedDocument:
    return _print(pool, english(), "en")


def _characters(page: pymupdf.Page) -> list[tuple[str, pymupdf.Rect]]:
    return [
        (letter["c"], pymupdf.Rect(letter["bbox"]))
        for block in page.get_text("rawdict")["blocks"]
        for line in block.get("lines", ())
        for span in line["spans"]
        for letter in span["chars"]
    ]


def test_it_fits_one_sheet_in_both_languages(ko, en):
    assert (ko.pages, en.pages) == (1, 1)


def test_equal_input_gives_equal_bytes_in_another_process(ko, en):
    with PrintPool(1) as other:
        again = [_print(other, english(), "en"), _print(other, korean(), "ko")]
    assert [again[1].sha256, again[0].sha256] == [ko.sha256, en.sha256]


def test_every_figure_has_alternative_text(ko):
    figures = _figures(pypdf.PdfReader(_file(ko)).trailer["/Root"]["/StructTreeRoot"])
    assert len(figures) >= 10
    assert [figure for figure in figures if not figure.get("/Alt")] == []


def _figures(element: pypdf.generic.DictionaryObject) -> list[pypdf.generic.DictionaryObject]:
    found = [element] if element.get("/S") == "/Figure" else []
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        resolved = child.get_object()
        if isinstance(resolved, pypdf.generic.DictionaryObject):
            found.extend(_figures(resolved))
    return found


def _file(document: PrintedDocument):
    import io  # noqa: PLC0415  only here

    return io.BytesIO(document.pdf)


def test_only_the_bundled_fonts_are_in_the_file(ko):
    fonts = {font[3].split("+")[-1] for font in pymupdf.open(stream=ko.pdf).get_page_fonts(0)}
    assert {name for name in fonts if not name.startswith("Bisugi")} == set()


def test_mupdf_draws_every_digit_as_ink(ko):
    page = pymupdf.open(stream=ko.pdf)[0]
    picture = page.get_pixmap(matrix=pymupdf.Matrix(ZOOM, ZOOM), colorspace="gray")
    digits = [(letter, box) for letter, box in _characters(page) if letter.isdigit()]

    def shades(box: pymupdf.Rect) -> set[int]:
        area = [int(edge * ZOOM) for edge in box]
        return {
            picture.pixel(x, y)[0] for x in range(area[0], area[2] + 1) for y in range(area[1], area[3] + 1)
        }

    assert len(digits) > 100
    assert [(letter, box) for letter, box in digits if max(shades(box)) - min(shades(box)) < 60] == []


def test_pdfium_draws_every_digit_as_ink(ko):
    page = pypdfium2.PdfDocument(ko.pdf)[0]
    height = page.get_height()
    picture = page.render(scale=ZOOM, grayscale=True).to_numpy().squeeze()
    digits = [
        (letter, box) for letter, box in _characters(pymupdf.open(stream=ko.pdf)[0]) if letter.isdigit()
    ]
    blank = []
    for letter, box in digits:
        left, top, right, bottom = (int(edge * ZOOM) for edge in box)
        area = picture[max(0, top) : bottom + 1, left : right + 1]
        if int(area.max()) - int(area.min()) < 60:
            blank.append((letter, box, height))
    assert len(digits) > 100
    assert blank == []


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_no_letter_leaves_the_margins(pool, locale):
    document = korean(
        subject_name="W" * 5_000,
        subject_code="가" * 200,
        region="매우긴지역이름" * 40,
        manufacturer="제조사" * 100,
        lifts=("붙여쓴문장" * 60,),
        signatures=(Signature("역할" * 40, "이름" * 60, deputy_for="원래" * 60),) * 4,
        comments=tuple(
            dataclasses.replace(korean().comments[0], text=text) for text in ("가" * 3_000, "W" * 3_000)
        ),
    )
    printed = _print(pool, document, locale)
    for page in pymupdf.open(stream=printed.pdf):
        left, right = 14 * POINTS_PER_MM - 1, page.rect.width - 14 * POINTS_PER_MM + 1
        letters = [(letter, box) for letter, box in _characters(page) if letter.strip()]
        assert [(letter, box) for letter, box in letters if box.x0 < left or box.x1 > right] == []


def test_a_name_of_5000_letters_prints_quickly(pool):
    started = time.monotonic()
    printed = _print(pool, korean(subject_name="대" * 5_000), "ko")
    text = pymupdf.open(stream=printed.pdf)[0].get_text().replace("\n", "")
    assert max(len(run) for run in re.findall("대+", text)) <= 119
    assert printed.pages <= 2
    assert time.monotonic() - started < 10


def test_no_korean_word_is_broken_at_the_end_of_a_line(ko):
    words = {word for comment in korean().comments for word in comment.text.split()}
    column = pymupdf.Rect(235, 515, 560, 610)
    page = pymupdf.open(stream=ko.pdf)[0]
    lines = [
        line for line in page.get_text(clip=column).splitlines() if "박지영" not in line and line != "의견"
    ]
    printed = {word for line in lines for word in line.replace("\u2060", "").split()}
    assert len(printed) > 20
    assert printed - words == set()


def test_extracted_text_reads_like_the_comment(ko):
    text = " ".join(pymupdf.open(stream=ko.pdf)[0].get_text().split()).replace("\u2060", "")
    assert "유성구 신규 소매점 두 곳은 두 번째 주문이 아직 없으니" in text


def test_the_sheet_says_what_it_must(ko):
    text = " ".join(pymupdf.open(stream=ko.pdf)[0].get_text().split()).replace("\u2060", "")
    wanted = [
        "참고용",
        "㈜대청상사",
        "C-0107",
        "2026년 10월",
        "76.5 / 100",
        "지난달 등급",
        "해당 없음",
        "대결",
        "박지영 대신",
        "2026-10-0007",
        "4f1d0a7c9b3e5d22",
        "a93c17e0b2d84f51",
        "2026. 11. 5. 13:12 (KST)",
        "2026. 12. 5.",
        "1 / 1",
    ]
    assert [words for words in wanted if words not in text] == []


def test_reference_is_said_only_where_it_holds(pool):
    printed = _print(pool, korean(reference_only=False), "ko")
    assert "참고용" not in pymupdf.open(stream=printed.pdf)[0].get_text()


def test_the_file_has_title_language_date_and_bookmarks(ko):
    reader = pypdf.PdfReader(_file(ko))
    assert reader.metadata is not None
    assert reader.metadata.title == "월 평가표 2026년 10월 · ㈜대청상사 (C-0107)"
    assert reader.metadata.author == "한빛음료 주식회사"
    assert reader.metadata["/CreationDate"] == "D:20261105041200Z"
    assert reader.trailer["/Root"]["/Lang"] == "ko"
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == [
        "월 평가표 2026년 10월"
    ]


def test_several_scorecards_in_one_file_keep_their_own_page_numbers(pool):
    long = dataclasses.replace(korean().comments[0], text="긴 의견입니다. " * 300)
    documents = [korean(), korean(comments=(long,) * 3), korean()]
    html = [render_scorecard(document, "ko") for document in documents]
    printed = pool.render_now(html, STYLESHEET, scorecard_metadata(documents[0], "ko"))
    pages = [page.get_text().strip().split("\n") for page in pymupdf.open(stream=printed.pdf)]
    numbers = [next(line for line in reversed(page) if re.fullmatch(r"\d+ / \d+", line)) for page in pages]
    second = [f"{at} / {len(numbers) - 2}" for at in range(1, len(numbers) - 1)]
    assert numbers == ["1 / 1", *second, "1 / 1"]
    assert len(second) >= 2


def test_every_string_of_the_print_has_korean():
    known = set()
    for part in (LOCALES / "ko" / "LC_MESSAGES" / "parts").glob("*.po"):
        with part.open("rb") as source:
            known |= {entry.id for entry in read_po(source) if entry.id and entry.string}
    methods = [("**.html", "jinja2")]
    found = {row[2] for row in extract_from_dir(PORTAL / "templates" / "print", methods)}
    code = "".join(path.read_text(encoding="utf-8") for path in (PORTAL / "web" / "printing").glob("*.py"))
    found |= set(re.findall(r'(?:_translate|translate)\("([^"]+)"\)', code))
    assert len(found) > 30
    assert found - known == set()
