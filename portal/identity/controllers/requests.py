"""What the pages of identity take from a request, and the answers they share."""

from typing import Any

import segno
from litestar import Request, Response
from litestar.response import Template
from markupsafe import Markup

from portal.errors import Invalid
from portal.identity.model import Client
from portal.web.forms import FormReader, problems_by_field
from portal.web.responses import page, shown
from portal.web.sessions import SESSION_COOKIE, WebSecurity, read_cookie

AnyRequest = Request[Any, Any, Any]
_AGENT_MAX = 200


def client_of(request: AnyRequest) -> Client:
    """Return where a request comes from; the peer as the server saw it, never a header's claim."""
    agent = "".join(c for c in request.headers.get("user-agent", "")[:_AGENT_MAX] if c.isprintable())
    return Client(request.client.host if request.client else "", agent)


def security_of(request: AnyRequest) -> WebSecurity:
    """Return the settings of cookies and sessions."""
    security: WebSecurity = request.app.state.security
    return security


def token_of(request: AnyRequest) -> str | None:
    """Return the session token the browser sent, whatever it is worth."""
    return read_cookie(request.scope, security_of(request).cookie_name(SESSION_COOKIE))


def form_page(
    request: AnyRequest, template: str, form: FormReader | None, error: Invalid | None, **context: Any
) -> Template:
    """Show a form: empty, or again (422) with what was entered and what is wrong with it."""
    found = problems_by_field(error.problems) if error else {}
    return page(
        request,
        template,
        status=422 if error else 200,
        values=form.values if form else {},
        problems={field: shown(message) for field, message in found.items()},
        **context,
    )


def qr_code(text: str, title: str) -> Markup:
    """Return a QR code as inline SVG without style attributes, as the content security policy wants it."""
    svg = segno.make(text, error="m").svg_inline(
        scale=5, border=4, svgclass="qr", lineclass=None, title=title
    )
    return Markup(svg)  # noqa: S704  segno draws modules only; it escapes the title


def with_cookie(response: Response[Any], cookie: Any) -> Response[Any]:
    """Add a cookie to an answer."""
    response.cookies.append(cookie)
    return response
