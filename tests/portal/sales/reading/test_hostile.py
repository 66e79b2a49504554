"""Files made to hurt: each is refused with a reason, and the portal's own process lives on."""

from __future__ import annotations

import gzip
import io
import os
import time
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from portal.sales.reading import FileRefused, Limits
from portal.sales.reading.child import confine
from portal.sales.reading.process import _environment, run_child
from portal.sales.reading.spec import Request

MIB = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def packed(**entries):
    """Bytes of a ZIP with the given entries."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return content.getvalue()


def workbook_with(changes):
    """Bytes of an XLSX whose parts are replaced: name → bytes."""
    book = openpyxl.Workbook()
    book.active.append(["Buyer", "Amount"])
    book.active.append(["A1", 5])
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed(**{**parts, **changes})


def cells(*references):
    rows = "".join(f'<row><c r="{reference}"><v>1</v></c></row>' for reference in references)
    return f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>".encode()


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def hostile_files():
    """Name, bytes and the expected code of each file."""
    table = b"Buyer,Amount\nA1,5\n"
    text = f"<worksheet {NAMESPACE}><sheetData/></worksheet>"
    cut = gzip.compress(os.urandom(4000).hex().encode())
    many = {f"{number}.csv": b"a" for number in range(101)}
    return [
        ("dimension bomb", workbook_with({SHEET: cells("A1", "XFD1048576")}), "sheet_too_large"),
        ("zip bomb", packed(**{"a.csv": b"0" * (20 * MIB)}), "archive_ratio"),
        ("xlsx bomb", workbook_with({"xl/sharedStrings.xml": b" " * (20 * MIB)}), "archive_ratio"),
        ("many entries", packed(**many), "archive_entries"),
        ("two tables", packed(**{"a.csv": table, "b.csv": table}), "archive_many_tables"),
        ("no table", packed(**{"__MACOSX/a": b"x"}), "archive_no_table"),
        ("nested zip", packed(**{"a.zip": packed(**{"b.csv": table})}), "archive_nested"),
        ("zip in gz", gzip.compress(packed(**{"b.csv": table})), "archive_nested"),
        ("gz in gz", gzip.compress(gzip.compress(table)), "archive_nested"),
        ("gz bomb", gzip.compress(b"A1,5\n" * (10 * MIB)), "archive_ratio"),
        ("truncated gz", cut[: len(cut) // 2], "archive_broken"),
        ("truncated zip", packed(**{"a.csv": table * 100})[:80], "archive_broken"),
        ("billion laughs", workbook_with({SHEET: (LAUGHS + text).encode()}), "sheet_doctype"),
        ("outside entity", workbook_with({SHEET: (OUTSIDE + text).encode()}), "sheet_doctype"),
        (
            "entity in strings",
            workbook_with({"xl/sharedStrings.xml": (LAUGHS + "<sst/>").encode()}),
            "sheet_doctype",
        ),
        ("broken xml", workbook_with({SHEET: b"<worksheet><sheetData>"}), "sheet_broken"),
        ("bad reference", workbook_with({SHEET: cells("A99999999999999999999")}), "sheet_too_large"),
        ("broken xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000, "sheet_broken"),
        ("broken parquet", b"PAR1" + b"\x00" * 500 + b"PAR1", "parquet_broken"),
        ("document", packed(**{"word/document.xml": b"x", "[Content_Types].xml": b"x"}), "not_a_table"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    hostile_files(),
    # Not the bytes: gzip writes the time into them, and every worker must know a test by the same name.
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_hostile_files_are_refused_with_a_reason(reads, name, content, code):
    with pytest.raises(FileRefused) as refusal:
        reads(content)
    assert (name, refusal.value.message.code) == (name, code)


def test_the_dimension_bomb_is_small():
    assert len(workbook_with({SHEET: cells("A1", "XFD1048576")})) < 6000


def test_a_sheet_that_only_claims_to_be_large_is_read(reads):
    claim = cells("A1").replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    assert reads(workbook_with({SHEET: claim})).missing == ["buyer"]


def test_an_encrypted_archive_is_refused(reads):
    content = bytearray(packed(**{"a.csv": b"Buyer\nA1\n"}))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    with pytest.raises(FileRefused) as refusal:
        reads(bytes(content))
    assert refusal.value.message.code == "archive_encrypted"


def test_a_reader_out_of_memory_is_a_refusal(reads):
    content = workbook_with({SHEET: cells("A1", "Z700000")})
    with pytest.raises(FileRefused) as refusal:
        reads(content, bounds=Limits(memory_bytes=256 * MIB))
    assert refusal.value.message.code == "reader_stopped"


def test_a_reader_out_of_time_is_killed(reads, limits):
    rows = "Buyer,Amount\n" + "".join(f"A{number},{number}\n" for number in range(400_000))
    started = time.monotonic()
    with pytest.raises(FileRefused) as refusal:
        reads(rows * 3, bounds=replace(limits, wall_seconds=1))
    assert refusal.value.message.code == "took_too_long"
    assert time.monotonic() - started < 10


def test_a_killed_reader_is_a_refusal(spec, limits, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    request = Request("/dev/null", str(tmp_path), spec, limits)
    with pytest.raises(FileRefused) as refusal:
        run_child(request)
    assert refusal.value.message.params == {"reason": "exit 1"}


def test_the_reader_may_open_no_socket_and_start_no_process(spec, limits, tmp_path):
    tried = os.fork()
    if tried == 0:
        confine(Request("/dev/null", str(tmp_path), spec, limits))
        outcomes = []
        for attempt in (lambda: __import__("socket").socket(), lambda: os.system("true")):  # noqa: S605  the attempt must fail
            try:
                attempt()
            except PermissionError:
                outcomes.append(1)
        os._exit(len(outcomes))
    assert os.waitstatus_to_exitcode(os.waitpid(tried, 0)[1]) == 2


def test_the_reader_inherits_no_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "do-not-leak")
    assert sorted(_environment()) == ["LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"]
