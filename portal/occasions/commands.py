"""Checked commands of occasions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GuestEntry:
    """A person who is to come.

    Attributes:
        name: As on the badge.
        name_en: In Latin letters; may be empty.
        phone: For the day itself; may be empty.
        relation: Of a companion to the seat holder; empty for the seat holder.
        diet: What the kitchen must know; may be empty.
        is_child: Whether the companion is a child.
        user_id: The seat holder's own sign-in, None when he has none; never for companions.
    """

    name: str
    name_en: str = ""
    phone: str = ""
    relation: str = ""
    diet: str = ""
    is_child: bool = False
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class SignUp:
    """A wish for one seat.

    Attributes:
        client_key: Lower-case UUID made where the wish was typed; sending it again changes nothing.
        occasion_id: What for.
        dealer_id: Account of the dealer whose seat it is.
        guests: The seat holder, then companions.
        note: For the organiser; may be empty.
    """

    client_key: str
    occasion_id: int
    dealer_id: int
    guests: tuple[GuestEntry, ...]
    note: str = ""
