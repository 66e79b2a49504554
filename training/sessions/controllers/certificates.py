"""Certificates: given, revoked, printed; and the public page that tells whether one is genuine."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from portal.access import PUBLIC, Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid, NotFound
from portal.network.controllers.requests import AnyRequest
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import choose, current_locale, translate
from portal.web.responses import download, page, redirect
from training.courses.policies import EXPORT, PLAN
from training.sessions import printing
from training.sessions.controllers.context import SESSIONS
from training.sessions.model import REASON_MAX
from training.sessions.queries.own import find_certificate, list_printable
from training.sessions.queries.sessions import get_session
from training.sessions.service.certifying import code_of, issue_certificates, revoke_certificate


class CertificatePages(Controller):
    """Certificates of one session."""

    path = f"{SESSIONS}/{{session_id:int}}/certificates"

    @post("/", name="training.certify", opt=policy(PLAN), status_code=200)
    async def issue(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], session_id: FromPath[int]
    ) -> Response[Any]:
        """Give certificates to all who came and passed."""
        given = await issue_certificates(viewer, session_id)
        toast = translate("%(count)s certificates given.", count=given)
        return redirect(request, f"{SESSIONS}/{session_id}/results#people", toast=toast)

    @post("/{row:int}/revoke", name="training.revoke", opt=policy(PLAN), status_code=200)
    async def revoke(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        session_id: FromPath[int],
        row: FromPath[int],
    ) -> Response[Any]:
        """Revoke one."""
        form = await FormReader.of(request)
        try:
            reason = form.text("reason", longest=REASON_MAX, shortest=0)
            form.check()
            await revoke_certificate(viewer, session_id, row, reason)
        except Invalid as error:
            return redirect(
                request, f"{SESSIONS}/{session_id}/results#people", toast=error.problems[0].message
            )
        return redirect(request, f"{SESSIONS}/{session_id}/results#people", toast="It is revoked.")

    @get("/print", name="training.print_certificates", opt=policy(EXPORT))
    async def paper(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send all certificates in force as one PDF."""
        session = await get_session(viewer, session_id, EXPORT)
        found = await list_printable(session_id)
        pdf = await printing.print_certificates(found, settings, lang or current_locale())
        by = session.signature(viewer, EXPORT)
        subject = Subject.of("training_session", session_id)
        await record_alone(by, "training.printed", subject, note=str(len(found)))
        return download(printing.certificate_name(session.title), pdf, "application/pdf")


class CertificateCheck(Controller):
    """Whether a certificate is genuine; the whole code is asked for, and nothing is told without it."""

    path = "/certificates"

    @get("/", name="training.check", opt=policy(PUBLIC))
    async def ask(self, request: AnyRequest, code: FromQuery[str] = "") -> Response[Any] | Template:
        """Show the field for a code, or go to the certificate of the code typed."""
        if code:
            return redirect(request, f"/certificates/{code_of(code) or '-'}")
        return page(request, "training/certificate_check.html", certificate=None, choose=choose)

    @get("/{code:str}", name="training.certificate", opt=policy(PUBLIC))
    async def show(self, request: AnyRequest, code: FromPath[str]) -> Template:
        """Show course, days, name as printed and whether it stands."""
        certificate = await find_certificate(code_of(code))
        if certificate is None:
            raise NotFound
        return page(request, "training/certificate_check.html", certificate=certificate, choose=choose)
