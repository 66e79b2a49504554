"""What the pages of evaluations take from a request."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from portal.evaluations.model import SubjectKind
from portal.evaluations.queries.runs import RunView, require_run
from rules.months import Month

AnyRequest = Request[Any, Any, Any]


def month_from_path(month_text: FromPath[str]) -> Month:
    """Read the month in the path; an impossible month is an unknown page."""
    try:
        return Month.parse(month_text)
    except ValueError as error:
        raise NotFoundException(str(error)) from error


def kind_from_query(subject: FromQuery[str] = "dealer") -> SubjectKind:
    """Read whose evaluation is meant; an unknown word is an unknown page."""
    try:
        return SubjectKind(subject)
    except ValueError as error:
        raise NotFoundException(str(error)) from error


async def run_of(month: NamedDependency[Month], kind: NamedDependency[SubjectKind]) -> RunView:
    """Find the run that stands for the month of the path."""
    return await require_run(month, kind)


def query_of(request: AnyRequest) -> list[tuple[str, str]]:
    """Return the URL's parameters in order, repeated ones included."""
    return [(name, str(value)) for name, value in request.query_params.multi_items()]


def url(path: str, params: tuple[tuple[str, str], ...], **more: str | None) -> str:
    """Return a path with the parameters that have a value."""
    chosen = [*params, *((name, value) for name, value in more.items() if value)]
    return f"{path}?{urlencode(chosen)}" if chosen else path


async def chosen_cards(request: AnyRequest, limit: int) -> list[int]:
    """Return the ids of the checked rows of a form, at most ``limit``; anything but numbers is ignored."""
    form = await request.form()
    values = [value for value in form.getall("cards", []) if isinstance(value, str) and value.isdigit()]
    return [int(value) for value in values[:limit] if len(value) <= 18]  # noqa: PLR2004  digits of 64 bits


BY_KIND = {"kind": Provide(kind_from_query, sync_to_thread=False)}
BY_MONTH = {"month": Provide(month_from_path, sync_to_thread=False)}
BY_RUN = {**BY_MONTH, **BY_KIND, "run": Provide(run_of)}
