"""Pages of imports: the list, uploading, preview, confirmation, undo, maps, files to download."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.paging import cursor_from
from portal.sales.imports import errors, forms, uploads, words
from portal.sales.imports.controllers_codes import OwnCodes
from portal.sales.imports.maps import last_map_key, list_maps, made_map
from portal.sales.imports.model import BatchState, ImportKind
from portal.sales.imports.pipeline import folder_of
from portal.sales.imports.preview import Tab, preview_rows
from portal.sales.imports.queries import Shown, find_shown, list_batches, list_stubs
from portal.sales.policies import IMPORT, STUBS
from portal.sales.reading import Message, TableSpec
from portal.sales.reading.known import table_spec
from portal.sales.reading.spec import DAY_KINDS
from portal.settings import Settings
from portal.web.forms import FormReader, problems_by_field
from portal.web.guards import policy
from portal.web.i18n import current_locale, gettext, translate
from portal.web.responses import download, fragment, page, redirect
from portal.web.spreadsheet import Column, Format, csv_stream

AnyRequest = Request[Any, Any, Any]
Batches = AsyncIterator[list[dict[str, Any]]]
PROBLEMS_SHOWN = 200
_PIECE = 1024 * 1024


class Imports(Controller):
    """Bringing files in."""

    path = "/imports"

    @get("/", opt=policy(IMPORT))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the imports, newest first."""
        query = request.query_params
        cursor = cursor_from(query.get("after"), query.get("before"), int)
        kind, state = query.get("kind", ""), query.get("state", "")
        found = await list_batches(viewer, kind, state, cursor)
        return page(request, "sales/imports.html", found=found, kind=kind, state=state, **_words())

    @get("/new", opt=policy(IMPORT))
    async def new(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the upload form."""
        values = {"kind": request.query_params.get("kind", "")}
        if (dealer_id := uploads.dealer_of(viewer)) is not None:
            values["map"] = await last_map_key(dealer_id, ImportKind.ORDERS)
        return await _upload_form(request, viewer, values, None)

    @post("/", opt=policy(IMPORT))
    async def create(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any] | Template:
        """Receive a file and read it in a job."""
        form = await FormReader.of(request)
        try:
            command = forms.read_upload(form)
            batch_id = await uploads.start(viewer, command, _pieces(form.files["file"]), settings)
        except Invalid as error:
            return await _upload_form(request, viewer, form.values, error)
        return redirect(request, f"/imports/{batch_id}")

    @get("/stubs", opt=policy(STUBS))
    async def stubs(self, request: AnyRequest) -> Template:
        """List codes that files named and no master has."""
        query = request.query_params
        found = await list_stubs(cursor_from(query.get("after"), query.get("before"), str, str))
        return page(request, "sales/stubs.html", found=found)

    @get("/templates/{kind:str}", opt=policy(IMPORT))
    async def template(
        self, kind: FromPath[ImportKind], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Send an empty file with the columns of a kind, in the reader's language."""
        spec = _spec(kind, settings)
        columns = [Column(column.name, _header(column.aliases, column.name)) for column in spec.columns]
        return download(f"{kind.value}.csv", csv_stream(columns, _nothing()), Format.CSV.media_type)

    @get("/{batch_id:int}", opt=policy(IMPORT))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        batch_id: FromPath[int],
    ) -> Template:
        """Show a batch: what it would do or did, row by row while it waits for confirmation."""
        shown = await find_shown(viewer, batch_id)
        return page(request, "sales/import.html", problems={}, **await _batch_page(request, shown, settings))

    @get("/{batch_id:int}/progress", opt=policy(IMPORT))
    async def progress(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], batch_id: FromPath[int]
    ) -> Template | Response[Any]:
        """Return how far the batch's job is; when it is done, the page itself."""
        shown = await find_shown(viewer, batch_id)
        if not uploads.is_working(shown):
            return redirect(request, f"/imports/{batch_id}")
        return fragment(request, "sales/_progress.html", shown=shown, **_words())

    @post("/{batch_id:int}/confirm", opt=policy(IMPORT))
    async def confirm(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], batch_id: FromPath[int]
    ) -> Response[Any]:
        """Apply a staged batch in a job."""
        await uploads.confirm(viewer, batch_id)
        return redirect(request, f"/imports/{batch_id}")

    @post("/{batch_id:int}/discard", opt=policy(IMPORT))
    async def discard(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        batch_id: FromPath[int],
    ) -> Response[Any]:
        """Give a batch up."""
        await uploads.discard(viewer, batch_id, settings)
        return redirect(request, "/imports", toast=gettext("The import was discarded."))

    @post("/{batch_id:int}/undo", opt=policy(IMPORT))
    async def undo(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        batch_id: FromPath[int],
    ) -> Response[Any] | Template:
        """Take an applied batch back in a job, once its number was typed."""
        form = await FormReader.of(request)
        try:
            await uploads.undo(viewer, batch_id, form.text("typed", longest=20, shortest=0))
        except Invalid as error:
            context = await _batch_page(request, await find_shown(viewer, batch_id), settings)
            return page(request, "sales/import.html", status=422, problems=_problems(error), **context)
        return redirect(request, f"/imports/{batch_id}")

    @get("/{batch_id:int}/errors", opt=policy(IMPORT))
    async def error_file(
        self, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings], batch_id: FromPath[int]
    ) -> Response[Any]:
        """Send the rows that did not come in, in the file's own columns with the reason beside them."""
        batch = (await find_shown(viewer, batch_id)).batch
        headers = [str(header) for header in batch.report.reader.get("headers", []) if header]
        columns = [Column("row", gettext("Row")), *(Column(header, header) for header in headers)]
        columns.append(Column(errors.COLUMN, gettext("What is wrong")))
        said = {
            "stored": gettext("stored:"),
            "repeats": gettext("repeats row %(row)s with other content"),
            "unknown": gettext("a code that nobody explained: buyer or product"),
        }
        rows = errors.error_rows(batch, folder_of(settings, batch_id), say, said)
        return download(f"errors-{batch_id}.csv", csv_stream(columns, rows), Format.CSV.media_type)

    @get("/{batch_id:int}/map", opt=policy(IMPORT))
    async def edit_map(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        batch_id: FromPath[int],
    ) -> Template:
        """Show which header stands for which column, with the guess chosen."""
        shown = await find_shown(viewer, batch_id)
        return _map_page(request, shown, settings, {}, None)

    @post("/{batch_id:int}/map", opt=policy(IMPORT))
    async def use_map(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        batch_id: FromPath[int],
    ) -> Response[Any] | Template:
        """Read the file again with the chosen headers."""
        shown = await find_shown(viewer, batch_id)
        form = await FormReader.of(request)
        headers = shown.batch.report.reader.get("headers", [])
        try:
            chosen, dates, name = forms.read_map(form, _spec(shown.batch.kind, settings), headers)
        except Invalid as error:
            return _map_page(request, shown, settings, form.values, error)
        text = made_map(shown.batch.kind, chosen, dates)
        await uploads.read_again(viewer, batch_id, text, name, settings)
        return redirect(request, f"/imports/{batch_id}")


async def _upload_form(
    request: AnyRequest, viewer: Viewer, values: dict[str, str], error: Invalid | None
) -> Template:
    dealer = uploads.dealer_of(viewer)
    return page(
        request,
        "sales/upload.html",
        status=422 if error else 200,
        values=values,
        problems=_problems(error) if error else {},
        maps=await list_maps(dealer),
        sources=await uploads.source_codes(),
        own_sales=dealer is not None,
        levels={key: gettext(text) for key, text in words.LEVELS.items()},
        **_words(),
    )


async def _batch_page(request: AnyRequest, shown: Shown, settings: Settings) -> dict[str, Any]:
    batch = shown.batch
    counts = batch.report.counts
    numbers = {Tab.NEW: counts.new, Tab.CHANGED: counts.changed, Tab.SAME: counts.same,
               Tab.CONFLICT: counts.conflict, Tab.UNKNOWN: counts.unknown,
               Tab.ERRORS: counts.rejected}  # fmt: skip
    if batch.dealer_id is None:
        del numbers[Tab.UNKNOWN]
    wanted = request.query_params.get("tab", "")
    tab = Tab(wanted) if wanted in numbers else _first_tab(numbers)
    folder = folder_of(settings, batch.id)
    listed = batch.state is BatchState.STAGED and tab is not Tab.ERRORS
    after = request.query_params.get("after", "")
    rows = await preview_rows(batch, tab, int(after) if after.isdecimal() else 0) if listed else None
    found = errors.list_problems(folder, PROBLEMS_SHOWN) if tab is Tab.ERRORS else []
    return {
        "shown": shown, "batch": batch, "tab": tab.value, "preview": rows,
        "working": uploads.is_working(shown),
        "tab_rows": [_tab(batch.id, key, count, tab) for key, count in numbers.items()],
        "errors_found": [entry | {"message": _said_of(entry)} for entry in found],
        "has_error_file": errors.has_errors(folder), "may_map": (folder / "upload").is_file(),
        "warnings": [_said(entry) for entry in _warnings(shown)], "refusal": _said(shown.error),
        "columns": {name: gettext(text) for name, text in words.COLUMNS.items()}, "money": words.MONEY,
        **_words(),
    }  # fmt: skip


def _said_of(entry: dict[str, Any]) -> str:
    return say(Message(entry["code"], entry["params"]))


def _first_tab(numbers: dict[Tab, int]) -> Tab:
    worst = (Tab.UNKNOWN, Tab.CONFLICT, Tab.CHANGED, Tab.ERRORS, Tab.NEW, Tab.SAME)
    return next((tab for tab in worst if numbers.get(tab)), Tab.NEW)


def _tab(batch_id: int, key: Tab, count: int, current: Tab) -> dict[str, Any]:
    href = f"/imports/{batch_id}?tab={key.value}"
    return {"href": href, "label": gettext(words.TABS[key]), "count": count, "current": key is current}


def _map_page(
    request: AnyRequest, shown: Shown, settings: Settings, values: dict[str, str], error: Invalid | None
) -> Template:
    reader = shown.batch.report.reader
    guessed: dict[str, str] = reader.get("sources", {})
    spec = _spec(shown.batch.kind, settings)
    return page(
        request,
        "sales/map.html",
        status=422 if error else 200,
        shown=shown,
        batch=shown.batch,
        headers=[header for header in reader.get("headers", []) if header],
        sample=reader.get("sample", []),
        all_headers=reader.get("headers", []),
        spec_columns=[(column.name, column.required, column.kind in DAY_KINDS) for column in spec.columns],
        chosen={name: values.get(f"c-{name}", header) for name, header in guessed.items()} | _entered(values),
        values=values,
        orders=words.DATE_ORDERS,
        problems=_problems(error) if error else {},
        columns={name: gettext(text) for name, text in words.COLUMNS.items()},
        **_words(),
    )


def _entered(values: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix("c-"): value for name, value in values.items() if name.startswith("c-")}


def _spec(kind: ImportKind, settings: Settings) -> TableSpec:
    return table_spec(
        kind, scale=settings.currency_decimals, currency=settings.currency, zone=settings.business_zone
    )


def _header(aliases: tuple[str, ...], name: str) -> str:
    """Return the first spelling of a column in the reader's language."""
    english = current_locale() == "en"
    return next((alias for alias in aliases if alias.isascii() == english), name)


def say(message: Message) -> str:
    """Return a reader's sentence in the current language."""
    return gettext(message.msgid) % message.params if message.params else gettext(message.msgid)


def _warnings(shown: Shown) -> list[dict[str, Any]]:
    reader = shown.batch.report.reader.get("warnings", [])
    return [
        *shown.batch.report.warnings,
        *({"text": entry["message"], "params": entry["params"]} for entry in reader),
    ]


def _warning(entry: dict[str, Any]) -> str:
    return _said(entry)


def _said(entry: dict[str, Any]) -> str:
    text, params = entry.get("text", ""), entry.get("params") or {}
    return (gettext(text) % params if params else gettext(text)) if text else ""


def _problems(error: Invalid) -> dict[str, str]:
    return {field: translate(message) for field, message in problems_by_field(error.problems).items()}


def _words() -> dict[str, Any]:
    return {
        "kinds": {kind.value: gettext(text) for kind, text in words.KINDS.items()},
        "modes": {mode.value: gettext(text) for mode, text in words.MODES.items()},
        "states": {state.value: gettext(text) for state, text in words.STATES.items()},
        "tones": {state.value: tone for state, tone in words.TONES.items()},
    }


async def _pieces(upload: UploadFile) -> AsyncIterator[bytes]:
    while piece := await upload.read(_PIECE):
        yield piece


async def _nothing() -> Batches:
    none: list[list[dict[str, Any]]] = []
    for rows in none:
        yield rows


HANDLERS = [Imports, OwnCodes]
