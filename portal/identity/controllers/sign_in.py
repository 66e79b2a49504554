"""Signing in and out under ``/sign-in``, ``/totp`` and ``/sign-out``."""

from typing import Any
from urllib.parse import quote

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import PUBLIC, SIGNED_IN, Viewer
from portal.errors import Invalid
from portal.identity.controllers.requests import (
    AnyRequest,
    client_of,
    form_page,
    security_of,
    token_of,
    with_cookie,
)
from portal.identity.model import IdentityRules
from portal.identity.service import sign_in as service
from portal.identity.service.sessions import find_pending
from portal.web.forms import FormReader
from portal.web.guards import SIGN_IN_PATH, policy, safe_next
from portal.web.responses import redirect
from portal.web.sessions import ended_cookie, session_cookie

HOME = "/"


class SignInController(Controller):
    """The way in and out."""

    path = "/"

    @get("/sign-in", name="identity.sign_in", opt=policy(PUBLIC))
    async def show(self, request: AnyRequest) -> Response[Any]:
        """Ask for name and password; who is signed in already goes on."""
        target = _next_of(request)
        if request.scope.get("user") is not None:
            return redirect(request, target or HOME)
        return _sign_in_page(request, None, None, target)

    @post("/sign-in", name="identity.sign_in_submit", opt=policy(PUBLIC))
    async def sign_in(
        self, request: AnyRequest, identity_rules: NamedDependency[IdentityRules]
    ) -> Response[Any]:
        """Check name and password and start a session."""
        form = await FormReader.of(request)
        login, password = form.values.get("login", ""), form.secret("password")
        target = safe_next(form.values.get("next"))
        try:
            signed_in = await service.sign_in(
                login, password, client_of(request), identity_rules, old_token=token_of(request)
            )
        except Invalid as error:
            return _sign_in_page(request, form, error, target)
        onward = target or HOME
        if signed_in.awaits_totp:
            onward = f"/totp?next={quote(target, safe='/')}" if target else "/totp"
        cookie = session_cookie(security_of(request), signed_in.token)
        return with_cookie(redirect(request, onward), cookie)

    @get("/totp", name="identity.totp", opt=policy(PUBLIC))
    async def ask_code(self, request: AnyRequest) -> Response[Any]:
        """Ask for the one-time code of a session whose password was right."""
        if await find_pending(token_of(request) or "") is None:
            return redirect(request, SIGN_IN_PATH)
        return form_page(request, "identity/totp.html", None, None, next_path=_next_of(request) or "")

    @post("/totp", name="identity.totp_submit", opt=policy(PUBLIC))
    async def check_code(
        self, request: AnyRequest, identity_rules: NamedDependency[IdentityRules]
    ) -> Response[Any]:
        """Check the one-time code and start the whole session."""
        token = token_of(request) or ""
        user_id = await find_pending(token)
        if user_id is None:
            return redirect(request, SIGN_IN_PATH)
        form = await FormReader.of(request)
        target = safe_next(form.values.get("next"))
        try:
            code = form.text("code", longest=40)
            form.check()
            new = await service.confirm_totp(token, user_id, code, client_of(request), identity_rules)
        except Invalid as error:
            return form_page(request, "identity/totp.html", form, error, next_path=target or "")
        return with_cookie(redirect(request, target or HOME), session_cookie(security_of(request), new))

    @post("/sign-out", name="identity.sign_out", opt=policy(SIGNED_IN))
    async def sign_out(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """End the session; only here, when somebody means to leave, the browser forgets cached pages."""
        await service.sign_out(viewer)
        response = with_cookie(redirect(request, SIGN_IN_PATH), ended_cookie(security_of(request)))
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


def _next_of(request: AnyRequest) -> str | None:
    return safe_next(request.query_params.get("next"))


def _sign_in_page(
    request: AnyRequest, form: FormReader | None, error: Invalid | None, target: str | None
) -> Template:
    logins = request.app.state.get("demo_logins", ())
    return form_page(
        request, "identity/sign_in.html", form, error, next_path=target or "", demo_logins=logins
    )
