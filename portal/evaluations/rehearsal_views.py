"""What the rehearsal screen shows: sliders of a version's thresholds, and what moving them changes."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from portal.evaluations.rehearsal import places_of
from portal.evaluations.rehearsal_money import signed_money
from portal.evaluations.views import locale
from portal.web import formats
from portal.web.i18n import choose, gettext
from rules.sheets.cliffs import MARGIN_BP
from rules.simulate import HELD
from rules.words import number_text, points_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.evaluations.rehearsal import Past, Slide
    from rules.rulebook import Rulebook
    from rules.sheets.cliffs import Cliff
    from rules.sheets.edits import Place
    from rules.sheets.payments import Paid
    from rules.simulate import Change, GroupImpact, Impact
    from rules.terms import Condition

FINE, COARSE = 2, 20
GROUPS_SHOWN = 40
PREFIX = "t."


def moved_of(query: Sequence[tuple[str, str]]) -> dict[Place, str]:
    """Read the thresholds of a URL, parameters ``t.<band>.<place>``; anything else is ignored."""
    found = {}
    for name, value in query:
        band, _, place = name.removeprefix(PREFIX).rpartition(".")
        if name.startswith(PREFIX) and place.isdigit() and len(place) <= 3:  # noqa: PLR2004  at most 200 conditions
            found[band, int(place)] = value.strip()[:24]
    return found


def sliders_view(book: Rulebook, moved: Mapping[Place, str]) -> list[dict[str, Any]]:
    """Return per line of the book its thresholds as sliders."""
    places = places_of(book)
    lines = []
    for line in book.lines:
        bands = {band.id: band for band in line.bands}
        sliders = [
            _slider(book, place, condition, points_words(bands[place[0]].points_milli, locale()), moved)
            for place, condition in places.items()
            if place[0] in bands
        ]
        if sliders:
            lines.append({"label": line.label[locale()], "sliders": sliders})
    return lines


def _slider(
    book: Rulebook, place: Place, condition: Condition, points: str, moved: Mapping[Place, str]
) -> dict[str, Any]:
    source = book.inputs[condition.name]
    edges = [Decimal(one.threshold) for one in book.conditions if one.name == condition.name]
    span = (max(edges) - min(edges)) or max(abs(edges[0]), Decimal(1))
    step = _step(edges, span, source.scale)
    return {
        "name": f"{PREFIX}{place[0]}.{place[1]}",
        "points": points,
        "before": number_text(Decimal(condition.threshold), source.unit),
        "value": moved.get(place, condition.threshold),
        "least": max(_on_grid(source.lowest, step, ROUND_CEILING), _on_grid(min(edges) - span / 2, step)),
        "most": min(_on_grid(source.highest, step, ROUND_FLOOR), _on_grid(max(edges) + span / 2, step)),
        "step": step,
        "unit": source.unit,
        "label": source.label[locale()],
    }


def _step(edges: Sequence[Decimal], span: Decimal, scale: int) -> Decimal:
    """Return the coarsest of 1, 0.1, 0.01 … that suits the span and that every threshold is a multiple of."""
    decimals = max(max(0, -int(edge.normalize().as_tuple().exponent)) for edge in edges)
    fits = 0 if span > COARSE else 1 if span > FINE else scale
    return Decimal(1).scaleb(-max(decimals, min(fits, scale)))


def _on_grid(number: Decimal | str, step: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    return Decimal(number).quantize(step, rounding=rounding)


def slide_view(past: Past, book: Rulebook, slide: Slide) -> dict[str, Any]:
    """Return what a slide changes, as tiles and tables."""
    grades = (*(step.grade for step in book.grades), HELD)
    before, after = places_of(book), places_of(slide.book)
    moved = [
        {
            "label": book.inputs[condition.name].label[locale()],
            "before": number_text(Decimal(condition.threshold), book.inputs[condition.name].unit),
            "after": number_text(Decimal(after[place].threshold), book.inputs[condition.name].unit),
        }
        for place, condition in before.items()
        if place in after and after[place] != condition
    ]
    return {
        "problems": [problem.message for problem in slide.book.problems],
        "has_money": slide.paid is not None,
        "moved": moved,
        "tiles": [
            *_tiles(slide.tally.better, slide.tally.worse, slide.subjects, slide.tally.points_milli),
            *([_money_tile(slide.paid)] if slide.paid else []),
        ],
        "matrix": matrix(grades, slide.moves),
        "grades": [_grade(grade) for grade in grades],
        "groups": _groups(past, slide.tally.groups),
        "cliffs": [_cliff(slide.book, cliff) for cliff in slide.cliffs],
        "has_steps": any(cliff.step_milli for cliff in slide.cliffs),
        "margin": formats.percent_bp(MARGIN_BP),
    }


def params_of(book: Rulebook, proposal_id: int, query: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what a form must send to name the version and where its thresholds were moved to."""
    named = ("proposal", str(proposal_id)) if proposal_id else ("version", book.sha256)
    places = places_of(book)
    moved = [(f"{PREFIX}{band}.{place}", value) for (band, place), value in moved_of(query).items()
             if (band, place) in places]  # fmt: skip
    return [named, *moved]


def impact_view(past: Past, book: Rulebook, impact: Impact, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a whole rehearsal as tiles and tables; subjects without a name are left out."""
    return {
        "tiles": _impact_tiles(impact),
        "matrix": matrix(impact.grades, impact.moves),
        "grades": [_grade(grade) for grade in impact.grades],
        "counts": list(zip(map(_grade, impact.grades), impact.grade_counts, strict=True)),
        "groups": _groups(past, impact.groups),
        "cliffs": [_cliff(book, cliff) for cliff in impact.cliffs],
        "margin": formats.percent_bp(MARGIN_BP),
        "winners": _changes(impact.winners, names),
        "losers": _changes(impact.losers, names),
        "has_money": impact.money_minor is not None,
        "has_steps": any(cliff.step_milli for cliff in impact.cliffs),
    }


def _tiles(better: int, worse: int, subjects: int, points_milli: int) -> list[tuple[str, str, str]]:
    """Return label, value and note of the key figures."""
    return [
        (gettext("Worse off"), _share(worse, subjects), formats.number(worse)),
        (gettext("Better off"), _share(better, subjects), formats.number(better)),
        (gettext("Points in all"), signed_points(points_milli), ""),
    ]


def _money_tile(paid: Paid) -> tuple[str, str, str]:
    """Return the difference in incentives, and what everybody is paid before and after."""
    note = f"{formats.money_short(paid.base_minor)} → {formats.money_short(paid.candidate_minor)}"
    return gettext("Incentives"), signed_money(paid.difference_minor), note


def _impact_tiles(impact: Impact) -> list[tuple[str, str, str]]:
    """Return the key figures; with a programme, better and worse off are told by money."""
    money = impact.money_minor
    tiles = _tiles(impact.better, impact.worse, impact.subjects, impact.points_milli.difference)
    if money is None:
        return tiles
    labels = (gettext("Paid less"), gettext("Paid more"), tiles[2][0])
    note = f"{formats.money_short(money.base)} → {formats.money_short(money.candidate)}"
    return [
        *((label, value, said) for label, (_, value, said) in zip(labels, tiles, strict=True)),
        (gettext("Incentives"), signed_money(money.difference), note),
    ]


def _share(part: int, whole: int) -> str:
    return formats.percent_bp(part * 10_000 // whole if whole else 0)


def signed_points(milli: int) -> str:
    """Return a difference of points with its sign."""
    return f"{'+' if milli > 0 else ''}{formats.points(milli)}"


def matrix(grades: Sequence[str], moves: Sequence[Sequence[int]]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return rows of a matrix of moves: the grade before, and per grade after the count and its tone."""
    return [
        (
            _grade(grade),
            [
                (count, _tone(row, column, len(grades) - 1) if count else "")
                for column, count in enumerate(counts)
            ],
        )
        for row, (grade, counts) in enumerate(zip(grades, moves, strict=False))
    ]


def _tone(row: int, column: int, held: int) -> str:
    if row == column or held in (row, column):
        return "soft"
    return "good" if column < row else "low"


def _grade(grade: str) -> str:
    return grade or gettext("Held")


def _groups(past: Past, groups: Mapping[str, Sequence[GroupImpact]]) -> list[dict[str, Any]]:
    titles = {
        "region": gettext("Region"),
        "class": gettext("Account class"),
        "grade": gettext("Grade in the last month"),
    }
    tables = []
    for name, rows in groups.items():
        shown = sorted(rows, key=lambda row: (-row.worse, -row.better, row.key))[:GROUPS_SHOWN]
        tables.append(
            {
                "title": titles[name],
                "rows": [
                    {
                        "label": _group_label(past, name, row.key),
                        "subjects": row.subjects,
                        "better": row.better,
                        "worse": row.worse,
                        "share": _share(row.worse, row.subjects),
                        "points": signed_points(row.points_milli),
                        "money": signed_money(row.money_minor),
                    }
                    for row in shown
                ],
                "more": len(rows) - len(shown),
            }
        )
    return tables


def _group_label(past: Past, name: str, key: str) -> str:
    if name == "region":
        return choose(*past.region_names[key]) if key in past.region_names else gettext("No region")
    if name == "class":
        return key or gettext("No class")
    return _grade(key)


def _cliff(book: Rulebook, cliff: Cliff) -> dict[str, Any]:
    if not cliff.line:
        label = gettext("Edge of grade %(grade)s") % {"grade": cliff.band}
        threshold = points_words(int(Decimal(cliff.threshold) * 1000), locale())
    else:
        source = book.inputs[cliff.input]
        label, threshold = source.label[locale()], number_text(Decimal(cliff.threshold), source.unit)
    return {
        "label": label,
        "threshold": threshold,
        "met": cliff.met,
        "missed": cliff.missed,
        "step": points_words(cliff.step_milli, locale()) if cliff.step_milli else "",
    }


def _changes(changes: Sequence[Change], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": names[change.subject],
            "code": change.subject,
            "raised": change.raised,
            "lowered": change.lowered,
            "points": signed_points(change.points_milli),
            "money": signed_money(change.money_minor),
        }
        for change in changes
        if change.subject in names
    ]
