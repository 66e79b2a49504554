"""The menu shows what a viewer may open, in groups, and divides itself for a phone."""

from __future__ import annotations

from portal.menu import MENU
from portal.web.navigation import Shown, menu, tabs


class Everybody:
    """May open what is named."""

    def __init__(self, *policies: str) -> None:
        self.policies = policies

    def allowed(self, policy: str) -> bool:
        return not self.policies or policy in self.policies


def shown(count: int, *tabbed: int) -> list[Shown]:
    return [Shown(f"/{n}", "x", str(n), current=False, tab=n in tabbed) for n in range(count)]


def test_entries_of_a_group_stand_together() -> None:
    groups = [entry.group for entry in MENU]
    starts = [group for place, group in enumerate(groups) if place == 0 or groups[place - 1] != group]
    assert starts == ["", "Monthly evaluation", "Off-season", "Training and trips", "Incentives and credit",
                      "Dealers and outlets", "Products and imports"]  # fmt: skip


def test_only_what_is_open_shows_and_the_nearest_entry_is_marked() -> None:
    viewer = Everybody("network.read", "plans.read")
    found = menu(MENU, viewer, "/dealers/7")
    assert [entry.href for entry in found] == [
        "/plans", "/target-list", "/visits", "/meetings", "/dealers", "/outlets", "/terminals", "/products",
    ]  # fmt: skip
    assert [entry.href for entry in found if entry.current] == ["/dealers"]
    assert menu(MENU, None, "/") == []


def test_a_short_menu_is_all_bar() -> None:
    assert [len(part) for part in (tabs(shown(5)).bar, tabs(shown(5)).more)] == [5, 0]


def test_a_long_menu_brings_marked_entries_first_and_keeps_the_rest_in_order() -> None:
    divided = tabs(shown(8, 2, 6))
    assert [entry.label for entry in divided.bar] == ["2", "6", "0", "1"]
    assert [entry.label for entry in divided.more] == ["3", "4", "5", "7"]
