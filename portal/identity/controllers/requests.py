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
_ADDRESS_MAX = 64


def client_of(request: AnyRequest) -> Client:
    """Return where a request comes from.

    It is the peer the server saw. Only when that peer is a proxy the operator named
    (``app.state.trusted_proxies``) does ``X-Forwarded-For`` count, and of it the last address that is not
    such a proxy: what the proxy itself wrote, not what the browser claimed.
    """
    agent = "".join(c for c in request.headers.get("user-agent", "")[:_AGENT_MAX] if c.isprintable())
    address = request.client.host if request.client else ""
    proxies = frozenset(request.app.state.get("trusted_proxies", ()))
    if address in proxies:
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",")]
        address = next((hop for hop in reversed(hops) if hop and hop not in proxies), address)
    return Client(address[:_ADDRESS_MAX], agent)


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
