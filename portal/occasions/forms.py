"""Forms of occasions: text in, commands out, every problem at once."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from portal.occasions.commands import GuestEntry, SignUp
from portal.occasions.model import NAME_MAX, NOTE_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.occasions.queries.occasions import OccasionRow
    from portal.web.forms import FormReader

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
PHONE_MAX, RELATION_MAX, DIET_MAX = 40, 40, 200


def new_key() -> str:
    """Return a client key for a form that is about to be shown."""
    return str(uuid.uuid4())


def read_sign_up(
    form: FormReader, occasion: OccasionRow, dealers: Mapping[int, str], people: Mapping[int, str]
) -> SignUp:
    """Read a sign-up with the people who are to come.

    Args:
        form: The form.
        occasion: What for.
        dealers: Id → name of the dealers that may be chosen.
        people: Id → name of those people of theirs who sign in.

    Raises:
        Invalid: With everything found wrong.
    """
    key = form.values.get("client_key", "")
    dealer_id = int(form.choice("dealer", [str(number) for number in dealers]))
    holder = read_person(form, people)
    companions = [
        guest
        for position in range(1, occasion.companions_max + 1)
        if (guest := _companion(form, position)) is not None
    ]
    command = SignUp(
        client_key=key if KEY.fullmatch(key) else new_key(),
        occasion_id=occasion.id,
        dealer_id=dealer_id,
        guests=(holder, *companions),
        note=form.text("note", longest=NOTE_MAX, shortest=0, lines=True),
    )
    form.check()
    return command


def read_person(form: FormReader, people: Mapping[int, str]) -> GuestEntry:
    """Read a seat holder: somebody who signs in here, or anybody with a name."""
    chosen = form.choice("who", [*(str(number) for number in people), "other"])
    user_id = None if chosen == "other" else int(chosen)
    name = form.text("name", longest=NAME_MAX, shortest=int(user_id is None))
    return GuestEntry(
        name=name or people.get(user_id or 0, ""),
        name_en=form.text("name_en", longest=NAME_MAX, shortest=0),
        phone=form.text("phone", longest=PHONE_MAX, shortest=0),
        diet=form.text("diet", longest=DIET_MAX, shortest=0),
        user_id=user_id,
    )


def _companion(form: FormReader, position: int) -> GuestEntry | None:
    fields = ("name", "relation", "diet", "child")
    if not any(form.values.get(f"companion_{name}_{position}") for name in fields):
        return None
    return GuestEntry(
        name=form.text(f"companion_name_{position}", longest=NAME_MAX),
        relation=form.text(f"companion_relation_{position}", longest=RELATION_MAX, shortest=0),
        diet=form.text(f"companion_diet_{position}", longest=DIET_MAX, shortest=0),
        is_child=form.flag(f"companion_child_{position}"),
    )
