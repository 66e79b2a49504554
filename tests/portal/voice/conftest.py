"""The network of credit's tests, with people who may answer: manager, representative, grants as rows."""

from __future__ import annotations

import datetime as dt

import pytest

import portal.voice.policies
from portal.access import Role
from portal.db import insert_rows, unit_of_work
from portal.voice.commands import RaiseCommand
from portal.voice.forms import new_key
from portal.voice.model import VoiceKind, VoiceRules, VoiceTopic
from portal.voice.quiet import QuietRules
from tests.portal.credit.conftest import FAR, NEAR, NOW, OWN, World, world

__all__ = ["FAR", "NEAR", "NOW", "OWN", "World", "world"]

RULES = VoiceRules({VoiceKind.CONCERN: 7, VoiceKind.COMPLAINT: 3, VoiceKind.APPROACH: 2}, 14, 60)
QUIET = QuietRules(months=2, drop_percent=30, habit_years=2, reply_days=14, approach_days=60)
MANAGER, REP, ADMIN = 5, 6, 1


@pytest.fixture
async def voices(world: World) -> World:
    """The people's grants as rows, as the list of those who may answer reads them."""
    assert portal.voice.policies.READ
    async with unit_of_work():
        await insert_rows(
            "role_grant",
            ("user_id", "role", "region_id", "account_id", "state", "origin", "requested_at"),
            [
                (MANAGER, Role.REGIONAL_MANAGER.value, 2, None, "active", "demo", NOW),
                (REP, Role.SALES_REPRESENTATIVE.value, None, None, "active", "demo", NOW),
                (ADMIN, Role.ADMINISTRATOR.value, None, None, "active", "demo", NOW),
                (7, Role.MARKETING.value, None, None, "revoked", "demo", NOW),
            ],
        )
    return world


def raised(
    kind: VoiceKind = VoiceKind.COMPLAINT,
    dealer: int = OWN,
    text: str = "상자가 젖어 왔습니다.",
    **more: object,
) -> RaiseCommand:
    return RaiseCommand(
        client_key=str(more.pop("key", new_key())),
        kind=kind,
        topic=VoiceTopic.DELIVERY,
        dealer_id=dealer,
        text=text,
        **more,  # type: ignore[arg-type]
    )


def today() -> dt.date:
    return dt.datetime.now(dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=9))).date()
