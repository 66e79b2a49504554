"""What phones and forms send, read into commands; one damaged record never spoils the others."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from portal.errors import Invalid
from portal.field.commands import Batch, Decision, PhoneReport
from portal.field.model import FIELDS_MOST, ITEMS_MOST, TEXT_MOST, Item, made_at, skew_of
from portal.network.identifiers import holds_resident_number

if TYPE_CHECKING:
    from portal.web.forms import FormReader

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
WORDS_MAX = 400
_COUNT_MOST, _LABEL_MOST = 100_000, 40


def read_batch(body: Any, now: dt.datetime) -> Batch:
    """Read what a phone sent.

    Args:
        body: Decoded JSON: ``phone, label, now, waiting, stuck, since, items``.
        now: Current instant, UTC.

    Raises:
        Invalid: It is no such thing, or holds more than ``ITEMS_MOST`` records.
    """
    wrong = Invalid.of("", "This was not sent by the portal's own page.")
    if not isinstance(body, dict) or not KEY.fullmatch(str(body.get("phone", ""))):
        raise wrong
    items = body.get("items")
    if not isinstance(items, list) or len(items) > ITEMS_MOST:
        raise wrong
    skew = skew_of(_instant(body.get("now")), now)
    since = _instant(body.get("since"))
    waiting = _count(body.get("waiting"))
    phone = PhoneReport(
        phone_key=str(body["phone"]),
        label="".join(c for c in str(body.get("label", "")) if c.isprintable())[:_LABEL_MOST],
        waiting=waiting,
        stuck=min(waiting, _count(body.get("stuck"))),
        since_at=None if since is None or not waiting else made_at(since, skew, now),
        skew=skew,
    )
    read = [(_key(each), _item(each, skew, now)) for each in items]
    return Batch(
        phone,
        tuple(item for _, item in read if item is not None),
        tuple(key for key, item in read if item is None),
    )


def read_decision(form: FormReader) -> Decision:
    """Read what is decided about a late record.

    Raises:
        Invalid: It is refused without a reason, or the reason holds a resident registration number.
    """
    accept = form.choice("decision", ("accept", "refuse")) == "accept"
    words = form.text("words", longest=WORDS_MAX, shortest=0 if accept else 2)
    if holds_resident_number(words):
        form.refuse("words", "This looks like a resident registration number. It may not be kept here.")
    form.check()
    return Decision(accept, words)


def _item(raw: Any, skew: dt.timedelta, now: dt.datetime) -> Item | None:
    if not isinstance(raw, dict) or not KEY.fullmatch(str(raw.get("id", ""))):
        return None
    at, fields = _instant(raw.get("at")), raw.get("fields")
    if at is None or not isinstance(fields, dict) or len(fields) > FIELDS_MOST:
        return None
    texts = {str(name): text for name, text in fields.items()}
    if not all(isinstance(text, str) and len(text) <= TEXT_MOST for text in texts.values()):
        return None
    return Item(str(raw["id"]), str(raw.get("kind", ""))[:20], texts, at, made_at(at, skew, now), now)


def _key(raw: Any) -> str:
    return str(raw.get("id", ""))[:36] if isinstance(raw, dict) else ""


def _count(value: Any) -> int:
    return min(_COUNT_MOST, max(0, value)) if isinstance(value, int) else 0


def _instant(text: Any) -> dt.datetime | None:
    if not isinstance(text, str):
        return None
    try:
        found = dt.datetime.fromisoformat(text[:40])
        return found.astimezone(dt.UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
