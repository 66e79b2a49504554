"""What the target page takes from a survey: the expected change of demand by category, with n."""

from __future__ import annotations

from dataclasses import dataclass

from campaigns.surveys.model import Spread, spread_of
from portal.db import fetch


@dataclass(frozen=True, slots=True)
class ExpectedChange:
    """The expected change of a category against the same season last year.

    Attributes:
        survey_id: The published survey it comes from.
        category: The manufacturer's product category; empty when the question had no rows.
        label: The row's words.
        n: Answers.
        least: Answers needed.
        spread: In basis points; None while there are too few to say.
    """

    survey_id: int
    category: str
    label: str
    n: int
    least: int
    spread: Spread | None

    @property
    def median_bp(self) -> int | None:
        """The middle answer in basis points, None while there are too few to say."""
        return None if self.spread is None else self.spread.median


async def expected_change(season_id: int) -> tuple[ExpectedChange, ...]:
    """Return the figures of the newest published survey of a season, in the question's order.

    Only published results feed a target: those who answered have read them by then. The caller has checked
    that the viewer may see the season.
    """
    rows = await fetch(
        "select v.id as survey_id, v.least_answers as least, o.id as option_id,"
        " coalesce(o.code, '') as category,"
        " coalesce(o.label, q.label) as label, x.number from survey v"
        " join survey_question q on q.survey = v.id and q.feeds_target"
        " left join survey_option o on o.question = q.id"
        " left join survey_answer x on x.question = q.id and (x.option = o.id or o.id is null)"
        " where v.id = (select n.id from survey n where n.season = {} and n.state = 'published'"
        " order by n.published_at desc, n.id desc limit 1) order by o.position, o.id, x.id",
        season_id,
    )
    groups: dict[int | None, list[dict[str, object]]] = {}
    for row in rows:
        groups.setdefault(row["option_id"], []).append(row)
    found = []
    for group in groups.values():
        said = [int(str(row["number"])) for row in group if row["number"] is not None]
        first, least = group[0], int(str(group[0]["least"]))
        spread = spread_of(said) if len(said) >= least else None
        found.append(
            ExpectedChange(
                int(str(first["survey_id"])),
                str(first["category"]),
                str(first["label"]),
                len(said),
                least,
                spread,
            )
        )
    return tuple(found)
