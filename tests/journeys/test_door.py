"""Signing up from phones to over capacity, moving up on a cancellation, and the door without a network."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, said

PATIENCE_S = 20


def _sign_up(phone, occasion: int) -> None:
    phone.go(f"/my/occasions/{occasion}")
    phone.page.locator(f"form[action='/my/occasions/{occasion}'] .btn.pri").click()
    phone.settle()


def plan_training(portal) -> int:
    """Plan a training with one seat for two dealers and return its id."""
    codes = [
        portal.row(
            "select a.code from account a join role_grant g on g.account_id = a.id"
            f" join login_user u on u.id = g.user_id where u.login = '{login}'"
        )["code"]
        for login in ("dealer", "dealer2")
    ]
    made = subprocess.run(
        [sys.executable, "-m", "tests.journeys.door_occasion", f"sqlite:///{portal.database}", *codes],
        cwd=Path(__file__).parents[2], check=True, timeout=60, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return int(made.stdout)


def test_from_the_phone_to_the_door(visit, portal):
    occasion = plan_training(portal)
    first, second = visit("dealer2", size=PHONE), visit("dealer", size=PHONE)
    _sign_up(first, occasion)
    expect(first.page.locator(".st-good")).to_have_text(said("Has a seat"))
    _sign_up(second, occasion)
    expect(second.page.locator("main")).to_contain_text(said("Place %(place)s on the waiting list.", place=1))

    first.page.locator("details:has(> form[action$='/cancel']) summary").click()
    first.page.locator("form[action$='/cancel'] button").click()
    first.settle()
    second.page.reload()
    expect(second.page.locator(".st-good")).to_have_text(said("Has a seat"))
    expect(second.page.locator("svg.qr")).to_be_visible()
    seat = portal.row(
        f"select id, door_code from enrollment where occasion = {occasion} and state = 'confirmed'"
    )
    badge = f"/occasions/{occasion}/door/{seat['door_code']}"

    door = visit("marketing", size=PHONE)
    door.go(f"/occasions/{occasion}/door")
    expect(door.page.locator("[data-door][data-ready=yes]")).to_be_attached()
    expect(door.page.locator("[data-people] li")).to_have_count(1)
    door.context.set_offline(True)
    door.page.goto(door.address + badge)
    expect(door.page.locator("[data-people] li.is-here")).to_have_count(1)
    expect(door.page.locator("[data-state]")).to_contain_text("1")
    door.page.locator("[data-undo]").click()
    expect(door.page.locator("[data-people] li.is-here")).to_have_count(0)
    door.page.locator("[data-people] button").click()
    expect(door.page.locator("[data-people] li.is-here")).to_have_count(1)
    of_it = f"door_record d join enrollment e on e.id = d.enrollment where e.occasion = {occasion}"
    assert portal.row(f"select count(*) as n from {of_it}")["n"] == 0
    door.context.set_offline(False)
    expect(door.page.locator("[data-state]")).to_have_text(said("Everything is sent."))
    until = time.monotonic() + PATIENCE_S
    while not portal.row(f"select count(*) as n from {of_it}")["n"] and time.monotonic() < until:
        door.page.wait_for_timeout(50)
    noted = portal.row(
        f"select count(*) as n, min(d.enrollment) as enrollment, min(d.how) as how from {of_it}"
    )
    assert noted == {"n": 1, "enrollment": seat["id"], "how": "hand"}
    door.go(f"/occasions/{occasion}/roster")
    expect(door.page.locator(".kpi .v").nth(2)).to_have_text("1")
    door.forget_offline()
