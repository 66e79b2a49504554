"""The main menu: which entries a viewer sees, and which one he is on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.web.i18n import gettext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.access import Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu.

    Attributes:
        href: Page it leads to; everything below that path counts as the same entry.
        icon: Name in the icon sprite.
        label: English msgid.
        policy: Who sees it.
    """

    href: str
    icon: str
    label: str
    policy: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as a page shows it."""

    href: str
    icon: str
    label: str
    current: bool
    count: int = 0


def menu(entries: Iterable[Entry], viewer: Viewer | None, path: str) -> list[Shown]:
    """Return the entries the viewer's policies open, translated, the one the path belongs to marked."""
    if viewer is None:
        return []
    open_to = [entry for entry in entries if viewer.allowed(entry.policy)]
    fitting = [entry.href for entry in open_to if _is_below(path, entry.href)]
    here = max(fitting, key=len, default="")
    return [
        Shown(entry.href, entry.icon, gettext(entry.label), current=entry.href == here) for entry in open_to
    ]


def _is_below(path: str, href: str) -> bool:
    return path == href if href == "/" else path == href or path.startswith(f"{href}/")
