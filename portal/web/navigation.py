"""The main menu: which entries a viewer sees, and which one he is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.web.i18n import gettext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.access import Viewer

TABS = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu.

    Attributes:
        group: English msgid of the heading it stands under; empty for none.
        href: Page it leads to; everything below that path counts as the same entry.
        icon: Name in the icon sprite.
        label: English msgid.
        policy: Who sees it.
        tab: It comes first in the bar of a phone.
    """

    group: str
    href: str
    icon: str
    label: str
    policy: str
    tab: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as a page shows it."""

    href: str
    icon: str
    label: str
    current: bool
    count: int = 0
    group: str = ""
    tab: bool = False


@dataclass(frozen=True, slots=True)
class Tabs:
    """The menu on a phone: what the bar shows, and what waits behind its last button."""

    bar: Sequence[Shown]
    more: Sequence[Shown]


def menu(entries: Iterable[Entry], viewer: Viewer | None, path: str) -> list[Shown]:
    """Return the entries the viewer's policies open, translated, the one the path belongs to marked."""
    if viewer is None:
        return []
    open_to = [entry for entry in entries if viewer.allowed(entry.policy)]
    fitting = [entry.href for entry in open_to if _is_below(path, entry.href)]
    here = max(fitting, key=len, default="")
    return [
        Shown(
            entry.href,
            entry.icon,
            gettext(entry.label),
            current=entry.href == here,
            group=gettext(entry.group) if entry.group else "",
            tab=entry.tab,
        )
        for entry in open_to
    ]


def tabs(shown: Sequence[Shown]) -> Tabs:
    """Divide a menu for a phone: at most ``TABS`` buttons, the last of which opens the rest."""
    if len(shown) <= TABS:
        return Tabs(shown, ())
    bar = sorted(shown, key=lambda entry: not entry.tab)[: TABS - 1]
    return Tabs(bar, [entry for entry in shown if entry not in bar])


def _is_below(path: str, href: str) -> bool:
    return path == href if href == "/" else path == href or path.startswith(f"{href}/")
