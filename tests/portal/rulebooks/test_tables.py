"""Decision tables: the grid and back, checks beside the cells, the life cycle by family."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from portal.db import fetch_value
from portal.errors import Conflict, Invalid
from portal.evaluations.decision_rehearsal import compare_decisions, results_of
from portal.evaluations.rehearsal import PublishedMonths
from portal.rulebooks import sources
from portal.rulebooks.decision_table import is_decision, is_table, table_cell_of, table_of
from portal.rulebooks.findings import check_text
from portal.rulebooks.printing import document_of
from portal.rulebooks.queries.notices import list_notices
from portal.rulebooks.queries.proposals import find_version_of, get_proposal
from portal.rulebooks.queries.versions import find_before, get_any, list_decisions, list_versions
from portal.rulebooks.service import steps
from portal.rulebooks.service.drafts import create_draft
from portal.rulebooks.sheet_edits import text_of
from portal.rulebooks.table_edits import new_table, output_value, rearranged_table, table_content_of
from portal.rulebooks.table_workbook import table_content_from, table_workbook_of
from portal.settings import Settings
from portal.web.printing.rulebook import render_rulebook
from rules.decisions.book import DecisionBook
from rules.documents import read_document
from rules.facts import FactTable, Measure
from rules.lifecycle import State
from rules.months import Month
from rules.sheets.history import History
from tests.portal.rulebooks.conftest import DAYS, NOW, TODAY, scheduled, submitted
from tests.portal.rulebooks.site import make_client
from tests.portal.rulebooks.test_pages import HTMX, Pages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.portal.rulebooks.conftest import World

TABLE = """decision: dealer_class
version: "2026.12"
label: {ko: "고객 분류", en: "Customer class"}
subject: dealer
hit_policy: first
effective_from: 2026-12-01
change:
  kind: new
  areas: [achieved]
  announced_on: 2026-11-10
  note: {ko: "분류 기준을 새로 정합니다.", en: "A new classification."}
inputs:
  achieved:
    {type: numeric, unit: "%", scale: 2, range: ["0", "500"], missing: no_match,
     label: {ko: "달성률", en: "Achievement"}}
  channel: {type: select, options: [mart, agency], missing: no_match, label: {ko: "채널", en: "Channel"}}
table:
  inputs: [achieved, channel]
  outputs: [set_class, set_multiplier_bp]
  rows:
    - {id: top, when: [">= 120", "mart"], then: [PI, 12000]}
    - {id: good, when: ["100..120", "-"], then: [PII, 10000]}
else: {then: [EIV, "-"]}
"""
LATER = TABLE.replace("2026.12", "2027.2").replace("2026-12-01", "2027-02-01").replace(">= 120", ">= 130")


@pytest.fixture
async def pages(world: World) -> AsyncIterator[Pages]:
    async with make_client(world.people) as opened:
        yield Pages(opened)


def content() -> dict[str, Any]:
    return dict(read_document(TABLE).content)  # type: ignore[call-overload]  # a mapping


def test_a_table_opens_as_a_grid() -> None:
    grid = table_of(content())
    assert (is_decision(content()), is_table(content())) == (True, True)
    assert (grid.inputs, grid.outputs) == (("achieved", "channel"), ("set_class", "set_multiplier_bp"))
    assert [(row.id, row.when, row.then) for row in grid.rows] == [
        ("top", (">= 120", "mart"), ("PI", "12000")),
        ("good", ("100..120", "-"), ("PII", "10000")),
    ]
    assert grid.otherwise == ("EIV", "-")
    assert grid.declared[0].fields["unit"] == "%"


def test_what_the_grid_does_not_change_stays() -> None:
    assert table_content_of({}, content()) == content()
    assert table_content_of({"r0-w0": ">= 120", "r1-o1": "100%", "e-o0": "EIV"}, content()) == content()


@pytest.mark.parametrize(
    ("action", "typed", "value"),
    [
        ("set_multiplier_bp", "1,200", 1200),
        ("set_multiplier_bp", "98.5%", 9850),
        ("set_multiplier_bp", "many", "many"),
        ("set_eligible", "예", True),
        ("set_eligible", "no", False),
        ("set_class", " PI ", "PI"),
        ("set_class", "", "-"),
        ("unknown", "3", "3"),
        ("set_class", 3, 3),
    ],
)
def test_an_output_gets_the_type_its_action_needs(action: str, typed: object, value: object) -> None:
    assert output_value(action, typed) == value


def test_cells_shown_in_per_cent_are_in_the_unit_of_their_column() -> None:
    target = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(table_workbook_of(table_of(content()), ("a", "b"))))
    page = book.worksheets[0]
    for cell, value in (("B2", 1.3), ("C2", "10%"), ("E2", 0.985)):
        page[cell].value, page[cell].number_format = value, "0.0%"
    book.save(target)
    row = table_content_from(target.getvalue(), content())["table"]["rows"][0]
    assert (row["when"], row["then"]) == (["130", "10%"], ["PI", 9850])


def test_rows_and_columns_move() -> None:
    moved = content()
    for change in (
        "add",
        "copy-0",
        "down-0",
        "remove-2",
        "left-inputs-1",
        "add-inputs",
        "drop-outputs-1",
        "else",
    ):
        moved = rearranged_table(moved, change)
    table = moved["table"]
    assert table["inputs"][:2] == ["channel", "achieved"]
    assert len(table["inputs"]) == 3
    assert table["outputs"] == ["set_class"]
    assert [(row["id"], row["when"], row["then"]) for row in table["rows"]] == [
        ("r2", ["mart", ">= 120", "-"], ["PI"]),
        ("top", ["mart", ">= 120", "-"], ["PI"]),
        ("r1", ["-", "-", "-"], ["-"]),
    ]
    assert "else" not in moved
    assert rearranged_table(moved, "else")["else"] == {"then": ["-"]}
    assert set(moved["inputs"]) == {"achieved", "channel", table["inputs"][2]}


def test_inputs_are_declared_renamed_and_dropped() -> None:
    added = rearranged_table(content(), "add-variable")
    fields = {"v0-name": "reached", "v2-name": "pays", "v2-type": "select", "v2-options": "yes, late"}
    named = table_content_of({**fields, "v2-missing": "hold", "v2-ko": "납입", "v2-en": "Pays"}, added)
    assert named["table"]["inputs"] == ["reached", "channel"]
    assert named["inputs"]["pays"] == {
        "type": "select",
        "missing": "hold",
        "label": {"ko": "납입", "en": "Pays"},
        "options": ["yes", "late"],
    }
    assert "pays" not in rearranged_table(named, "drop-variable-2")["inputs"]
    assert "reached" in rearranged_table(named, "drop-variable-0")["inputs"]


def test_a_workbook_brings_the_table_back() -> None:
    book = table_workbook_of(table_of(content()), ("Rules", "About"))
    assert zipfile.is_zipfile(io.BytesIO(book))
    assert table_content_from(book, content()) == content()
    with pytest.raises(Invalid):
        table_content_from(b"PK\x03\x04", content())


def test_findings_name_the_cell() -> None:
    checked = check_text(TABLE.replace(">= 120", "viel"))
    assert [table_cell_of(finding.path) for finding in checked.findings] == ["r0-w0"]
    assert checked.findings[0].text["ko"].startswith('"-", "120"')
    assert check_text(TABLE).ok
    shadowed = check_text(TABLE.replace('"100..120", "-"', '">= 130", "mart"'))
    found = [finding for finding in shadowed.findings if finding.path[:3] == ("table", "rows", 1)]
    assert found
    assert found[0].severity == "block"


def test_a_file_may_leave_out_what_a_version_may_not() -> None:
    bare = TABLE.replace('version: "2026.12"\n', "").replace("subject: dealer", "subject: outlet")
    start, end = bare.index("change:"), bare.index("inputs:")
    found = check_text(bare[:start] + bare[end:]).findings
    assert [finding.path for finding in found if finding.severity == "block"] == [
        ("change", "announced_on"),
        ("version",),
        ("subject",),
    ]


def test_an_empty_table_says_what_it_lacks() -> None:
    text = text_of(new_table("bonus", "보너스", "Bonus", TODAY, TODAY))
    checked = check_text(text)
    assert {table_cell_of(finding.path) for finding in checked.findings} == {"r0-id"}


async def test_a_table_goes_the_whole_way_by_family(world: World) -> None:
    sheet = await scheduled(world)
    first = await scheduled(world, TABLE)
    proposal = await get_proposal(first)
    assert (proposal.kind, proposal.decision, proposal.label) == ("dealer", "dealer_class", "2026.12")
    assert await list_decisions() == [("dealer", "dealer_class")]
    with pytest.raises(Conflict):
        await scheduled(world, TABLE.replace(">= 120", ">= 125"))
    second = await scheduled(world, LATER)
    version = await find_version_of(await get_proposal(second), TODAY)
    assert version is not None
    before = await find_before(version)
    assert before is not None
    assert before.version == "2026.12"
    day = TODAY.replace(year=2027, month=2)
    assert [each.state for each in await list_versions("dealer", day, "dealer_class")] == [
        State.ACTIVE,
        State.SUPERSEDED,
    ]
    labels = [each.label for each in await list_versions("dealer", day)]
    assert "2027.2" not in labels
    assert (await get_proposal(sheet)).decision == ""
    assert (await get_any(version.sha256)).sha256 == version.sha256


async def test_the_author_of_a_table_does_not_approve_it(world: World) -> None:
    number = await submitted(world, TABLE, "both")
    proposal = await get_proposal(number)
    with pytest.raises(Exception, match="somebody who did not write it"):
        await steps.approve(world.people["both"], number, proposal.sha256, DAYS, TODAY)
    assert await fetch_value("select state from rulebook_proposal where id = {}", number) == "submitted"


async def test_the_grid_saves_and_checks_while_one_types(world: World, pages: Pages) -> None:
    number = await create_draft(world.people["author"], TABLE)
    page = (await pages.get("author", f"/rulebooks/{number}/edit")).text
    assert 'name="r0-w0" value="&gt;= 120"' in page
    assert "Achievement: at least 120%" in page
    form = {"version": "1", "session": "s", "text": TABLE, "r0-w0": "oops"}
    answer = await pages.post("author", f"/rulebooks/{number}/edit/check", form, headers=HTMX)
    assert 'data-mark="r0-w0"' in answer.text
    assert 'id="found-0"' in answer.text
    added = await pages.post("author", f"/rulebooks/{number}/edit?do=add", form, headers=HTMX)
    assert 'name="r2-w0" value="-"' in added.text
    text = (await pages.get("author", f"/rulebooks/{number}/edit/text")).text
    assert "As a grid" in text


async def test_pages_of_a_decision(world: World, pages: Pages) -> None:
    number = await scheduled(world, TABLE)
    sha = (await get_proposal(number)).sha256
    listed = (await pages.get("author", "/rulebooks")).text
    assert f'href="/rulebooks/versions/{sha}"' in listed
    for path in (f"/rulebooks/{number}", f"/rulebooks/versions/{sha}"):
        page = await pages.get("author", path)
        assert page.status_code == 200
        assert "dealer_class" in page.text
        assert "&gt;= 120" in page.text
    answer = await pages.post("author", "/rulebooks/drafts", {"base": sha})
    assert answer.status_code == 303
    draft = int(answer.headers["location"].split("/")[2])
    assert (await get_proposal(draft)).base_label == "2026.12"
    assert "day" in (await pages.get("author", f"/rulebooks/{draft}")).text


async def test_a_new_family_begins_empty_or_from_a_file(world: World, pages: Pages) -> None:
    form = {"decision": "bonus", "name_ko": "보너스", "name_en": "Bonus"}
    answer = await pages.post("author", "/rulebooks/tables", form)
    number = int(answer.headers["location"].split("/")[2])
    assert (await get_proposal(number)).decision == "bonus"
    assert (await pages.post("author", "/rulebooks/tables", {**form, "decision": "No!"})).status_code == 422
    assert (await pages.post("approver", "/rulebooks/tables", form)).status_code == 403
    upload = await pages.post("author", "/rulebooks/upload", {"subject": "dealer", "pasted": TABLE})
    proposal = await get_proposal(int(upload.headers["location"].split("/")[2]))
    assert (proposal.decision, proposal.base_sha256) == ("dealer_class", "")
    sheet = await pages.get("author", f"/rulebooks/{proposal.id}/edit/file")
    edited = {"file": ("t.xlsx", sheet.content, "application/octet-stream")}
    await pages.post("author", f"/rulebooks/{proposal.id}/edit/file", {"x": "1"}, files=edited)
    assert read_document((await get_proposal(proposal.id)).text).content == content()


@pytest.mark.parametrize(
    ("joined", "expected"),
    [
        (sources.NoPast(), {"months": 0}),
        (PublishedMonths(), {"months": 0, "no_history": ["achieved", "channel"]}),
    ],
)
async def test_without_a_past_nothing_is_rehearsed(
    world: World, joined: sources.Rehearser, expected: dict[str, Any]
) -> None:
    before = sources.rehearser()
    sources.join(joined)
    try:
        number = await submitted(world, TABLE)
    finally:
        sources.join(before)
    stored = await fetch_value("select rehearsal from rulebook_proposal where id = {}", number)
    assert json.loads(stored) == expected


MEASURED = """decision: growth_class
version: "2026.12"
hit_policy: first
effective_from: 2026-12-01
inputs:
  growth: {type: numeric, kpi: yoy_growth, unit: "%", scale: 2, range: ["-100", "1000"], missing: hold}
table:
  inputs: [growth]
  outputs: [set_class]
  rows: [{id: top, when: [">= 10"], then: [PI]}]
else: {then: [EIV]}
"""


def test_past_results_that_change_are_counted() -> None:
    measure = Measure([120, 108, 90, 0], [100, 100, 100, 0], [1, 1, 1, 0])
    table = FactTable.build(
        "dealer", Month.of(dt.date(2026, 10, 1)), NOW, ["a", "b", "c", "d"], {"yoy_growth": measure}
    )
    base = DecisionBook.load(MEASURED)
    assert not base.problems
    assert len(results_of(base, table)) == 4
    assert results_of(base, table)[3] == "held"
    history = History((table,), {})
    same = compare_decisions(base, base, history)
    assert (same["changed"], same["cases"], same["compared"]) == (0, 4, True)
    never = DecisionBook.load(MEASURED.replace(">= 10", ">= 999"))
    always = DecisionBook.load(MEASURED.replace(">= 10", ">= -100"))
    assert compare_decisions(always, never, history)["changed"] == 3
    assert compare_decisions(always, None, history)["changed"] == 4
    other = DecisionBook.load(TABLE)
    assert compare_decisions(other, None, history)["no_history"] == ["achieved", "channel"]


async def test_dealers_are_told_of_a_decision(world: World) -> None:
    await scheduled(world, TABLE)
    told = TODAY.replace(day=10)
    notices = await list_notices(world.people["owner"], told)
    assert [each.version.decision for each in notices if each.awaits] == ["dealer_class"]


async def test_the_printed_form_has_the_rules(world: World) -> None:
    number = await scheduled(world, TABLE)
    version = await find_version_of(await get_proposal(number), TODAY)
    assert version is not None
    for locale, word in (("ko", "그 밖의 경우"), ("en", "Otherwise")):
        document = await document_of(version, Settings(), locale)  # type: ignore[arg-type]  # both are locales
        html = render_rulebook(document, locale)
        assert "&gt;= 120" in html
        assert word in html
