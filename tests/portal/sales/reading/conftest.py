"""Shared means of the reading tests: small specs and files made on the spot."""

from __future__ import annotations

import pytest

from portal.sales.reading import ColumnSpec, Kind, Limits, TableSpec, iter_problems, read_file

MIB = 1024 * 1024


@pytest.fixture
def spec():
    return TableSpec(
        "orders",
        (
            ColumnSpec("buyer", Kind.CODE, required=True, aliases=("거래처코드", "Buyer")),
            ColumnSpec("day", Kind.DAY, aliases=("일자", "Date")),
            ColumnSpec("amount", Kind.AMOUNT, aliases=("공급가액", "금액", "Amount"), summed=True),
            ColumnSpec("memo", Kind.TEXT, aliases=("비고", "Memo")),
        ),
    )


@pytest.fixture
def limits():
    return Limits(cpu_seconds=20, wall_seconds=30)


@pytest.fixture
def reads(spec, limits, tmp_path):
    """Write bytes to a file of a misleading name and read it."""

    def read(content, column_map=None, table=spec, bounds=limits):
        source = tmp_path / "upload.bin"
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_file(source, table, column_map, tmp_path / "out", bounds)

    return read


@pytest.fixture
def codes():
    """Cells and codes of a report's problems."""
    return lambda report: [(problem["cell"], problem["code"]) for problem in iter_problems(report)]
