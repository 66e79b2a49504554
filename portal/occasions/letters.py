"""Mails about occasions: short, with the day, the place and an address that leads to the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.errors import Message
from portal.occasions import words
from portal.occasions.service.notices import Notice
from portal.web.formats import instant
from portal.web.i18n import choose, in_locale, translate

if TYPE_CHECKING:
    from portal.occasions.queries.occasions import OccasionRow

_SUBJECT_MOST = 200


def letter_of(
    notice: Notice, occasion: OccasionRow, locale: str, public_url: str, *, who: str = "", reason: str = ""
) -> tuple[str, str]:
    """Return subject and text of a mail in a language.

    Args:
        notice: What it says.
        occasion: What about.
        locale: Language of the reader.
        public_url: Where the portal is reached.
        who: Whom it concerns, for mails about one sign-up.
        reason: Why the dealer is invited, for invitations.
    """
    base = public_url.rstrip("/")
    with in_locale(locale):
        title = choose(occasion.title, occasion.title_en)
        subject = translate(words.LETTERS[notice], title=title)
        lines = [who, *_facts(occasion), *_more(notice, occasion, reason)]
        lines += [f"{base}/my/occasions/{occasion.id}", f"{base}/my/occasions/{occasion.id}/calendar.ics"]
        return " ".join(subject.split())[:_SUBJECT_MOST], "\n\n".join(line for line in lines if line)


def _facts(occasion: OccasionRow) -> list[str]:
    when = translate(
        "%(starts)s to %(ends)s", starts=instant(occasion.starts_at), ends=instant(occasion.ends_at)
    )
    return [when, occasion.place]


def _more(notice: Notice, occasion: OccasionRow, reason: str) -> list[str]:
    said: list[Message] = []
    if notice is Notice.INVITED:
        until = instant(occasion.sign_up_until)
        said.append(Message("Please sign up or decline until %(until)s.", {"until": until}))
    if notice in (Notice.CONFIRMED, Notice.PROMOTED, Notice.REMINDER):
        said.append(Message("Your badge for the door is on the page."))
        said.append(
            Message("If you cannot come, please cancel there: the next on the waiting list moves up.")
        )
    if notice is Notice.WAITING:
        said.append(Message("A seat that becomes free is given by itself; you get a mail then."))
    if notice is Notice.CALLED_OFF:
        said.append(Message("Called off: %(reason)s", {"reason": occasion.cancel_reason}))
    return [reason, *(translate(one) for one in said)]
