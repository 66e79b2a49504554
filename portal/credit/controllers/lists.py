"""The list of dealers with balance, ageing and holds, and its file."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.credit import exports, words
from portal.credit.model import CreditRules, ratio_bp
from portal.credit.policies import EXPORT, MANAGE, READ
from portal.credit.queries import standings
from portal.credit.service.standings import ask_refresh
from portal.credit.views import tier_labels
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, page_urls, query_of, translated
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.paging import cursor_from
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import fragment, page, redirect

PATH = "/credit"


class CreditList(Controller):
    """Who owes what, since when."""

    path = PATH

    @get("/", name="credit.index", opt=policy(READ))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show one page of the list with its filters and sums."""
        return page(
            request,
            "credit/list.html",
            regions=await list_regions(),
            freshness=await standings.freshness(),
            may_refresh=viewer.allowed(MANAGE),
            shown_options=translated(words.SHOWN),
            sorts=translated(words.SORTS),
            **await _rows(request, viewer, settings),
        )

    @get("/rows", name="credit.rows", opt=policy(READ))
    async def rows(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        context = await _rows(request, viewer, settings)
        return pushed(fragment(request, "credit/_rows.html", **context), PATH, context["params"])

    @post("/export", name="credit.export", opt=policy(EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Send the list as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        rules, wanted = CreditRules.of(settings), standings.CreditFilter.of(form.values)
        note = f"{file_format.value} {exports.chosen(wanted.params, sorted(wanted.params))}".strip()
        await record_alone(
            viewer.signature(EXPORT), "credit.exported", Subject.of("list", "credit"), note=note
        )
        rows = standings.iter_standings(viewer, wanted, rules.warning_percent)
        title = gettext("Credit")
        return send_file(exports.list_columns(rules, tier_labels(today(viewer))), rows, file_format, title)

    @post("/refresh", name="credit.refresh", opt=policy(MANAGE), status_code=200)
    async def refresh(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Ask for the figures of the list to be computed again."""
        await ask_refresh(viewer)
        return redirect(request, PATH, toast="The figures are being computed. Reload in a moment.")


async def _rows(request: AnyRequest, viewer: Viewer, settings: Settings) -> dict[str, Any]:
    query = query_of(request)
    rules, wanted = CreditRules.of(settings), standings.CreditFilter.of(query)
    cursor = cursor_from(query.get("after"), query.get("before"), wanted.key_type, int)
    found = await standings.list_standings(viewer, wanted, cursor, rules.warning_percent)
    sums = await standings.sum_standings(viewer, wanted, rules.warning_percent)
    receivable = sums["not_due_minor"] + sums["overdue_minor"]
    return {
        "path": PATH,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "sums": sums,
        "receivable_minor": receivable,
        "overdue_bp": ratio_bp(sums["overdue_minor"], receivable),
        "bucket_labels": exports.bucket_labels(rules),
        "short_labels": exports.short_labels(rules),
        "tiers": tier_labels(today(viewer)),
        "contracts": translated(words.CONTRACTS),
        "contract_tones": {str(state): tone for state, tone in words.CONTRACT_TONES.items()},
        "holds": translated(words.HOLDS),
        **page_urls(PATH, wanted.params, found),
    }
