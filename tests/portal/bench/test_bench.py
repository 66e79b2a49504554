"""Comparators show our page, ratios are paired, and both sides of an import write the same lines."""

from __future__ import annotations

import asyncio
import datetime as dt
import re

import pytest
from jinja2 import Environment

from portal.bench import imports, pages
from portal.bench.pages import client, grid
from portal.bench.pages.frozen import freeze, frozen_words, visible_text
from portal.bench.pages.frozen_calendar import freeze_calendar

TOKEN = "0123456789abcdef" * 4
PAGE = f"""<meta name="csrf" content="{TOKEN}"><meta content='{{"a":false}}'>
<input name="_csrf" value="{TOKEN}"><table><tbody>
<tr><td>ours</td></tr>
</tbody></table><p>1,000+ rows</p>"""


class Thing:
    def __init__(self, **values):
        self.__dict__.update(values)


def test_a_frozen_page_keeps_the_frame_and_opens_rows_count_and_token():
    row = Thing(
        id=7,
        name="<가게>",
        is_stub=False,
        state="existing",
        code="T-7",
        region=Thing(name="충북"),
        area="청주시",
        dealer=Thing(id=1, name="대청상사"),
        terminal=Thing(channel="pub", phone="043"),
        owner="dealer",
    )
    template = Environment(autoescape=True).from_string(freeze(PAGE))
    shown = template.render(rows=[row, row], total="12", csrf_token="fresh", **frozen_words())
    assert shown.count("<tr>") == 2
    assert '<a href="/terminals/7">&lt;가게&gt;</a>' in shown
    assert shown.count("fresh") == 2
    assert "12 rows" in shown
    assert """content='{"a":false}'""" in shown
    assert TOKEN not in shown


def test_another_page_is_not_frozen():
    with pytest.raises(ValueError, match="not our list page"):
        freeze(PAGE.replace("1,000+", "7"))


def test_what_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(pages, "NEEDED", {"django": "no_such_module_here"})
    with pytest.raises(pages.BenchIncompleteError, match=r"django, not installed.*requirements/bench\.txt"):
        pages.bench_pages()


def test_ratios_are_medians_of_paired_rounds():
    def times(ours, django, fastapi, tenfold):
        sides = {pages.OURS: ours, pages.DJANGO: django, pages.FASTAPI: fastapi, pages.TENFOLD: tenfold}
        return {
            (page.name, side, count): value
            for page in pages.PAGES
            for side, value in sides.items()
            for count in (1, pages.CONNECTIONS)
        }

    found = [times(1.0, 2.0, 3.0, 1.0), times(10.0, 30.0, 30.0, 5.0), times(2.0, 8.0, 6.0, 2.0)]
    rows = {(row["name"], row["against"]): row["ratio"] for row in pages.rows_of("sqlite", found)}
    assert rows["pages.list", "django-jinja sqlite"] == 3.0
    assert rows["pages.list", "fastapi-sqlalchemy sqlite"] == 3.0
    assert rows["pages.growth", "1x data sqlite"] == 1.0
    assert rows["pages.calendar_busy", "django-jinja sqlite"] == 3.0
    assert rows["pages.calendar_growth", "1x data sqlite"] == 1.0


CALENDAR = f"""<meta name="csrf" content="{TOKEN}">
<select class="sel" name="region" aria-label="x"><option value="">x</option></select>
<select class="sel" name="course" aria-label="x"><option value="">x</option></select>
<select class="sel" name="lecturer" aria-label="x"><option value="">x</option></select>
<span>500건</span><span class="btns"></span><table><tbody><tr><td class="in"></td></tr></tbody></table>"""


def test_a_frozen_calendar_is_the_month_of_its_rows():
    instants = {name: dt.datetime.fromisoformat(f"2026-03-{name[1:]}T00:00:00Z") for name in ("d10", "d11")}
    texts = {"state": "open", "title": "<교육>", "seats_taken": 1, "seats": 30}
    longer = Thing(starts_at=instants["d10"], ends_at=instants["d11"] + dt.timedelta(hours=1), **texts)
    shorter = Thing(starts_at=instants["d11"], ends_at=instants["d11"] + dt.timedelta(hours=1), **texts)
    sessions = [Thing(id=7, occasion=longer), *(Thing(id=8 + n, occasion=shorter) for n in range(5))]
    weeks = grid.days_of(dt.date(2026, 3, 1))
    peaks = [(dt.date(2026, 3, 30), dt.date(2026, 4, 1))]
    cells = grid.month_grid(dt.date(2026, 3, 1), weeks, sessions, {dt.date(2026, 3, 2): "휴일"}, peaks)
    choices = {name: [Thing(id=1, name="가", title="나")] for name in ("regions", "courses", "lecturers")}
    template = Environment(autoescape=True).from_string(freeze_calendar(CALENDAR))
    shown = template.render(weeks=cells, count=6, csrf_token="fresh", **choices)
    assert shown.count("<td") == 42
    assert shown.count("fresh") == 1
    assert [text in visible_text(shown) for text in ("6건", "x 가", "x 나", "휴일")] == [True] * 4
    assert '/training/sessions/7"><span class="num">09:00</span> &lt;교육&gt; ' in shown
    assert '/training/sessions/7"><span class="num">2/2</span> &lt;교육&gt; ' in shown
    assert shown.count("2건 더 보기") == 1
    assert shown.count('class="in peak"') == 2


def test_pages_that_say_something_else_stop_the_bench():
    pages.check_same({pages.OURS: "<p>하나  둘</p>", pages.DJANGO: "<b>하나</b> 둘"})
    with pytest.raises(pages.DifferentPagesError, match=r"django-jinja says '하나 셋', ours '하나 둘'"):
        pages.check_same({pages.OURS: "<p>하나 둘</p>", pages.DJANGO: "<p>하나 셋</p>"})


async def test_the_client_reads_plain_and_chunked_answers():
    answers = [b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc"]
    answers.append(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    asked = []

    async def serve(reader, writer):
        while request := await reader.readuntil(b"\r\n\r\n"):
            asked.append(request)
            writer.write(answers[len(asked) % 2])
            await asyncio.sleep(0.01)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    wanted = {"port": port, "path": "/x", "cookie": "a=b", "connections": 1, "seconds": 0.2}
    found = await client.measure(wanted)
    server.close()
    assert found["count"] == len(asked) > 1
    assert re.match(rb"GET /x HTTP/1\.1\r\n.*cookie: a=b\r\n", asked[0], re.DOTALL)


def test_both_sides_of_the_import_are_the_same_lines(tmp_path):
    known = imports.Known([(9, "T-1", 1, "D-1"), (8, "T-2", 2, "D-2")], [(5, "P-5")])
    imports.write_file(tmp_path / "orders.csv", known, 20)
    text = (tmp_path / "orders.csv").read_text(encoding="utf-8").splitlines()
    rows = list(imports.line_rows(known, 20))
    assert len(text) - 1 == len(rows) == 20
    first, last = text[1].split(","), text[-1].split(",")
    assert [first[2], int(first[3]), first[4], int(first[8]), int(first[9])] == [
        rows[0][2],
        rows[0][3],
        rows[0][9].isoformat(),
        rows[0][11],
        rows[0][12],
    ]
    assert sum(int(line.split(",")[9]) for line in text[1:]) == sum(row[12] for row in rows)
    assert last[2] == rows[-1][2]
