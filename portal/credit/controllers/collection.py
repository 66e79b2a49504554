"""The collection log of one dealer: talks, promises to pay, follow-ups."""

from typing import Any

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from portal.access import Viewer
from portal.credit import forms
from portal.credit.controllers.dealer import sent
from portal.credit.policies import COLLECT
from portal.credit.service.collection import finish_follow_up, note_contact
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import redirect


class DealerCollection(Controller):
    """What was said with a dealer about money that is open."""

    path = "/credit/{account_id:int}/contacts"

    @post("/", name="credit.contact", opt=policy(COLLECT), status_code=200)
    async def note(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
    ) -> Response[Any]:
        """Write down a talk."""

        async def write(form: FormReader) -> None:
            command = forms.read_contact(form, settings.currency_decimals)
            await note_contact(viewer, account_id, command, today(viewer))

        return await sent(request, viewer, settings, account_id, write, said="Saved.")

    @post("/{credit_contact_id:int}/done", name="credit.contact_done", opt=policy(COLLECT), status_code=200)
    async def done(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        account_id: FromPath[int],
        credit_contact_id: FromPath[int],
    ) -> Response[Any]:
        """Finish a follow-up."""
        await finish_follow_up(viewer, account_id, credit_contact_id)
        return redirect(request, f"/credit/{account_id}", toast="Done.")
