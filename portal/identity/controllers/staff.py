"""A dealership's own staff under ``/staff``: its owner invites and removes people himself."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from portal.access import Viewer
from portal.errors import Invalid
from portal.identity import queries
from portal.identity.controllers.requests import AnyRequest, form_page, qr_code
from portal.identity.model import IdentityRules
from portal.identity.service import invitations
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect, shown

STAFF = "identity.staff"


class StaffController(Controller):
    """Only for owners, and only their own dealership."""

    path = "/staff"

    @get("/", name="identity.staff", opt=policy(STAFF))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Show staff and open invitations."""
        return await _staff(request, viewer)

    @post("/invitations", name="identity.invite", opt=policy(STAFF))
    async def invite(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        identity_rules: NamedDependency[IdentityRules],
    ) -> Response[Any]:
        """Make a code and show the sheet to print; the code is shown this once."""
        form = await FormReader.of(request)
        try:
            name = form.text("name", longest=80)
            form.check()
        except Invalid as error:
            return await _staff(request, viewer, form, error)
        code = await invitations.invite_staff(viewer, name, identity_rules)
        link = f"{identity_rules.public_url.rstrip('/')}/join/{code}"
        return page(
            request,
            "identity/invitation.html",
            name=name,
            code=code,
            link=link,
            join_url=f"{identity_rules.public_url.rstrip('/')}/join",
            qr=qr_code(link, shown("QR code of the invitation")),
            days=identity_rules.invitation_valid.days,
        )

    @post("/invitations/{invitation_id:int}/revoke", name="identity.invite_revoke", opt=policy(STAFF))
    async def revoke(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], invitation_id: FromPath[int]
    ) -> Response[Any]:
        """Make a code worthless."""
        await invitations.revoke_invitation(viewer, invitation_id)
        return redirect(request, "/staff", toast="The code does not work any more.")

    @post("/{user_id:int}/remove", name="identity.staff_remove", opt=policy(STAFF))
    async def remove(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], user_id: FromPath[int]
    ) -> Response[Any]:
        """Take somebody out of the dealership."""
        await invitations.remove_staff(viewer, user_id)
        return redirect(request, "/staff", toast="Removed from the staff.")


async def _staff(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Response[Any]:
    return form_page(
        request,
        "identity/staff.html",
        form,
        error,
        staff=await queries.list_staff(viewer),
        invitations=await queries.list_invitations(viewer),
    )
