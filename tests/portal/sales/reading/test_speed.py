"""A million order lines: time is printed, memory is asserted."""

from __future__ import annotations

import random

import pytest

from portal.sales.reading import read_file
from portal.sales.reading.known import table_spec

LINES = 1_000_000
MIB = 1024 * 1024


def write_lines(path, lines):
    """Write order lines as an ERP would, seeded."""
    draw = random.Random(1)  # noqa: S311  test data, not secrets
    with path.open("w", encoding="cp949") as target:
        target.write("전표번호,행번호,일자,거래처코드,제품코드,수량,공급가액,부가세\n")
        for number in range(lines):
            quantity = draw.randrange(1, 200)
            amount = quantity * draw.randrange(300, 3000)
            document, line = divmod(number, 4)
            month, day = document % 12 + 1, document % 28 + 1
            buyer, product = draw.randrange(100_000), draw.randrange(3000)
            target.write(f"26{month:02d}-{document:07d},{line + 1},2026-{month:02d}-{day:02d},D{buyer:06d},")
            target.write(f'P{product:05d},{quantity},"{amount:,}",{amount // 10}\n')


@pytest.mark.nightly
def test_a_million_lines_stay_small(tmp_path, capsys):
    source = tmp_path / "orders.csv"
    write_lines(source, LINES)
    report = read_file(source, table_spec("orders"), None, tmp_path / "out")
    figures = f"{report.seconds} s, {report.cpu_seconds} s CPU, {report.peak_bytes // MIB} MiB"
    with capsys.disabled():
        print(f"\n{LINES:,} lines: {figures}")  # noqa: T201  the figure is the point
    assert report.rows_good == LINES
    assert report.peak_bytes < 300 * MIB


def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = []
    for lines in (20_000, 100_000):
        source = tmp_path / f"{lines}.csv"
        write_lines(source, lines)
        peaks.append(read_file(source, table_spec("orders"), None, tmp_path / f"out{lines}").peak_bytes)
    assert peaks[1] - peaks[0] < 40 * MIB
