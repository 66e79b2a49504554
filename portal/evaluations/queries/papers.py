"""Which scorecards of a run are to be printed: one subject's, a region's, or all the viewer may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch, fetch_value
from portal.errors import NotFound
from portal.evaluations.model import SubjectKind
from portal.evaluations.policies import READ
from portal.evaluations.scope import cards_in_scope
from portal.network.scope import ALWAYS, Condition, in_regions

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.evaluations.queries.runs import RunView


async def region_path(code: str) -> str:
    """Return the path of the region with this code.

    Raises:
        NotFound: There is none.
    """
    path = await fetch_value("select path from region where code = {}", code)
    if path is None:
        raise NotFound("There is no region %(code)s.", code=code)
    return str(path)


async def find_cards(viewer: Viewer, run: RunView, *, subject: str = "", region: str = "") -> dict[int, str]:
    """Return id and subject's key of a run's scorecards in the viewer's scope, in the order of the keys.

    Args:
        viewer: Who prints.
        run: Evaluated month.
        subject: Dealer's code, or representative's sign-in name; empty = every subject.
        region: Path of a region; its children are included. A representative belongs to a region with each
            dealer assigned on the month's last day. Empty = every region.
    """
    wanted = cards_in_scope(viewer, READ, run.kind, run.month.last_on) & _in_region(run, region)
    if subject:
        column = "a.code" if run.kind is SubjectKind.DEALER else "u.login"
        wanted &= Condition(f"{column} = {{}}", (subject,))
    rows = await fetch(
        "select s.id, s.subject_key from scorecard s left join account a on a.id = s.account_id"  # noqa: S608  from code
        f" left join login_user u on u.id = s.user_id where s.run = {{}} and {wanted.sql}"
        " order by s.subject_key",
        run.id,
        *wanted.args,
    )
    return {row["id"]: row["subject_key"] for row in rows}


def _in_region(run: RunView, path: str) -> Condition:
    if not path:
        return ALWAYS
    if run.kind is SubjectKind.DEALER:
        return in_regions((path,), "a.region")
    inside, day = in_regions((path,), "sa.region"), run.month.last_on
    return Condition(
        "s.user_id in (select ra.user_id from representative_assignment ra"  # noqa: S608  from code
        f" join account sa on sa.id = ra.dealer where {inside.sql}"
        " and ra.from_on <= {} and (ra.to_on is null or ra.to_on > {}))",
        (*inside.args, day, day),
    )
