"""What the network's pages take from a request, and the answers they share."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Request
from litestar.response import Template

from portal.errors import Invalid
from portal.network import words
from portal.paging import Cursor, Page, cursor_from
from portal.web.forms import FormReader, problems_by_field
from portal.web.i18n import gettext, translate
from portal.web.responses import page

AnyRequest = Request[Any, Any, Any]


def query_of(request: AnyRequest) -> dict[str, str]:
    """Return the URL's parameters; of one given twice the last counts."""
    return {name: str(value) for name, value in request.query_params.items()}


def cursor_of(query: Mapping[str, str]) -> Cursor:
    """Return where the page of a list ordered by a text and an id starts."""
    return cursor_from(query.get("after"), query.get("before"), str, int)


def url(path: str, params: Mapping[str, str], **more: str | None) -> str:
    """Return a path with the parameters that have a value."""
    chosen = {**params, **{name: value for name, value in more.items() if value}}
    return f"{path}?{urlencode(chosen)}" if chosen else path


def page_urls(path: str, params: Mapping[str, str], found: Page[Any]) -> dict[str, Any]:
    """Return the addresses of the pages before and after, empty where there is none."""
    return {
        "previous_url": url(path, params, before=found.previous_before) if found.previous_before else "",
        "next_url": url(path, params, after=found.next_after) if found.next_after else "",
    }


def translated(table: Mapping[Any, str]) -> dict[str, str]:
    """Return a table of words in the current language, by the code's text."""
    return {str(code): gettext(word) for code, word in table.items()}


def word_tables() -> dict[str, Any]:
    """Return the words every page of the network uses, in the current language."""
    return {
        "kinds": translated(words.KINDS),
        "states": translated(words.STATES),
        "tones": {str(state): tone for state, tone in words.STATE_TONES.items()},
        "owners": translated(words.OWNERS),
        "channels": translated(words.CHANNELS),
    }


def form_page(
    request: AnyRequest, template: str, values: Mapping[str, Any], error: Invalid | None, **context: Any
) -> Template:
    """Show a form, or show it again (422) with what was entered and what is wrong with it."""
    found = problems_by_field(error.problems) if error else {}
    return page(
        request,
        template,
        status=422 if error else 200,
        values=values,
        problems={field: translate(message) for field, message in found.items()},
        **word_tables(),
        **context,
    )


def entered(form: FormReader | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form shows: the record's values under what was entered."""
    return {**values, **(form.values if form else {})}
