"""Names of finished PDFs and archives of them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

from portal.web.printing.bundle import file_name, zip_files
from portal.web.printing.cache import cache_key
from portal.web.printing.pool import PrintEngine
from tests.portal.web.printing.samples import korean

ENGINE = PrintEngine("f" * 64, "70.0", "1.50.12", "6.0.0")


def test_the_key_is_equal_for_equal_input_and_changes_with_each_part():
    keys = [
        cache_key("scorecard", korean(), "ko", ENGINE, "1"),
        cache_key("scorecard", korean(), "ko", ENGINE, "1"),
        cache_key("statement", korean(), "ko", ENGINE, "1"),
        cache_key("scorecard", korean(points_milli=1), "ko", ENGINE, "1"),
        cache_key("scorecard", korean(), "en", ENGINE, "1"),
        cache_key("scorecard", korean(), "ko", replace(ENGINE, pango="1.56"), "1"),
        cache_key("scorecard", korean(), "ko", replace(ENGINE, fonts="e" * 64), "1"),
        cache_key("scorecard", korean(), "ko", ENGINE, "2"),
        cache_key("scorecard", korean(), "ko", ENGINE),
    ]
    assert keys[0] == keys[1]
    assert len(set(keys)) == len(keys) - 1


def test_file_names_hold_no_path_and_no_odd_sign():
    assert file_name("2026-10", "C-0107", "㈜대청 상사/..\\x") == "2026-10_C-0107_대청_상사_.._x.pdf"
    assert file_name("../../etc") == "etc.pdf"
    assert file_name("") == "document.pdf"
    assert file_name("가" * 300, ending="zip") == "가" * 100 + ".zip"


def test_an_archive_repeats_byte_for_byte_and_keeps_every_file():
    files = [("a.pdf", b"1"), ("가.pdf", b"2"), ("a.pdf", b"3")]
    packed = zip_files(files)
    assert packed == zip_files(files)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert [(name, archive.read(name)) for name in archive.namelist()] == [
            ("a.pdf", b"1"),
            ("가.pdf", b"2"),
            ("a-2.pdf", b"3"),
        ]
