"""Finding the scorecards a use case is about, in the viewer's scope, and what every use case writes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.audit.model import Subject as AuditSubject
from portal.audit.service import record
from portal.db import as_date, execute, fetch, fetch_one
from portal.errors import Conflict, Invalid, NotFound
from portal.evaluations.model import COMMENT_CHARACTERS, CardState, RunState, SubjectKind
from portal.evaluations.scope import cards_in_scope
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.access import Signature, Viewer
    from portal.audit.model import Change
    from portal.db.sql import Row
    from portal.evaluations.model import CommentKind
    from portal.evaluations.queries.runs import RunView


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard as use cases need it.

    Attributes:
        name: Name of the dealer or representative.
        region_path: Where the dealer is, or None for a representative.
        has_comment: Whether a manager's comment stands on it.
    """

    id: int
    run_id: int
    run_state: RunState
    month: Month
    kind: SubjectKind
    account_id: int | None
    user_id: int | None
    name: str
    region_path: str | None
    state: CardState
    version: int
    grade_fell: bool
    is_held: bool
    is_disputed: bool
    has_comment: bool
    signed_by: int | None
    signed_at: dt.datetime | None

    def signature(self, viewer: Viewer, policy_name: str) -> Signature:
        """Return whose name the viewer's action on this card carries."""
        return viewer.signature(policy_name, self.region_path, self.account_id)


_SELECT = (
    "select s.id, s.run as run_id, r.state as run_state, r.month_on, s.subject_kind, s.account_id, s.user_id,"
    " coalesce(a.name, u.name, s.subject_key) as name, g.path as region_path, s.state, s.version,"
    " s.grade_fell, s.held_reason, s.is_disputed, s.signed_by_user_id as signed_by, s.signed_at,"
    " exists (select 1 from scorecard_comment c where c.scorecard = s.id and c.kind = 'comment'"
    " and c.withdrawn_at is null) as has_comment"
    " from scorecard s join evaluation_run r on r.id = s.run"
    " left join account a on a.id = s.account_id left join region g on g.id = a.region"
    " left join login_user u on u.id = s.user_id"
)


def _card(row: Row) -> Card:
    month_on = as_date(row["month_on"])
    if month_on is None:
        raise ValueError("a scorecard without a month")
    return Card(
        id=row["id"],
        run_id=row["run_id"],
        run_state=RunState(row["run_state"]),
        month=Month(month_on),
        kind=SubjectKind(row["subject_kind"]),
        account_id=row["account_id"],
        user_id=row["user_id"],
        name=row["name"],
        region_path=row["region_path"],
        state=CardState(row["state"]),
        version=row["version"],
        grade_fell=bool(row["grade_fell"]),
        is_held=bool(row["held_reason"]),
        is_disputed=bool(row["is_disputed"]),
        has_comment=bool(row["has_comment"]),
        signed_by=row["signed_by"],
        signed_at=row["signed_at"],
    )


async def get_card(viewer: Viewer, policy_name: str, card_id: int) -> Card:
    """Return a scorecard in the viewer's scope.

    Raises:
        NotFound: There is none, or it is somebody else's; the two are the same.
    """
    head = await fetch_one(
        "select s.subject_kind, r.month_on from scorecard s join evaluation_run r on r.id = s.run"
        " where s.id = {}",
        card_id,
    )
    month_on = as_date(head["month_on"]) if head else None
    if head is None or month_on is None:
        raise NotFound
    seen = cards_in_scope(viewer, policy_name, SubjectKind(head["subject_kind"]), Month(month_on).last_on)
    row = await fetch_one(f"{_SELECT} where s.id = {{}} and {seen.sql}", card_id, *seen.args)
    if row is None:
        raise NotFound
    return _card(row)


async def get_own_card(viewer: Viewer, card_id: int) -> Card:
    """Return the viewer's own scorecard: of his dealership, or of himself as a representative.

    Raises:
        NotFound: There is none, or it is somebody else's.
    """
    row = await fetch_one(f"{_SELECT} where s.id = {{}}", card_id)
    card = _card(row) if row else None
    if card is None or not is_own(viewer, card.account_id, card.user_id):
        raise NotFound
    return card


def is_own(viewer: Viewer, account_id: int | None, user_id: int | None) -> bool:
    """Tell whether a scorecard is about the viewer: his dealership or himself."""
    return user_id == viewer.user_id or (account_id is not None and account_id in viewer.scope.dealer_ids)


async def list_cards(viewer: Viewer, policy_name: str, run: RunView, card_ids: Sequence[int]) -> list[Card]:
    """Return several scorecards of a run, all of them in the viewer's scope.

    Raises:
        NotFound: One of them is not.
    """
    wanted = sorted(set(card_ids))
    if not wanted:
        return []
    seen = cards_in_scope(viewer, policy_name, run.kind, run.month.last_on)
    marks = ", ".join("{}" for _ in wanted)
    rows = await fetch(
        f"{_SELECT} where s.run = {{}} and s.id in ({marks}) and {seen.sql} order by s.id",
        run.id,
        *wanted,
        *seen.args,
    )
    if len(rows) != len(wanted):
        raise NotFound
    return [_card(row) for row in rows]


def require_under_review(card: Card) -> None:
    """Refuse anything but reading once a run is published.

    Raises:
        Conflict: The run is not under review.
    """
    if not card.run_state.is_under_review:
        raise Conflict("%(month)s is not under review.", month=str(card.month))


def checked_text(text: str, missing: str, field: str = "comment") -> str:
    """Return what was written without surrounding space.

    Args:
        text: As entered.
        missing: Sentence to show when nothing was written.
        field: Name of the form field.

    Raises:
        Invalid: Nothing was written, or too much.
    """
    stripped = text.strip()
    if not stripped:
        raise Invalid.of(field, missing)
    if len(stripped) > COMMENT_CHARACTERS:
        raise Invalid.of(field, "Write at most %(count)s characters.", count=COMMENT_CHARACTERS)
    return stripped


async def say(card: Card, kind: CommentKind, by: Signature, text: str, at: dt.datetime) -> None:
    """Put something said on a scorecard."""
    await execute(
        "insert into scorecard_comment (scorecard, kind, author_user_id, on_behalf_of_user_id, text, at)"
        " values ({}, {}, {}, {}, {}, {})",
        card.id,
        kind.value,
        by.user_id,
        by.on_behalf_of,
        text,
        at,
    )


async def change_card(card: Card, **values: Any) -> None:
    """Set columns of a scorecard unless somebody else changed it since it was read.

    Raises:
        Conflict: It was changed in the meantime.
    """
    columns = ", ".join(f"{column} = {{}}" for column in values)
    changed = await execute(
        f"update scorecard set {columns}, version = version + 1 where id = {{}} and version = {{}}",  # noqa: S608  names from code
        *values.values(),
        card.id,
        card.version,
    )
    if not changed:
        raise Conflict


async def note(
    card: Card, by: Signature, action: str, changes: Mapping[str, Change] | None = None, text: str = ""
) -> None:
    """Leave a trace of a use case in the audit log."""
    await record(by, f"evaluations.{action}", AuditSubject.of("scorecard", card.id), changes, note=text)


async def settle(run_id: int) -> None:
    """Move a run between draft and reviewed: reviewed while every scorecard is signed.

    The run's row is locked first, so of two managers signing the last two cards at once one sees both.
    """
    await execute("update evaluation_run set state = state where id = {}", run_id)
    open_cards = await fetch_one(
        "select id from scorecard where run = {} and state in ('open', 'returned') limit 1", run_id
    )
    if open_cards is None:
        await execute(
            "update evaluation_run set state = 'reviewed', reviewed_at = {}"
            " where id = {} and state = 'draft'",
            dt.datetime.now(dt.UTC),
            run_id,
        )
    else:
        await execute(
            "update evaluation_run set state = 'draft', reviewed_at = null"
            " where id = {} and state = 'reviewed'",
            run_id,
        )
