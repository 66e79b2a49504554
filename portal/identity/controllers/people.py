"""People and their roles under ``/people``, for administrators; auditors may read."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from portal.access import Role, Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Invalid
from portal.identity import forms, queries
from portal.identity.controllers.requests import AnyRequest, form_page, qr_code
from portal.identity.model import IdentityRules
from portal.identity.service import grants, people, resets
from portal.identity.service.grants import NewGrant
from portal.paging import cursor_from
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import choose
from portal.web.responses import page, redirect, shown

READ, EDIT, GRANT = "identity.people", "identity.people_edit", "identity.grants"


class PeopleController(Controller):
    """Everybody who may sign in."""

    path = "/people"

    @get("/", name="identity.people", opt=policy(READ))
    async def index(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        q: FromQuery[str] = "",
        after: FromQuery[str] = "",
        before: FromQuery[str] = "",
    ) -> Response[Any]:
        """Show one page of people, and the grants that wait for a second person."""
        found = await queries.list_people(viewer, q[:80], cursor_from(after, before, str, int))
        waiting = await queries.list_requested_grants(viewer)
        return page(request, "identity/people.html", people=found, search=q[:80], waiting=waiting)

    @get("/new", name="identity.person_new", opt=policy(EDIT))
    async def ask(self, request: AnyRequest) -> Response[Any]:
        """Ask for a new person."""
        return form_page(request, "identity/person_new.html", None, None, **await _choices())

    @post("/", name="identity.person_add", opt=policy(EDIT))
    async def add(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        identity_rules: NamedDependency[IdentityRules],
    ) -> Response[Any]:
        """Add a person and show the link that sets the first password."""
        form = await FormReader.of(request)
        try:
            person, grant = forms.read_new_person(form, identity_rules.locale), await _read_grant(form)
            user_id, token = await people.add_person(viewer, person, grant, identity_rules)
        except Invalid as error:
            return form_page(request, "identity/person_new.html", form, error, **await _choices())
        return _link_page(request, person.name, user_id, resets.link(identity_rules, token))

    @get("/{user_id:int}", name="identity.person", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], user_id: FromPath[int]
    ) -> Response[Any]:
        """Show a person with roles and history."""
        return await _person(request, viewer, user_id)

    @post("/{user_id:int}/grants", name="identity.grant_request", opt=policy(GRANT))
    async def request_grant(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], user_id: FromPath[int]
    ) -> Response[Any]:
        """Ask for a role; another administrator has to approve it."""
        form = await FormReader.of(request)
        try:
            grant = await _read_grant(form)
            if grant is None:
                raise Invalid.of("role", "Please choose one of the options.")
            await grants.request_grant(viewer, user_id, grant)
        except Invalid as error:
            return await _person(request, viewer, user_id, form, error)
        return redirect(
            request, f"/people/{user_id}", toast="Asked for. Another administrator has to approve it."
        )

    @post("/{user_id:int}/reset", name="identity.person_reset", opt=policy(EDIT))
    async def start_reset(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        user_id: FromPath[int],
        identity_rules: NamedDependency[IdentityRules],
    ) -> Response[Any]:
        """Show a link with which the person sets a new password."""
        token = await resets.start_reset(viewer, user_id, identity_rules)
        person = await queries.get_person(viewer, user_id)
        return _link_page(request, person.name, user_id, resets.link(identity_rules, token))

    @post("/{user_id:int}/active", name="identity.person_active", opt=policy(EDIT))
    async def set_active(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], user_id: FromPath[int]
    ) -> Response[Any]:
        """Switch a person off or on again."""
        form = await FormReader.of(request)
        active = form.choice("active", ("yes", "no")) == "yes"
        form.check()
        await people.set_active(viewer, user_id, active=active)
        toast = "This person may sign in again." if active else "This person is switched off."
        return redirect(request, f"/people/{user_id}", toast=toast)

    @post("/grants/{grant_id:int}/approve", name="identity.grant_approve", opt=policy(GRANT))
    async def approve(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], grant_id: FromPath[int]
    ) -> Response[Any]:
        """Put a requested role into force."""
        await grants.approve_grant(viewer, grant_id)
        return redirect(request, "/people", toast="Approved.")

    @post("/grants/{grant_id:int}/revoke", name="identity.grant_revoke", opt=policy(GRANT))
    async def revoke(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], grant_id: FromPath[int]
    ) -> Response[Any]:
        """Take a role away, or refuse a request."""
        await grants.revoke_grant(viewer, grant_id)
        return redirect(request, "/people", toast="Revoked.")


async def _person(
    request: AnyRequest,
    viewer: Viewer,
    user_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Response[Any]:
    return form_page(
        request,
        "identity/person.html",
        form,
        error,
        person=await queries.get_person(viewer, user_id),
        grants=await queries.list_grants(viewer, user_id),
        history=await list_history(Subject.of("user", user_id)),
        **await _choices(),
    )


async def _choices() -> dict[str, Any]:
    """Return what a grant's fields offer: roles, and regions by name."""
    regions = [(number, choose(ko, en)) for number, ko, en in await queries.list_region_choices()]
    return {"roles": list(Role), "regions": regions}


async def _read_grant(form: FormReader) -> NewGrant | None:
    """Read a role with its region or, by its code, its dealer.

    Raises:
        Invalid: With every problem found.
    """
    code = form.text("dealer_code", longest=60, shortest=0)
    dealer = await queries.find_dealer_id(code) if code else None
    if code and dealer is None:
        form.refuse("dealer_code", "There is no such dealer.")
    return forms.read_grant(form, dealer)


def _link_page(request: AnyRequest, name: str, user_id: int, link: str) -> Response[Any]:
    code = qr_code(link, shown("QR code of the link"))
    return page(request, "identity/link.html", name=name, user_id=user_id, link=link, qr=code)
