"""``portal rules``: check, explain, rehearse and export rulebooks as files. No database is opened."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.cli.rulebook_files import (
    Book,
    business_rules_text,
    read_book,
    read_facts,
    read_history,
    sheet_facts,
    sound_book,
    sound_sheet,
    yaml_text,
)
from rules.canonical import book_content, points_text
from rules.decisions.distance import distance
from rules.decisions.explain import explain_decision
from rules.errors import RulesError
from rules.evaluation import evaluate
from rules.explain import explain
from rules.fairness import lint, shipped_packs
from rules.rulebook import Rulebook
from rules.sheets.tree import tree
from rules.simulate import HELD, per_grade, simulate
from rules.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.cli.rulebook_files import BookFile
    from rules.decisions.book import DecisionBook
    from rules.kpis import Locale
    from rules.simulate import Impact
    from rules.verify import Finding

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LANGUAGE = click.option("--lang", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
HELD_MARK = {True: "✓", False: "·"}


@click.group()
def rules() -> None:
    """Check, explain, rehearse and export rulebooks as files."""


@rules.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--base", type=FILE, help="The version in force before: terms that get worse are found.")
@click.option("--goods", multiple=True, help="Regulated goods that are sold, for example liquor.")
@LANGUAGE
@JSON
def check(
    files: tuple[Path, ...], base: Path | None, goods: tuple[str, ...], lang: Locale, *, as_json: bool
) -> None:
    """List every problem of rulebooks with line and column: form, logic, fair dealing.

    Exit 1 when something keeps a book from being published, else 0.
    """
    before = sound_book(base) if base else None
    found = {path: list(_findings(read_book(path), before, goods, lang)) for path in files}
    if as_json:
        rows = [{"file": str(path), **row} for path, rows in found.items() for row in rows]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for path, rows in found.items():
            for row in rows:
                click.echo(f"{path}:{row['line']}:{row['column']}: {row['severity']}: {row['message']}")
            click.echo(f"{path}: {_summary(rows)}")
    blocked = any(row["severity"] == "block" for rows in found.values() for row in rows)
    raise SystemExit(1 if blocked else 0)


def _findings(
    file: BookFile, base: Book | None, goods: tuple[str, ...], lang: Locale
) -> Iterator[dict[str, Any]]:
    for problem in file.book.problems:
        yield _row("block", "form", problem.line, problem.column, problem.message)
    if file.book.problems:
        return
    comparable = base if type(base) is type(file.book) else None
    found = (
        *verify(file.book, place_of=file.place_of),
        *lint(file.book, shipped_packs(), comparable, goods=goods, place_of=file.place_of),
    )
    for finding in found:
        yield _row(finding.severity, finding.kind, finding.line, finding.column, _said(finding, lang))


def _said(finding: Finding, lang: Locale) -> str:
    """Return a finding without its place, which stands before it."""
    said = finding.say(lang)
    return said.removeprefix(f"{finding.line}:{finding.column} ") if finding.line else said


def _row(severity: str, kind: str, line: int, column: int, message: str) -> dict[str, Any]:
    return {"severity": severity, "kind": kind, "line": line, "column": column, "message": message}


def _summary(rows: list[dict[str, Any]]) -> str:
    counts = {severity: sum(row["severity"] == severity for row in rows) for severity in ("block", "warn")}
    return f"{counts['block']} to mend, {counts['warn']} to look at" if rows else "no problems"


@rules.command("explain")
@click.argument("file", type=FILE)
@click.option("--facts", "facts_file", type=FILE, required=True, help="JSON: values by input.")
@click.option("--want", default="", help="NAME=VALUE of a decision: list the nearest changes that give it.")
@LANGUAGE
@JSON
def explain_command(file: Path, facts_file: Path, want: str, lang: Locale, *, as_json: bool) -> None:
    """Decide about one subject and say why, comparison by comparison."""
    book, content = sound_book(file), read_facts(facts_file)
    name, equals, value = want.partition("=")
    if want and (not equals or isinstance(book, Rulebook)):
        raise click.UsageError("--want is NAME=VALUE, for a decision")
    try:
        answer = (
            _explained_sheet(book, content, lang)
            if isinstance(book, Rulebook)
            else _explained_decision(book, content, (name, value), lang)
        )
    except RulesError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_lines_of(answer)))


def _explained_sheet(book: Rulebook, content: dict[str, Any], lang: Locale) -> dict[str, Any]:
    facts, context = sheet_facts(book, content)
    outcome = evaluate(book, facts, context)
    said = explain(outcome, book, lang)
    return {
        "points_milli": outcome.points_milli,
        "grade": outcome.grade,
        "held": outcome.held,
        "note": said.note,
        "lines": [asdict(node) for node in tree(outcome, facts, book, lang)],
    }


def _explained_decision(
    book: DecisionBook, content: dict[str, Any], wanted: tuple[str, str], lang: Locale
) -> dict[str, Any]:
    facts, (name, value) = book.facts(content), wanted
    outcome = book.compile().evaluate(facts)
    changes = distance(book, facts, lambda found: str(found.values.get(name)) == value) if name else ()
    return {
        "values": dict(outcome.values),
        **asdict(explain_decision(outcome, facts, book, lang)),
        "changes": [change.words(book, lang) for change in changes],
    }


def _lines_of(answer: dict[str, Any]) -> Iterator[str]:
    """Write an answer for people: a heading, then the tree with two spaces per level."""
    if "lines" in answer:
        yield f"{points_text(answer['points_milli'])}  {answer['grade'] or answer['held']}"
    yield from answer.get("gives", ())
    if answer["note"]:
        yield answer["note"]
    for line in answer.get("lines", ()):
        said = line["said"]
        points = f"  {said['points']}/{said['max']}" if said["max"] else ""
        yield f"{said['label']}: {said['value']}{points}  {said['threshold']} {said['mark']}".rstrip()
        for band in line["bands"]:
            yield f"  {HELD_MARK[band['held']]} {band['points']}{'  ←' if band['applied'] else ''}"
            yield from _clause_lines(band["when"], 2)
    for change in answer.get("changes", ()):
        yield f"→ {change}"
    for rule in answer.get("rules", ()):
        yield f"{HELD_MARK[rule['fired']]} {rule['label']}{'  ←' if rule['decisive'] else ''}"
        yield from _clause_lines(rule["when"], 1)


def _clause_lines(clause: dict[str, Any], depth: int) -> Iterator[str]:
    met = f"  ({clause['value']})" if clause["value"] else ""
    yield f"{'  ' * depth}{HELD_MARK[clause['held']]} {clause['text']}{met}"
    for member in clause["members"]:
        yield from _clause_lines(member, depth + 1)


@rules.command()
@click.argument("base", type=FILE)
@click.argument("candidate", type=FILE)
@click.option(
    "--history",
    "paths",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    required=True,
    help="A folder of .facts snapshots, or snapshots one by one.",
)
@click.option("--amount", "amounts", multiple=True, help="GRADE=AMOUNT paid per month, in minor units.")
@click.option("--alone", is_flag=True, help="Every month by itself: grades are not kept.")
@JSON
def rehearse(
    base: Path,
    candidate: Path,
    paths: tuple[Path, ...],
    amounts: tuple[str, ...],
    *,
    alone: bool,
    as_json: bool,
) -> None:
    """Apply two score sheets to past months and say what the second one changes."""
    before, after = sound_sheet(base), sound_sheet(candidate)
    programme = per_grade(_amounts(amounts)) if amounts else None
    history = read_history(paths, after.subject)
    try:
        impact = simulate(before, after, history, programme=programme, keeping=not alone)
    except RulesError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        months = [str(month) for month in impact.months]
        click.echo(
            json.dumps({**asdict(impact), "months": months, "worse_bp": impact.worse_bp}, ensure_ascii=False)
        )
    else:
        click.echo("\n".join(_impact_lines(impact)))


def _amounts(texts: tuple[str, ...]) -> dict[str, int]:
    found = {}
    for text in texts:
        grade, _, amount = text.partition("=")
        if not amount.isdigit():
            raise click.UsageError(f"--amount is GRADE=AMOUNT, not {text!r}")
        found[grade] = int(amount)
    return found


def _impact_lines(impact: Impact) -> Iterator[str]:
    yield f"{len(impact.months)} months, {impact.subjects:,} subjects, {impact.cases:,} subject-months"
    yield (
        f"worse off {impact.worse:,} ({Decimal(impact.worse_bp).scaleb(-2)}%), better off {impact.better:,},"
        f" points {Decimal(impact.points_milli.difference).scaleb(-3):+,}"
    )
    if impact.money_minor:
        yield f"money {impact.money_minor.difference:+,} of {impact.money_minor.base:,}"
    names = [grade if grade != HELD else "-" for grade in impact.grades]
    yield "from\\to" + "".join(f"{name:>9}" for name in names)
    for name, row in zip(names, impact.moves, strict=True):
        yield f"{name:<7}" + "".join(f"{count:>9,}" for count in row)
    for cliff in impact.cliffs:
        if cliff.met + cliff.missed:
            where = f"{cliff.input or 'grade'} {cliff.band} {cliff.threshold}"
            yield f"near {where}: {cliff.met:,} met, {cliff.missed:,} missed"


@rules.command()
@click.argument("file", type=FILE)
@click.option("--to", "form", type=click.Choice(["json", "yaml", "business-rules", "xlsx"]), required=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Instead of printing it.")
def export(file: Path, form: str, output: Path | None) -> None:
    """Write a rulebook in another form; JSON and YAML read back to the same version."""
    book = sound_book(file)
    if form == "xlsx":
        if output is None:
            raise click.UsageError("a workbook needs --output")
        output.write_bytes(_workbook(book))
        return
    writers = {
        "json": lambda one: one.canonical_json,
        "yaml": yaml_text,
        "business-rules": business_rules_text,
    }
    text = writers[form](book)
    if output is None:
        click.echo(text)
    else:
        output.write_text(f"{text.rstrip()}\n", encoding="utf-8")


def _workbook(book: Book) -> bytes:
    from portal.rulebooks.sheet import sheet_of  # noqa: PLC0415  slow, and only here
    from portal.rulebooks.workbook import LEAD, workbook_of  # noqa: PLC0415  as above

    if not isinstance(book, Rulebook):
        raise click.ClickException("only score sheets have a workbook; export a decision as YAML")
    return workbook_of(sheet_of(book_content(book)), LEAD, ("Score sheet", "Grades", "About"))
