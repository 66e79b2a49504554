"""The pages each role of the demo comes to, for looking at all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.books import shipped_books

if TYPE_CHECKING:
    from tests.journeys.portal_server import Portal

D0002_CARD = """
select c.id from scorecard c join evaluation_run r on r.id = c.run join account a on a.id = c.account_id
where a.code = 'D-0002' and r.month_on = '2026-10-01'
"""
LAST_LINE = """
select number, line_no, business_on from document_line where level = 2 order by document desc limit 1
"""
PUBLIC = ("/sign-in", "/join", "/reset", "/nowhere")

NETWORK = ("/dealers", "/outlets", "/terminals", "/contacts", "/products")
PAGES = {
    "manager": (
        "/",
        "/evaluations",
        "/evaluations/2026-10",
        "/evaluations/2026-10?panel={card}",
        "/evaluations/2026-10/{card}",
        "/evaluations/2026-10/{card}/documents/yoy_growth",
        "/evaluations/2026-10/run",
        "/evaluations/2026-10?subject=representative",
        *NETWORK,
        "/dealers/{dealer}",
        "/outlets/{outlet}",
        "/terminals/{terminal}",
        "/contacts/{contact}",
        "/dealers/new",
        "/terminals/new",
        "/sharing/dealers",
        "/search?q=대청",
        "/portfolio",
        "/portfolio?level=terminal",
        "/portfolio/accounts/{dealer}",
        "/portfolio/prospects",
        "/portfolio/prospects/{prospect}",
        "/plans",
        "/plans/1",
        "/plans/2",
        "/plans/2/lines",
        "/plans/2/lines?listed=1",
        "/plans/new",
        "/plans/propose",
        "/plans/papers",
        "/plans/5",
        "/seasons",
        "/seasons/3",
        "/seasons/3/edit",
        "/seasons/3/baseline",
        "/seasons/3/baseline/{dealer}",
        "/seasons/3/targets",
        "/seasons/3/targets/{dealer}",
        "/surveys",
        "/surveys/1",
        "/surveys/1/result",
        "/field/phones",
        "/field/late",
        "/promises",
        "/visits",
        "/visits/1",
        "/visits/new",
        "/target-list",
        "/target-list/map",
        "/meetings",
        "/meetings/1",
        "/voice",
        "/voice/1",
        "/voice/new",
        "/quiet",
        "/quiet/1",
        "/account",
    ),
    "dealer": (
        "/",
        "/my/evaluations",
        "/my/evaluations/2026-09",
        "/my/evaluations/2026-10",
        "/my/evaluations/2026-09/documents/yoy_growth",
        "/criteria",
        "/outlets",
        "/terminals",
        "/contacts",
        "/dealers/{dealer}",
        "/my/credit",
        "/my/targets",
        "/my/targets/3",
        "/sharing",
        "/staff",
        "/imports",
        "/imports/new",
        "/my/surveys",
        "/my/surveys/2",
        "/my/plans",
        "/my/plans/4",
        "/my/plans/5",
        "/my/plans/4/lines",
        "/my/plans/new",
        "/my/target-list",
        "/my/visits",
        "/my/promises",
        "/field/",
        "/my/problems",
        "/my/voice",
        "/my/voice/2",
        "/my/voice/new",
        "/account",
    ),
    "admin": (
        "/",
        "/evaluations",
        "/evaluations/2026-10/run",
        "/evaluations/2025-10/run",
        "/imports",
        "/imports/new",
        "/imports/1",
        "/imports/stubs",
        "/people",
        "/people/new",
        "/people/2",
        "/regions",
        "/audit",
        "/account/totp",
    ),
    "rep1": (
        "/",
        "/plans",
        "/plans/1",
        "/plans/route?on=2026-10-06",
        "/my/evaluations",
        "/my/evaluations/2026-10",
        "/dealers",
    ),
    "finance": (
        "/",
        "/rebates/programs/2",
        "/rebates/programs/4/acceptances",
        "/rebates/programs/4/simulation",
        "/rebates/programs/4/compare?with=2",
        "/rebates/settlements",
        "/rebates/settlements/8",
        "/rebates/payouts",
        "/rebates/payouts/6",
        "/rebates/ledger",
        "/rebates/ledger/movements",
        "/rebates/ledger/accounts/{dealer}",
        "/rebates/ledger/operations/2",
        "/rebates/watch",
        "/rebates/appeals",
        "/rebates/appeals/2",
        "/credit",
        "/credit/{dealer}",
        "/evaluations/2026-09/run",
        "/imports",
    ),
    "marketing": ("/", "/evaluations", "/dealers", "/surveys", "/surveys/new", "/surveys/2/preview"),
    "author": (
        "/",
        "/portfolio/limits",
        "/portfolio/limits?level=terminal",
        "/rebates/programs",
        "/rebates/programs/6",
        "/rebates/programs/6/edit",
        "/rebates/programs/6/edit/text",
        "/evaluations/2026-10/run",
        "/evaluations/rehearsal",
        "/evaluations/rehearsal?t.growth_1.0=16&pays=3&f.S=120",
        "/evaluations/rehearsal?subject=representative",
        "/rulebooks",
        "/rulebooks/versions/{criteria}",
    ),
    "auditor": ("/", "/audit", "/evaluations/2026-09"),
}


def pages(portal: Portal) -> dict[str, tuple[str, ...]]:
    """Return the paths of each login's main pages, in the order a person would open them."""
    ids = {"card": portal.row(D0002_CARD)["id"], "criteria": shipped_books()[0].sha256}
    for table, column in (
        ("dealer", "account"),
        ("outlet", "account"),
        ("terminal", "account"),
        ("contact", "id"),
    ):
        ids[table] = portal.row(f"select min({column}) as id from {table}")["id"]
    ids["prospect"] = portal.row("select min(account) as id from prospect_card")["id"]
    return {login: tuple(path.format(**ids) for path in paths) for login, paths in PAGES.items()}
