"""Pages of identity: signing in, one's own account, people, a dealership's staff."""

from portal.identity import policies, words
from portal.identity.controllers.account import AccountController, PreferencesController
from portal.identity.controllers.people import PeopleController
from portal.identity.controllers.sign_in import SignInController
from portal.identity.controllers.staff import StaffController
from portal.identity.controllers.tickets import JoinController, ResetController

HANDLERS = [
    SignInController,
    ResetController,
    JoinController,
    AccountController,
    PreferencesController,
    PeopleController,
    StaffController,
]

__all__ = ["HANDLERS", "policies", "words"]
