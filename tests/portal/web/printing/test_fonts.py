"""The print fonts are of the one kind that every reader draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fontTools.ttLib import TTFont

from portal.assets.fonts import FACES, FontSourceMissingError, build_fonts
from portal.web.printing.typeface import BUNDLED, Typeface, drawable_characters

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", params=FACES, ids=lambda face: face.style)
def font(request: pytest.FixtureRequest) -> Iterator[TTFont]:
    with TTFont(BUNDLED / request.param.file_name, lazy=True) as opened:
        yield opened


def test_outlines_are_truetype_and_static(font):
    assert ("glyf" in font, "CFF " in font, "fvar" in font) == (True, False, False)


def test_every_korean_syllable_and_digit_has_a_shape(font):
    cmap = font.getBestCmap()
    wanted = [*range(0xAC00, 0xD7A4), *map(ord, "0123456789₩·–—‘’“”…㈜→%\u2060")]
    assert [chr(code) for code in wanted if code not in cmap] == []


def test_digits_are_equally_wide(font):
    cmap = font.getBestCmap()
    assert len({font["hmtx"][cmap[ord(digit)]][0] for digit in "0123456789"}) == 1


def test_reserved_name_is_given_up_and_licence_kept(font):
    family = {str(record) for record in font["name"].names if record.nameID in (1, 3, 4, 6, 16)}
    assert [name for name in family if "pretendard" in name.lower()] == []
    assert (BUNDLED / "OFL.txt").read_text(encoding="utf-8").startswith("Copyright (c) 2021, Kil Hyung-jin")


def test_weights_are_told_apart():
    weights = []
    for face in FACES:
        with TTFont(BUNDLED / face.file_name, lazy=True) as opened:
            weights.append(opened["OS/2"].usWeightClass)
    assert weights == [400, 600, 700]


def test_missing_source_names_the_file(tmp_path):
    with pytest.raises(FontSourceMissingError, match="pretendard"):
        build_fonts(tmp_path / "node_modules", tmp_path / "out")


def test_fonts_that_are_not_built_are_noticed(tmp_path):
    empty = Typeface(tmp_path)
    assert (empty.is_built(), empty.sha256(), drawable_characters(tmp_path)) == (False, "", frozenset())
