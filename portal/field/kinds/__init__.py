"""Records of slices below that phones make: visits, new accounts, promises, looks; each a ``SyncHandler``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.field.kinds.accounts import AccountHandler
from portal.field.kinds.census import CensusHandler
from portal.field.kinds.promises import PromiseHandler
from portal.field.kinds.visits import VisitHandler

if TYPE_CHECKING:
    from portal.field.handlers import SyncHandler
    from portal.settings import Settings


def handlers(settings: Settings) -> tuple[SyncHandler, ...]:
    """Return who takes these records, with the days of the settings."""
    visits = VisitHandler(settings.visit_back_days, settings.field_late_days)
    return visits, AccountHandler(), PromiseHandler(), CensusHandler(settings.visit_back_days)
