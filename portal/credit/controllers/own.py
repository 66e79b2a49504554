"""A dealer's own credit, made for a phone: limit, balance, what is due, and his history as a file."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.credit import exports
from portal.credit.model import CreditRules, data_day
from portal.credit.policies import OWN, OWN_EXPORT
from portal.credit.queries.collection import list_contacts
from portal.credit.queries.dealers import open_hold
from portal.credit.queries.entries import DealerAccount, last_payment_on, read_accounts
from portal.credit.views import account_view
from portal.errors import NotFound
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import page


class OwnCredit(Controller):
    """What the dealer himself reads."""

    path = "/my/credit"

    @get("/", name="credit.own", opt=policy(OWN))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show limit, balance and what is due."""
        rules, day = CreditRules.of(settings), today(viewer)
        account = await _own(viewer, rules)
        return page(
            request,
            "credit/own.html",
            hold=await open_hold(account.account_id),
            contacts=await list_contacts(account),
            **account_view(account, rules, day),
        )

    @post("/export", name="credit.own_export", opt=policy(OWN_EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Send every order, return and payment with the balance after it."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        account = await _own(viewer, CreditRules.of(settings))
        subject = Subject.of("credit", account.account_id)
        await record_alone(viewer.signature(OWN_EXPORT), "credit.exported", subject, note=file_format.value)
        title = gettext("Orders and payments")
        return send_file(exports.history_columns(), exports.history_rows(account), file_format, title)


async def _own(viewer: Viewer, rules: CreditRules) -> DealerAccount:
    own = viewer.scope_for(OWN).dealer_ids
    if not own:
        raise NotFound
    dealer_id = own[0]
    as_of = data_day(today(viewer), await last_payment_on(), rules)
    return (await read_accounts([dealer_id], as_of, rules))[dealer_id]
