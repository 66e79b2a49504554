"""Places the viewer may answer about: dealers, second-tier outlets and retail points of his part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.surveys.policies import ANSWER
from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import Condition, in_scope, open_to_manufacturer, visible_accounts

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from campaigns.surveys.queries.surveys import SurveyRow
    from portal.access import Viewer

PLACES_MOST = 600


@dataclass(frozen=True, slots=True)
class Place:
    """A place to answer about; ``area`` is its own, else its region's name."""

    id: int
    kind: str
    code: str
    name: str
    area: str


@dataclass(frozen=True, slots=True)
class DealerPlaces:
    """A dealer with how many of his places the viewer may still answer about.

    Attributes:
        open: Places nobody of the viewer's side has answered about.
        answered: Places somebody has, refusals included.
    """

    id: int
    name: str
    open: int
    answered: int


# What the dealer keeps to himself is counted for the region: an area's name may tell where it is.
_AREA = f"case when a.area <> '' and {open_to_manufacturer('a')} then a.area else coalesce(g.name, '') end"


def side_of(viewer: Viewer) -> str:
    """Return which side's view the viewer gives: ``dealer`` or ``manufacturer``."""
    return "dealer" if viewer.is_dealer_side else "manufacturer"


def _allowed(viewer: Viewer, survey: SurveyRow) -> Condition:
    seen = visible_accounts(viewer, "a") & in_scope(viewer, "a", policy=ANSWER)
    seen = seen & Condition(
        "a.kind in ('dealer', 'outlet', 'terminal') and a.state <> 'closed' and a.merged_into is null"
    )
    if survey.region_path:
        path = survey.region_path
        seen = seen & Condition("substr(g.path, 1, {}) = {}", (len(path), path))
    return seen


async def list_dealers(viewer: Viewer, survey: SurveyRow) -> list[DealerPlaces]:
    """Return the dealers whose places the viewer may answer about, by name; 200 at most."""
    seen = _allowed(viewer, survey)
    rows = await fetch(
        "select d.id, d.name, count(*) as places, sum(case when p.id is null then 0 else 1 end) as answered"
        " from account a join account d on d.id = a.dealer left join region g on g.id = a.region"
        " left join survey_response p on p.account = a.id and p.survey = {} and p.side = {}"
        f" where {seen.sql} group by d.id, d.name order by d.name, d.id limit 200",
        survey.id,
        side_of(viewer),
        *seen.args,
    )
    return [
        DealerPlaces(row["id"], row["name"], row["places"] - row["answered"], row["answered"]) for row in rows
    ]


async def list_places(viewer: Viewer, survey: SurveyRow, dealer_id: int) -> list[Place]:
    """Return a dealer's places that nobody of the viewer's side answered about, himself first."""
    seen = _allowed(viewer, survey)
    rows = await fetch(
        f"select a.id, a.kind, a.code, a.name, {_AREA} as area from account a"
        " left join region g on g.id = a.region where a.dealer = {} and not exists (select 1"
        " from survey_response p where p.account = a.id and p.survey = {} and p.side = {})"
        f" and {seen.sql} order by case a.kind when 'dealer' then 0 when 'outlet' then 1 else 2 end, a.name,"
        f" a.id limit {PLACES_MOST}",
        dealer_id,
        survey.id,
        side_of(viewer),
        *seen.args,
    )
    return [Place(**row) for row in rows]


async def get_place(viewer: Viewer, survey: SurveyRow, account_id: int) -> Place:
    """Return a place the viewer may answer about.

    Raises:
        NotFound: There is none, or not for this viewer or survey.
    """
    seen = _allowed(viewer, survey)
    row = await fetch_one(
        f"select a.id, a.kind, a.code, a.name, {_AREA} as area from account a"
        f" left join region g on g.id = a.region where a.id = {{}} and {seen.sql}",
        account_id,
        *seen.args,
    )
    if row is None:
        raise NotFound
    return Place(**row)


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A place the viewer's side answered about already."""

    name: str
    who: str
    declined: bool


async def list_given(viewer: Viewer, survey: SurveyRow, dealer_id: int) -> list[GivenRow]:
    """Return what the viewer's side already answered about a dealer's places, newest first."""
    seen = _allowed(viewer, survey)
    rows = await fetch(
        "select a.name, coalesce(u.name, '') as who, p.declined from survey_response p"
        " join account a on a.id = p.account left join region g on g.id = a.region"
        " left join login_user u on u.id = p.respondent_user_id where p.survey = {} and p.side = {}"
        f" and a.dealer = {{}} and {seen.sql} order by p.id desc limit 200",
        survey.id,
        side_of(viewer),
        dealer_id,
        *seen.args,
    )
    return [GivenRow(row["name"], row["who"], bool(row["declined"])) for row in rows]
