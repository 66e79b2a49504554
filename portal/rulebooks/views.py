"""What pages show of rulebooks: words, cells and links made from values that are already decided."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from portal.rulebooks import words
from portal.rulebooks.decision_table import row_of, table_cell_of
from portal.rulebooks.decision_views import decision_view, table_editor_view
from portal.rulebooks.sheet import HEAD
from portal.web.i18n import current_locale, gettext
from rules.canonical import points_text
from rules.changes import changes
from rules.decisions.book import DecisionBook
from rules.decisions.changes import decision_changes
from rules.kpis import catalogue
from rules.lifecycle import State
from rules.rulebook import Rulebook
from rules.words import clause_text, number_text, points_words

if TYPE_CHECKING:
    from portal.rulebooks.books import AnyBook
    from portal.rulebooks.findings import Checked, Finding
    from portal.rulebooks.queries.proposals import Proposal
    from portal.rulebooks.queries.versions import Version
    from rules.documents import Path
    from rules.kpis import Locale, Text
    from rules.terms import Line

View = dict[str, Any]
TONES = {"block": "low", "warn": "mid", "info": "blue"}


def locale() -> Locale:
    """Return the language of the page as the rules name it."""
    return "en" if current_locale() == "en" else "ko"


def said(text: Text | None) -> str:
    """Return a text of the rules in the language of the page."""
    return "" if text is None else text[locale()]


def proposal_path(proposal_id: int, rest: str = "") -> str:
    """Return the address of a proposal's page or of one of its parts."""
    return f"/rulebooks/{proposal_id}{rest}"


def state_view(state: State) -> View:
    """Return a state as a coloured word."""
    return {"code": state.value, "label": gettext(words.STATES[state]), "tone": words.TONES[state]}


def way_view(state: State) -> list[View]:
    """Return the steps of a proposal's way: done, current or ahead."""
    reached = words.WAY.index(state) if state in words.WAY else len(words.WAY)
    return [
        {
            "label": gettext(words.STATES[each]),
            "done": place < reached or state is State.ACTIVE,
            "current": place == reached,
        }
        for place, each in enumerate(words.WAY)
    ]


def kinds_view() -> list[tuple[str, str]]:
    """Return kinds of subject with their names."""
    return [(kind, gettext(word)) for kind, word in words.KINDS.items()]


def version_view(version: Version) -> View:
    """Return a published version for a list."""
    return {
        "label": version.label,
        "state": state_view(version.state),
        "from_on": version.term.from_on,
        "until_on": version.term.until_on,
        "announced_on": version.announced_on,
        "sha256": version.sha256,
        "shipped": version.proposal_id is None,
        "href": f"/rulebooks/versions/{version.sha256}",
        "proposal_href": proposal_path(version.proposal_id) if version.proposal_id else "",
    }


def changes_view(before: AnyBook | None, after: AnyBook) -> list[str] | None:
    """Return what differs in words, nothing without a version before; None while there are problems."""
    if after.problems:
        return None
    if isinstance(after, DecisionBook):
        found = decision_changes(before, after) if isinstance(before, DecisionBook) else ()
    else:
        found = changes(before, after) if isinstance(before, Rulebook) else ()
    return [change.text[locale()] for change in found]


def table_view(checked: Checked) -> View | None:
    """Return what the grid of a decision table shows; None for books of another shape."""
    book = checked.book
    if not isinstance(book, DecisionBook):
        return None
    return table_editor_view(checked.document.content, book, locale())


def rules_view(checked: Checked) -> View | None:
    """Return a sound decision in words, None for score sheets and while there are problems."""
    book = checked.book
    if not isinstance(book, DecisionBook) or book.problems:
        return None
    return decision_view(book, locale())


def book_view(book: AnyBook) -> View:
    """Return a sound book to read: a score sheet, or a decision with its rules in words."""
    tongue = locale()
    if isinstance(book, DecisionBook):
        return decision_view(book, tongue)
    return {
        "is_decision": False,
        "label": book.label[tongue],
        "version": book.version,
        "from_on": book.effective_from,
        "until_on": book.effective_until,
        "announced_on": book.change.announced_on,
        "note": book.change.note[tongue],
        "sha256": book.sha256,
        "lines": [_line_view(book, line, tongue) for line in book.lines],
        "grades": [(step.grade, points_words(step.from_milli, tongue)) for step in book.grades],
        "minimum_support": points_words(book.minimum_support_milli, tongue),
        "keep_months": book.keeping.months,
        "keep_margin": points_words(book.keeping.margin_milli, tongue),
        "quantum": points_words(book.points_quantum_milli, tongue),
    }


def _line_view(book: Rulebook, line: Line, tongue: Locale) -> View:
    source = book.inputs[line.input]
    kpi = catalogue().get(source.kpi)
    bands = [
        (clause_text(band.when, book, line.input, tongue), points_text(band.points_milli))
        for band in line.bands
    ]
    if line.curve:
        bands = _curve_points(book, line)
    return {
        "label": line.label[tongue],
        "reason": line.reason[tongue],
        "weight": "" if line.informative else str(line.weight),
        "measure": source.label[tongue],
        "definition": f"{kpi.numerator[tongue]} ÷ {kpi.denominator[tongue]}" if kpi else "",
        "source": source.source[tongue],
        "missing": gettext(words.MISSING[source.missing]),
        "bands": bands,
    }


def _curve_points(book: Rulebook, line: Line) -> list[tuple[str, str]]:
    score = book.inputs[line.curve]
    if score.curve is None:
        return []
    source = book.inputs[score.curve.input]
    return [
        (
            number_text(Decimal(value).scaleb(-source.scale), source.unit),
            number_text(Decimal(points).scaleb(-score.scale), ""),
        )
        for value, points in score.curve.points
    ]


def findings_view(checked: Checked) -> View:
    """Return findings for beside the lines and for the list of all."""
    every = [finding_view(finding) for finding in checked.findings]
    by_line: dict[int, list[View]] = {}
    for view in every:
        by_line.setdefault(view["row"], []).append(view)
    return {"findings": every, "by_line": by_line, "blocking": checked.blocking, "ok": checked.ok}


def finding_view(finding: Finding) -> View:
    """Return one finding in the language of the page, with the line and cell of the grid it is about."""
    path = finding.path
    return {
        "tone": TONES[finding.severity],
        "blocks": finding.severity == "block",
        "text": said(finding.text),
        "witness": [said(witness) for witness in finding.witness],
        "article": said(finding.article),
        "row": path[1] if path[:1] == ("lines",) and len(path) > 1 else row_of(path),
        "cell": cell_of(path) or table_cell_of(path),
        "line": finding.line,
        "column": finding.column,
    }


_HEAD_CELLS: dict[Path, str] = {path: f"h-{name}" for name, path in HEAD}


def cell_of(path: Path) -> str:
    """Return the name of the grid's cell a path of the content is shown in; empty when there is none."""
    if path[:2] == ("grades", "bands") and len(path) > 2:  # noqa: PLR2004  two words and a number
        return f"g{path[2]}-{'grade' if path[-1] == 'grade' else 'from'}"
    if path[:1] != ("lines",) or len(path) == 1:
        return _HEAD_CELLS.get(path, "")
    row, rest = path[1], path[2:]
    if rest[:1] == ("bands",) and len(rest) > 1:
        return f"r{row}-{'p' if rest[-1] == 'points' else 't'}{rest[1]}"
    if rest[:1] in (("label",), ("input",)):
        return f"r{row}-{rest[-1] if rest[-1] in ('ko', 'en', 'input') else 'ko'}"
    return f"r{row}-weight"


def measures_view(book: Rulebook) -> list[tuple[str, str]]:
    """Return what a line may measure: the book's inputs, then the rest of the catalogue."""
    own = [(name, source.label[locale()]) for name, source in book.inputs.items() if not source.curve]
    names = {name for name, _ in own}
    return own + [(code, kpi.label[locale()]) for code, kpi in catalogue().items() if code not in names]


def marks_view(proposal: Proposal) -> list[View]:
    """Return who took which step and when."""
    marks = (
        ("Last edited", proposal.edited),
        ("Submitted", proposal.submitted),
        ("Approved", proposal.approved),
        ("Scheduled", proposal.scheduled),
    )
    return [
        {"label": gettext(label), "name": mark.name, "for_": mark.on_behalf_of, "at": mark.at}
        for label, mark in marks
        if mark is not None
    ]


def kind_label(kind: str) -> str:
    """Return the name of a kind of subject."""
    return gettext(words.KINDS[kind])


def signs_view() -> list[tuple[str, str]]:
    """Return the signs thresholds may have."""
    return [(code, gettext(word)) for code, word in words.SIGNS.items()]


def family_label(kind: str, decision: str) -> str:
    """Return whom a version is about, with the decision's code when it is none of the month."""
    return f"{kind_label(kind)} · {decision}" if decision else kind_label(kind)
