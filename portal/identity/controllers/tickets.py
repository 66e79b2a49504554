"""Pages that a link or printed code opens: setting a password, joining a dealership."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from portal.access import PUBLIC
from portal.errors import Invalid, NotFound
from portal.identity import forms
from portal.identity.controllers.requests import (
    AnyRequest,
    client_of,
    form_page,
    security_of,
    with_cookie,
)
from portal.identity.letters import reset_letter
from portal.identity.model import IdentityRules, Postman, normal_code
from portal.identity.service import invitations, resets
from portal.web.forms import FormReader
from portal.web.guards import SIGN_IN_PATH, policy
from portal.web.responses import page, redirect
from portal.web.sessions import session_cookie


class ResetController(Controller):
    """A new password by a link that works once."""

    path = "/reset"

    @get("/", name="identity.reset", opt=policy(PUBLIC))
    async def ask(self, request: AnyRequest) -> Response[Any]:
        """Ask whose password is to be reset."""
        return form_page(request, "identity/reset.html", None, None, done=False)

    @post("/", name="identity.reset_submit", opt=policy(PUBLIC))
    async def mail(
        self,
        request: AnyRequest,
        identity_rules: NamedDependency[IdentityRules],
        postman: NamedDependency[Postman],
    ) -> Response[Any]:
        """Mail a link, if there is such a person; the answer is the same if there is not."""
        form = await FormReader.of(request)
        login = form.values.get("login", "")
        await resets.request_reset(login, client_of(request), identity_rules, postman, reset_letter)
        return form_page(request, "identity/reset.html", None, None, done=True)

    @get("/{token:str}", name="identity.new_password", opt=policy(PUBLIC))
    async def show(self, request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        """Ask for the new password."""
        if not await resets.is_open(token):
            raise NotFound("This link does not work any more. Ask for a new one.")
        return form_page(request, "identity/new_password.html", None, None)

    @post("/{token:str}", name="identity.new_password_submit", opt=policy(PUBLIC))
    async def set_password(
        self, request: AnyRequest, token: FromPath[str], identity_rules: NamedDependency[IdentityRules]
    ) -> Response[Any]:
        """Set the password; every session of the person ends."""
        form = await FormReader.of(request)
        try:
            await resets.complete_reset(token, forms.read_new_password(form), identity_rules)
        except Invalid as error:
            return form_page(request, "identity/new_password.html", form, error)
        return redirect(request, SIGN_IN_PATH, toast="Your new password is set. Please sign in.")


class JoinController(Controller):
    """A new person's first visit, with a code printed by the dealership's owner."""

    path = "/join"

    @get("/", name="identity.join", opt=policy(PUBLIC))
    async def ask(self, request: AnyRequest) -> Response[Any]:
        """Ask for the code, for those who have no camera."""
        return form_page(request, "identity/join_code.html", None, None)

    @post("/", name="identity.join_submit", opt=policy(PUBLIC))
    async def find(
        self, request: AnyRequest, identity_rules: NamedDependency[IdentityRules]
    ) -> Response[Any]:
        """Check the code and go on to the form."""
        form = await FormReader.of(request)
        try:
            code = form.text("code", longest=40)
            form.check()
            await invitations.find_invitation(code, client_of(request), identity_rules)
        except Invalid as error:
            return form_page(request, "identity/join_code.html", form, error)
        return redirect(request, f"/join/{normal_code(code)}")

    @get("/{code:str}", name="identity.join_form", opt=policy(PUBLIC))
    async def show(
        self, request: AnyRequest, code: FromPath[str], identity_rules: NamedDependency[IdentityRules]
    ) -> Response[Any]:
        """Ask for sign-in name, name and password."""
        try:
            invitation = await invitations.find_invitation(code, client_of(request), identity_rules)
        except Invalid as error:
            return form_page(request, "identity/join_code.html", None, error)
        return page(
            request,
            "identity/join.html",
            invitation=invitation,
            values={"name": invitation.name},
            problems={},
        )

    @post("/{code:str}", name="identity.join_accept", opt=policy(PUBLIC))
    async def accept(
        self, request: AnyRequest, code: FromPath[str], identity_rules: NamedDependency[IdentityRules]
    ) -> Response[Any]:
        """Make the account and sign the person in."""
        form = await FormReader.of(request)
        client = client_of(request)
        invitation = await invitations.find_invitation(code, client, identity_rules)
        try:
            person = forms.read_new_person(form, identity_rules.locale)
            password = forms.read_new_password(form)
            token = await invitations.accept(code, person, password, client, identity_rules)
        except Invalid as error:
            return form_page(request, "identity/join.html", form, error, invitation=invitation)
        return with_cookie(redirect(request, "/"), session_cookie(security_of(request), token))
