"""What pages show of a scorecard: words, charts and links made from values that are already decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from portal.evaluations import words
from portal.evaluations.model import ActionKind, CardState, SubjectKind
from portal.evaluations.policies import REVIEW
from portal.evaluations.queries.documents import PARTS
from portal.web import formats
from portal.web.charts import Step, YearOnYear, bullet, sparkline, waterfall, year_on_year
from portal.web.i18n import choose, current_locale, gettext, translate
from rules.distance import distance
from rules.explain import explain
from rules.sheets.tree import tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.access import Viewer
    from portal.evaluations.queries.review import MonthSummary
    from portal.evaluations.queries.sheets import Sheet
    from rules.kpis import Locale
    from rules.months import Month
    from rules.sheets.tree import LineNode

Row = dict[str, Any]
SHORT = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure above the review list."""

    label: str
    value: str
    note: str = ""
    chart: Markup | str = ""
    direction: str = ""


def locale() -> Locale:
    """Return the language of the page as the rules name it."""
    return "en" if current_locale() == "en" else "ko"


def month_path(month: Month, kind: SubjectKind, rest: str = "") -> str:
    """Return the address of a month's page for a kind of subject."""
    query = "" if kind is SubjectKind.DEALER else f"?subject={kind.value}"
    return f"/evaluations/{month}{rest}{query}"


def card_path(month: Month, card_id: int, rest: str = "") -> str:
    """Return the address of a scorecard's page or of one of its parts."""
    return f"/evaluations/{month}/{card_id}{rest}"


def tiles(summaries: Sequence[MonthSummary], month: Month) -> list[Tile]:
    """Return the key figures of a month with a line of the months before.

    Figures are compared with the same month last year, never with the month before.
    """
    now = next((summary for summary in summaries if summary.month == month), None)
    if now is None:
        return []
    dropped = now.dropped + now.held
    return [
        Tile(
            gettext("Reviewed"),
            f"{now.signed:,} / {now.cards:,}",
            chart=_line(gettext("Signed off"), [_percent(each.signed, each.cards) for each in summaries]),
        ),
        Tile(
            gettext("Average points"),
            formats.points(now.average_milli),
            chart=_line(gettext("Average points"), [each.average_milli for each in summaries]),
        ),
        Tile(
            gettext("Sales on the same month last year"),
            formats.change_bp(now.growth_bp),
            formats.money_short(now.sales_minor),
            _line(gettext("Sales"), [each.sales_minor for each in summaries]),
            _direction(now.growth_bp),
        ),
        Tile(
            gettext("Active retail points"),
            formats.number(now.active),
            formats.change_bp(now.active_bp),
            _line(gettext("Active retail points"), [each.active for each in summaries]),
            _direction(now.active_bp),
        ),
        Tile(
            gettext("Grade fell or held"),
            f"{dropped:,}",
            chart=_line(gettext("Grade fell or held"), [each.dropped + each.held for each in summaries]),
        ),
    ]


def _line(label: str, values: Sequence[int | None]) -> Markup:
    return sparkline(values, label, 84, 30)


def _percent(part: int, whole: int) -> int | None:
    return part * 100 // whole if whole else None


def _direction(change_bp: int | None) -> str:
    return "" if not change_bp else "up" if change_bp > 0 else "down"


def row_view(row: Row, month: Month) -> Row:
    """Return a row of the review list as its template wants it."""
    held, state = bool(row["held_reason"]), CardState(row["state"])
    sales, last = row["sales_minor"], row["sales_last_minor"]
    share = None if row["growth_bp"] is None else row["growth_bp"] + 10_000
    growth = formats.change_bp(row["growth_bp"])
    return {
        **row,
        "region": choose(row["region"], row["region_en"]),
        "held": held,
        "fell": bool(row["grade_fell"]),
        "disputed": bool(row["is_disputed"]),
        "bulk_reason": bulk_reason(row),
        "growth_text": growth,
        "bullet": bullet(share, f"{growth} ({formats.money_short(sales)} / {formats.money_short(last)})"),
        "spark": sparkline(row["sales_line"], gettext("Net sales of twelve months")),
        "active_text": formats.number(row["active"]),
        "status_label": gettext(words.CARD_STATES[state]),
        "status_tone": words.CARD_TONES[state],
        "href": card_path(month, row["id"]),
        "panel_url": card_path(month, row["id"], "/panel"),
    }


def bulk_reason(row: Mapping[str, Any]) -> str:
    """Say why a row needs a look of its own; empty when it may be part of a bulk sign-off."""
    reasons = (
        (row["is_disputed"], "An objection is open: sign it off alone."),
        (row["held_reason"], "Held for review: sign it off alone."),
        (row["grade_fell"], "The grade fell: sign it off alone."),
        (row["state"] != CardState.OPEN.value, "Decided already."),
    )
    return next((gettext(text) for holds, text in reasons if holds), "")


def evidence_view(sheet: Sheet, href: str) -> dict[str, Any]:
    """Return lines, waterfall, suggestions and history of a scorecard as templates want them.

    Args:
        sheet: The scorecard.
        href: Its address; the documents behind a value lie below it.
    """
    said = explain(sheet.outcome, sheet.book, locale())
    nodes = tree(sheet.outcome, sheet.facts, sheet.book, locale())
    pairs = list(zip(said.lines, sheet.outcome.lines, strict=True))
    lines = [
        {
            "label": words_.label,
            "value": words_.value,
            "threshold": words_.threshold,
            "met": words_.held,
            "points": line.points_milli,
            "most": None if line.informative else line.max_milli,
            "missing": line.missing,
            "mark": words_.mark,
            "bands": node.bands,
            "sources": _sources(node, href),
        }
        for (words_, line), node in zip(pairs, nodes, strict=True)
    ]
    steps = [
        Step(_short(line.id, words_.label), line.points_milli, line.max_milli)
        for words_, line in pairs
        if not line.informative and not line.missing
    ]
    return {
        "lines": lines,
        "note": said.note,
        "waterfall": waterfall(steps, gettext("Total"), gettext("How the points add up")),
        "lifts": [found.sentence[locale()] for found in distance(sheet.outcome, sheet.facts, sheet.book)],
        "history": [(formats.month(row.month), row.grade) for row in sheet.history],
        "sell_in_note": gettext("Sales are what the dealer bought: no shared sales of his own.")
        if sheet.head.is_sell_in
        else "",
    }


def _sources(node: LineNode, href: str) -> list[dict[str, Any]]:
    """Return the measured values a line looks at, with the way to the documents behind each."""
    return [
        {
            "label": source.label,
            "value": source.value,
            "numerator": source.numerator,
            "denominator": source.denominator,
            "n": source.n,
            "href": f"{href}/documents/{source.kpi}" if source.kpi in PARTS else "",
        }
        for source in node.inputs
    ]


def _short(line_id: str, label: str) -> str:
    known = words.SHORT_LINES.get(line_id)
    return gettext(known) if known else label[:SHORT]


def comments_view(sheet: Sheet) -> list[dict[str, Any]]:
    """Return what was said on a scorecard, oldest first."""
    return [
        {
            "who": said_by(said.author, said.on_behalf_of),
            "at": said.at,
            "kind_label": gettext(words.COMMENTS[said.kind]),
            "text": said.text,
        }
        for said in sheet.comments
    ]


def actions_view(sheet: Sheet) -> dict[str, Any]:
    """Return rewards and coaching plans, and the words for them."""
    labels = {line.id: line.label[locale()] for line in sheet.book.lines}
    return {
        "actions": sheet.actions,
        "labels": labels,
        "line_options": [("", gettext("The whole month")), *labels.items()],
        "action_kinds": [(kind.value, gettext(words.ACTIONS[kind])) for kind in ActionKind],
        "action_words": {kind.value: gettext(word) for kind, word in words.ACTIONS.items()},
        "outcome_words": {one.value: gettext(word) for one, word in words.OUTCOMES.items()},
        "outcome_tones": {one.value: tone for one, tone in words.OUTCOME_TONES.items()},
        "needs_plan": sheet.head.grade_fell or sheet.head.grade == sheet.book.grades[-1].grade,
    }


def said_by(author: str, on_behalf_of: str) -> str:
    """Name who spoke or signed, and for whom when a deputy did."""
    if not on_behalf_of:
        return author
    return translate("%(deputy)s for %(absent)s", deputy=author, absent=on_behalf_of)


def panel_view(viewer: Viewer, sheet: Sheet) -> dict[str, Any]:
    """Return the context of the side panel."""
    head = sheet.head
    evidence = evidence_view(sheet, card_path(head.month, head.id))
    signed = head.state is CardState.SIGNED
    under_review = head.run.state.is_under_review
    card = {
        "id": head.id,
        "version": head.version,
        "name": head.name,
        "code": head.code,
        "region": choose(head.region, head.region_en),
        "grade": head.grade,
        "previous_grade": head.previous_grade,
        "points_milli": head.points_milli,
        "held_reason": evidence["note"],
        "href": card_path(head.month, head.id),
        "print_href": card_path(head.month, head.id, "/print"),
        "may_sign": viewer.allowed(REVIEW) and under_review and not signed,
        "may_return": viewer.allowed(REVIEW) and under_review and signed,
        "is_signed": signed,
        "signed_text": _signed_text(sheet),
        "has_comment": sheet.has_comment,
        "status_label": gettext(words.CARD_STATES[head.state]),
        "status_tone": words.CARD_TONES[head.state],
    }
    return {
        **evidence,
        "card": card,
        "comments": comments_view(sheet),
        "sign_url": card_path(head.month, head.id, "/sign-off"),
        "return_url": card_path(head.month, head.id, "/return"),
        "comment_url": card_path(head.month, head.id, "/comment"),
    }


def _signed_text(sheet: Sheet) -> str:
    if sheet.head.signed_at is None:
        return ""
    return translate(
        "Signed off by %(name)s on %(at)s",
        name=said_by(sheet.head.signed_by, sheet.head.signed_for),
        at=formats.instant(sheet.head.signed_at),
    )


def sales_view(sheet: Sheet) -> dict[str, Any]:
    """Return the chart of twelve months against the year before, and the same as rows."""
    rows = sheet.sales
    if not rows:
        return {"chart": "", "chart_rows": []}
    top = max((value or 0 for row in rows for value in (row.this_minor, row.last_minor)), default=0)
    series = YearOnYear(
        labels=[str(row.month.first_on.month) for row in rows],
        this=[row.this_minor for row in rows],
        last=[row.last_minor for row in rows],
        this_name=gettext("This year"),
        last_name=gettext("Last year"),
    )
    axis = [formats.money_short(value) for value in (0, top // 2, top)]
    return {
        "chart": year_on_year(series, gettext("Net sales against the same months last year"), axis),
        "chart_rows": [(formats.month(row.month), row.this_minor, row.last_minor) for row in rows],
    }
