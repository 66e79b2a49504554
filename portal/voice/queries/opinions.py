"""One opinion with its story, opinions of trainings and trips, and what a dealer still waits for.

For slices above (training, trips):

- ``list_by_source(viewer, kind, ids)``: what came up at some sources, as far as the viewer may see it.
- ``open_of_dealer(dealer_id)``, ``open_of_dealers(dealer_ids)``: concerns, complaints, promises and opinions
  that wait for the manufacturer; for a leader's pack. The caller has checked who reads it.
- ``figures_of(kind, source_id, by_on)``: how many were given, answered, answered within 30 days, solved
  (``portal.voice.queries.opinion_figures``, offered here too).
- Writing one from a report: ``portal.voice.service.opinions.record``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.voice.opinions import OWN, READ, OpinionEventKind, OpinionState, OpinionTopic, SourceKind, digest
from portal.voice.queries.dealers import VoiceDealer
from portal.voice.queries.opinion_figures import OpinionFigures, figures_of
from portal.voice.queries.opinion_scope import TABLES, visible_opinions

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.access import Viewer
    from portal.db.sql import Row

__all__ = [
    "OpenItem",
    "OpinionEventView",
    "OpinionFigures",
    "OpinionView",
    "figures_of",
    "find_by_code",
    "get_opinion",
    "list_by_source",
    "list_events",
    "list_own",
    "open_of_dealer",
    "open_of_dealers",
]
UNNAMED = VoiceDealer(0, "", "", None)


@dataclass(frozen=True, slots=True)
class OpinionView:
    """An opinion as its page shows it.

    Attributes:
        dealer: Whose it is; ``id`` 0 without a name, then with the region kept of it, if any.
        region, region_en: Names of the region; empty when none is known or kept.
        given_by, owner, answered_by, solved_by: Names; empty when nobody or not known any more.
        given_at: None without a name; ``given_on`` always stands.
        photo_id: Stored file of the photo, or None.
    """

    id: int
    topic: OpinionTopic
    text: str
    source_kind: SourceKind
    source_id: int | None
    dealer: VoiceDealer
    region: str
    region_en: str
    side: str
    given_by: str
    given_by_user_id: int | None
    given_on: dt.date
    given_at: dt.datetime | None
    photo_id: int | None
    owner_user_id: int | None
    owner: str
    due_on: dt.date
    state: OpinionState
    answer: str
    answered_by: str
    answered_by_user_id: int | None
    answered_on: dt.date | None
    answered_at: dt.datetime | None
    solution: str
    solved_on: dt.date | None
    solved_by: str
    reopened: int
    closed_on: dt.date | None

    @property
    def is_named(self) -> bool:
        """Whether somebody signed it."""
        return self.dealer.id != 0

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return self.state in (OpinionState.OPEN, OpinionState.REOPENED)


@dataclass(frozen=True, slots=True)
class OpinionEventView:
    """Something that happened to an opinion; ``who`` is empty when not known, ``at`` None without a name."""

    position: int
    kind: OpinionEventKind
    text: str
    is_internal: bool
    who: str
    on: dt.date
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something a dealer waits for.

    Attributes:
        kind: ``concern``, ``complaint``, ``promise`` or ``opinion``.
        owner: Who answers or keeps it; empty for nobody.
        href: Its page for the manufacturer's side.
    """

    kind: str
    id: int
    text: str
    owner: str
    since_on: dt.date
    due_on: dt.date
    href: str


_COLUMNS = (
    "select o.id, o.topic, o.text, o.source_kind, o.source_id, o.side, o.given_by_user_id, o.given_on,"
    " o.given_at, o.photo as photo_id, o.owner_user_id, o.due_on, o.state, o.answer,"
    " o.answered_by_user_id, o.answered_on, o.answered_at, o.solution, o.solved_on, o.reopened, o.closed_on,"
    " coalesce(g.name, '') as given_by, coalesce(w.name, '') as owner,"
    " coalesce(b.name, '') as answered_by, coalesce(s.name, '') as solved_by,"
    " coalesce(a.id, 0) as account_id, coalesce(a.code, '') as account_code,"
    " coalesce(a.name, '') as account_name, r.path as region_path, coalesce(r.name, '') as region,"
    " coalesce(r.name_en, '') as region_en"
)
_FROM = (
    f"{TABLES} left join login_user g on g.id = o.given_by_user_id"
    " left join login_user w on w.id = o.owner_user_id"
    " left join login_user b on b.id = o.answered_by_user_id"
    " left join login_user s on s.id = o.solved_by_user_id"
)
_DATES = ("given_on", "due_on", "answered_on", "solved_on", "closed_on")


async def get_opinion(viewer: Viewer, opinion_id: int, policy: str) -> OpinionView:
    """Return an opinion the viewer may see under a policy.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = visible_opinions(viewer, policy)
    row = await fetch_one(f"{_COLUMNS}{_FROM} where o.id = {{}} and {seen.sql}", opinion_id, *seen.args)
    if row is None:
        raise NotFound
    return _view(row)


async def find_by_code(code: str) -> OpinionView:
    """Return the unnamed opinion that a code opens.

    Raises:
        NotFound: No opinion has this code.
    """
    row = await fetch_one(f"{_COLUMNS}{_FROM} where o.code_sha256 = {{}}", digest(code))
    if row is None:
        raise NotFound
    return _view(row)


async def list_own(viewer: Viewer, *, limit: int = 100) -> list[OpinionView]:
    """Return the signed opinions of the viewer's dealer, the newest first."""
    seen = visible_opinions(viewer, OWN)
    rows = await fetch(
        f"{_COLUMNS}{_FROM} where o.dealer is not null and {seen.sql}"
        f" order by o.given_on desc, o.given_at desc, o.id limit {limit}",
        *seen.args,
    )
    return [_view(row) for row in rows]


async def list_by_source(
    viewer: Viewer, kind: SourceKind, ids: Sequence[int]
) -> dict[int, list[OpinionView]]:
    """Return what came up at some sources as the viewer may see it, in the order given; every id is a key."""
    found: dict[int, list[OpinionView]] = {number: [] for number in ids}
    if not found:
        return found
    seen = visible_opinions(viewer, OWN if viewer.is_dealer_side else READ)
    marks = ", ".join("{}" for _ in found)
    rows = await fetch(
        f"{_COLUMNS}{_FROM} where o.source_kind = {{}} and o.source_id in ({marks}) and {seen.sql}"
        " order by o.given_on, o.id",
        *(kind.value, *found, *seen.args),
    )
    for row in rows:
        found[row["source_id"]].append(_view(row))
    return found


async def list_events(opinion_id: int, *, internal: bool) -> list[OpinionEventView]:
    """Return what happened to an opinion, in order; the caller has checked that the viewer may see it."""
    rows = await fetch(
        "select e.position, e.kind, e.text, e.is_internal, coalesce(u.name, '') as who, e.happened_on, e.at"
        " from opinion_event e left join login_user u on u.id = e.actor_user_id where e.opinion = {}"
        + ("" if internal else " and not e.is_internal and e.kind <> 'assigned'")
        + " order by e.position",
        opinion_id,
    )
    return [
        OpinionEventView(
            row["position"],
            OpinionEventKind(row["kind"]),
            row["text"],
            bool(row["is_internal"]),
            row["who"],
            _day(row["happened_on"]),
            row["at"],
        )
        for row in rows
    ]


async def open_of_dealer(dealer_id: int) -> list[OpenItem]:
    """Return what one dealer waits for; see ``open_of_dealers``."""
    return (await open_of_dealers([dealer_id]))[dealer_id]


async def open_of_dealers(dealer_ids: Sequence[int]) -> dict[int, list[OpenItem]]:
    """Return what dealers wait for from the manufacturer, the earliest day first; every id is a key.

    Concerns, complaints and signed opinions without an answer, and promises of ours that are not kept yet;
    another supplier's approaches are not among them. The caller has checked that the reader may see these
    dealers: a leader's pack names people outside of his own part of the network.
    """
    found: dict[int, list[OpenItem]] = {number: [] for number in dealer_ids}
    if not found:
        return found
    marks = ", ".join("{}" for _ in found)
    rows = await fetch(
        "select x.dealer, x.kind, x.id, x.text, coalesce(u.name, '') as owner, x.since_on, x.due_on from ("
        " select v.dealer, v.kind, v.id, v.text, v.owner_user_id, v.raised_at as since_on, v.due_on"
        " from voice_item v where v.kind in ('concern', 'complaint') and v.state in ('open', 'reopened')"
        " union all select p.account, 'promise', p.id, p.text, p.keeper_user_id, p.made_at, p.due_on"
        " from promise p where p.owner = 'manufacturer' and p.side = 'ours' and p.state = 'open'"
        " union all select o.dealer, 'opinion', o.id, o.text, o.owner_user_id, o.given_at, o.due_on"
        " from opinion o where o.state in ('open', 'reopened')"
        f") x left join login_user u on u.id = x.owner_user_id where x.dealer in ({marks})"
        " order by x.due_on, x.kind, x.id",
        *found,
    )
    for row in rows:
        found[row.pop("dealer")].append(_open(row))
    return found


def _open(row: Row) -> OpenItem:
    pages: Mapping[str, str] = {"promise": "/promises", "opinion": f"/opinions/{row['id']}"}
    return OpenItem(
        row["kind"],
        row["id"],
        row["text"],
        row["owner"],
        _day(row["since_on"]),
        _day(row["due_on"]),
        pages.get(row["kind"], f"/voice/{row['id']}"),
    )


def _day(value: object) -> dt.date:
    """Return the day of a date or of an instant, as either database gives it in a union."""
    day = as_date(str(value)[:10])
    if day is None:
        raise TypeError(f"{value!r} is no day")
    return day


def _view(row: Row) -> OpinionView:
    dealer = VoiceDealer(
        row.pop("account_id"), row.pop("account_code"), row.pop("account_name"), row.pop("region_path")
    )
    return OpinionView(
        **{
            **row,
            "dealer": dealer,
            "topic": OpinionTopic(row["topic"]),
            "source_kind": SourceKind(row["source_kind"]),
            "state": OpinionState(row["state"]),
            **{name: as_date(row[name]) for name in _DATES},
        }
    )
