"""One's own account under ``/account``: profile, password, one-time codes, sessions, deputies."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from portal.access import PUBLIC, SIGNED_IN, Viewer
from portal.db import unit_of_work
from portal.errors import Invalid, NotFound
from portal.identity import forms, queries
from portal.identity.controllers.requests import AnyRequest, form_page, qr_code, security_of
from portal.identity.model import IdentityRules
from portal.identity.service import deputies, one_time, people, sessions
from portal.web.forms import FormReader
from portal.web.guards import policy, safe_next
from portal.web.preferences import LOCALE_COOKIE, THEME_COOKIE
from portal.web.responses import page, redirect, shown

HERE = "/account"
YEAR_S = 365 * 86_400


class AccountController(Controller):
    """What everybody may see and change about himself."""

    path = HERE

    @get("/", name="identity.account", opt=policy(SIGNED_IN))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        identity_rules: NamedDependency[IdentityRules],
    ) -> Response[Any]:
        """Show the account."""
        return await _account(request, viewer, identity_rules)

    @post("/profile", name="identity.profile", opt=policy(SIGNED_IN))
    async def change_profile(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        identity_rules: NamedDependency[IdentityRules],
    ) -> Response[Any]:
        """Change name, address, language and colours."""
        form = await FormReader.of(request)
        try:
            password = form.values.pop("password", "")
            await people.change_profile(viewer, forms.read_profile(form), password, identity_rules)
        except Invalid as error:
            return await _account(request, viewer, identity_rules, form, error)
        return redirect(request, HERE, toast="Saved.")

    @post("/password", name="identity.password", opt=policy(SIGNED_IN))
    async def change_password(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        identity_rules: NamedDependency[IdentityRules],
    ) -> Response[Any]:
        """Set a new password; other browsers are signed out."""
        form = await FormReader.of(request)
        try:
            current, new = form.secret("password"), forms.read_new_password(form)
            await people.change_password(viewer, current, new, identity_rules)
        except Invalid as error:
            return await _account(request, viewer, identity_rules, form, error)
        return redirect(request, HERE, toast="Your password is changed. Other devices were signed out.")

    @get("/totp", name="identity.totp_setup", opt=policy(SIGNED_IN))
    async def set_up_totp(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        identity_rules: NamedDependency[IdentityRules],
    ) -> Response[Any]:
        """Show a fresh seed as a QR code."""
        seed = one_time.new_secret()
        return _totp_page(request, one_time.key_uri(seed, viewer.login, identity_rules.issuer), seed)

    @post("/totp", name="identity.totp_on", opt=policy(SIGNED_IN))
    async def turn_totp_on(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        identity_rules: NamedDependency[IdentityRules],
    ) -> Response[Any]:
        """Check the first code and show the recovery codes, this once."""
        form = await FormReader.of(request)
        seed = form.values.get("seed", "")
        try:
            password, code = form.secret("password"), form.text("code", longest=12)
            form.check()
            codes = await one_time.turn_on(viewer, seed, code, password, identity_rules)
        except Invalid as error:
            known = one_time.is_seed(seed)
            uri = one_time.key_uri(seed, viewer.login, identity_rules.issuer) if known else ""
            return _totp_page(request, uri, seed, form, error)
        return page(request, "identity/recovery_codes.html", codes=codes)

    @post("/totp/off", name="identity.totp_off", opt=policy(SIGNED_IN))
    async def turn_totp_off(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        identity_rules: NamedDependency[IdentityRules],
    ) -> Response[Any]:
        """Stop asking for codes."""
        form = await FormReader.of(request)
        try:
            password = form.secret("password")
            form.check()
            await one_time.turn_off(viewer, password, identity_rules)
        except Invalid as error:
            return await _account(request, viewer, identity_rules, form, error)
        return redirect(request, HERE, toast="One-time codes are switched off.")

    @post("/sessions/{session_id:int}/end", name="identity.session_end", opt=policy(SIGNED_IN))
    async def end_session(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], session_id: FromPath[int]
    ) -> Response[Any]:
        """Sign one of one's own browsers out."""
        if not await sessions.end_one(viewer, session_id):
            raise NotFound
        return redirect(request, HERE, toast="That device is signed out.")

    @post("/sessions/end-others", name="identity.sessions_end", opt=policy(SIGNED_IN))
    async def end_others(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Sign every other browser out."""
        async with unit_of_work():
            await sessions.end_all(viewer.user_id, but=viewer.session_hash)
        return redirect(request, HERE, toast="All other devices are signed out.")

    @post("/deputies", name="identity.deputy_add", opt=policy("identity.deputies"))
    async def name_deputy(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        identity_rules: NamedDependency[IdentityRules],
    ) -> Response[Any]:
        """Name a deputy for some days."""
        form = await FormReader.of(request)
        try:
            await deputies.name_deputy(viewer, forms.read_deputy(form), identity_rules)
        except Invalid as error:
            return await _account(request, viewer, identity_rules, form, error)
        return redirect(request, HERE, toast="Your deputy is named.")

    @post("/deputies/{row_id:int}/end", name="identity.deputy_end", opt=policy("identity.deputies"))
    async def end_deputy(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], row_id: FromPath[int]
    ) -> Response[Any]:
        """Take a deputy back before the last day."""
        await deputies.revoke_deputy(viewer, row_id)
        return redirect(request, HERE, toast="The deputy's days are over.")


class PreferencesController(Controller):
    """Language and colours, from the switches of every page, signed in or not."""

    path = "/preferences"

    @post("/", name="identity.preferences", opt=policy(PUBLIC))
    async def change(self, request: AnyRequest) -> Response[Any]:
        """Remember language and colours, in the account and in the browser, and go back to the page."""
        form = await FormReader.of(request)
        locale, theme = forms.read_preferences(form)
        viewer: Viewer | None = request.scope.get("user")
        if viewer is not None:
            await people.change_preferences(viewer, locale=locale, theme=theme)
        response = redirect(request, safe_next(form.values.get("next")) or "/")
        for name, value in ((LOCALE_COOKIE, locale), (THEME_COOKIE, theme)):
            if value is not None:
                response.set_cookie(
                    name, value, path="/", max_age=YEAR_S, samesite="lax", secure=security_of(request).https
                )
        return response


async def _account(
    request: AnyRequest,
    viewer: Viewer,
    rules: IdentityRules,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Response[Any]:
    return form_page(
        request,
        "identity/account.html",
        form,
        error,
        account=await queries.get_own_account(viewer),
        sessions=await queries.list_sessions(viewer),
        deputies=await queries.list_deputies(viewer, rules.today()),
        today=rules.today(),
    )


def _totp_page(
    request: AnyRequest, uri: str, seed: str, form: FormReader | None = None, error: Invalid | None = None
) -> Response[Any]:
    title = shown("QR code for the authenticator app")
    return form_page(
        request,
        "identity/totp_setup.html",
        form,
        error,
        seed=seed,
        qr=qr_code(uri, title) if uri else "",
    )
