"""The composition root: the only module that knows every slice, and joins them."""

import datetime as dt
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Router, get
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig
from litestar.types import ASGIApp, Scope

from campaigns.surveys.controllers import HANDLERS as SURVEYS
from campaigns.surveys.season_step import season_demand, survey_standing
from campaigns.surveys.tasks import list_tasks as survey_tasks
from campaigns.trips.controllers import HANDLERS as TRIPS
from campaigns.trips.offered import TripOccasions, TripSources, TripSupport
from campaigns.trips.season_step import trip_standing
from campaigns.trips.tasks import list_tasks as trip_tasks
from portal import db
from portal.access import PUBLIC, SIGNED_IN, Viewer
from portal.audit.controllers import HANDLERS as AUDIT
from portal.credit.controllers import HANDLERS as CREDIT
from portal.credit.service.standings import refresh_today
from portal.credit.tasks import list_tasks as credit_tasks
from portal.dashboard.agenda import open_promises, waiting_voices
from portal.dashboard.controllers import HANDLERS as DASHBOARD
from portal.dashboard.queries import join as join_tasks
from portal.dashboard.reminders import REMIND, Reminders
from portal.dashboard.season import SeasonPage
from portal.db import schema
from portal.evaluations.controllers import HANDLERS as EVALUATIONS
from portal.evaluations.incentives import join as join_incentives
from portal.evaluations.sources import join as join_facts
from portal.evaluations.sources import offered_kpis
from portal.evaluations.tasks import list_tasks as evaluation_tasks
from portal.field.controllers import HANDLERS as FIELD
from portal.field.handlers import join_handler
from portal.field.kinds import handlers as field_handlers
from portal.field.queries.shares import PhoneShares
from portal.field.service.sync import forget_keys
from portal.field.tasks import list_tasks as field_tasks
from portal.identity.controllers import HANDLERS as IDENTITY
from portal.identity.model import IdentityRules
from portal.identity.service.sessions import Sessions, remove_expired
from portal.identity.tasks import list_tasks as identity_tasks
from portal.jobs.queries import count_by_state
from portal.jobs.service import register as register_job
from portal.jobs.service import registered_kinds
from portal.mail.service import QueuePostman
from portal.menu import MENU
from portal.network.controllers import HANDLERS as NETWORK
from portal.network.figures import register_figures
from portal.network.finders import register_finders
from portal.network.service.duplicates import search_nightly
from portal.occasions.controllers import HANDLERS as OCCASIONS
from portal.occasions.door import DoorHandler
from portal.occasions.sources import join_kind
from portal.occasions.tasks import list_tasks as occasion_tasks
from portal.occasions.work import daily as occasions_daily
from portal.plans.agenda import join_agenda
from portal.plans.controllers import HANDLERS as PLANS
from portal.plans.facts import FieldFacts
from portal.plans.season_step import join_step as join_plan_step
from portal.plans.service.targets import move_by_orders
from portal.plans.sources import join_classes, join_shares
from portal.plans.tasks import list_tasks as plan_tasks
from portal.plans.tasks_meetings import list_tasks as meeting_tasks
from portal.portfolio.controllers import HANDLERS as PORTFOLIO
from portal.portfolio.offered import PortfolioClasses
from portal.portfolio.service.classify import classify_today
from portal.rebates.controllers import HANDLERS as REBATES
from portal.rebates.controllers.own import HANDLERS as OWN_REBATES
from portal.rebates.service.accruals import accrue_today
from portal.rebates.support import join as join_support
from portal.rebates.tasks import list_tasks as rebate_tasks
from portal.rebates.what_if import ApprovedPrograms
from portal.rulebooks.controllers import HANDLERS as RULEBOOKS
from portal.rulebooks.tasks import list_tasks as rulebook_tasks
from portal.sales.account_figures import AccountMonthFigures
from portal.sales.imports.controllers import HANDLERS as IMPORTS
from portal.sales.tasks import list_tasks as sales_tasks
from portal.search.controllers import HANDLERS as SEARCH
from portal.seasons.controllers import HANDLERS as SEASONS
from portal.seasons.demand import join_demand
from portal.seasons.rules import join_rules as join_season_rules
from portal.seasons.steps import register as register_step
from portal.seasons.target_step import join_step as join_target_step
from portal.seasons.tasks import list_tasks as season_tasks
from portal.settings import Settings
from portal.voice.agenda_opinions import waiting_opinions
from portal.voice.controllers import HANDLERS as VOICE
from portal.voice.controllers.promises import HANDLERS as PROMISES
from portal.voice.opinion_sources import SourceKind, join_source
from portal.voice.service.reverse import cut_links
from portal.voice.tasks import list_tasks as voice_tasks
from portal.voice.visit_source import VisitSource
from portal.web import formats
from portal.web.assets import BUILD
from portal.web.errors import exception_handlers
from portal.web.guards import enforce_policy, policy
from portal.web.headers import HeadersLayer
from portal.web.health import health_router
from portal.web.i18n import gettext
from portal.web.logging import RequestLogLayer
from portal.web.navigation import menu
from portal.web.preferences import PreferencesLayer
from portal.web.responses import page
from portal.web.sessions import SessionLayer, WebSecurity
from portal.web.styleguide import sample_context
from portal.web.templates import make_environment
from training.courses.controllers import HANDLERS as COURSES
from training.sessions.controllers import HANDLERS as TRAINING_SESSIONS
from training.sessions.facts import TrainingFacts
from training.sessions.kind_pages import TrainingPages
from training.sessions.opinion_source import TrainingSources
from training.sessions.season_step import training_standing
from training.sessions.support import TrainingSupport
from training.sessions.tasks import list_tasks as training_tasks

POLICY_MODULES = (
    "portal.audit.policies",
    "portal.identity.policies",
    "portal.network.policies",
    "portal.sales.policies",
    "portal.seasons.policies",
    "portal.plans.policies",
    "portal.portfolio.policies",
    "portal.voice.policies",
    "portal.voice.promising",
    "portal.voice.opinions",
    "portal.voice.reverse",
    "portal.credit.policies",
    "portal.rulebooks.policies",
    "portal.evaluations.policies",
    "portal.rebates.policies",
    "portal.field.policies",
    "portal.occasions.policies",
    "campaigns.surveys.policies",
    "campaigns.trips.policies",
    "training.courses.policies",
)
# Each offers register_jobs(settings).
JOB_MODULES = (
    "portal.mail.service",
    "portal.network.work",
    "portal.sales.imports.work",
    "portal.plans.work",
    "portal.portfolio.work",
    "portal.credit.work",
    "portal.evaluations.work",
    "portal.rebates.work",
    "portal.occasions.work",
)
STATIC_SECONDS = 31_536_000


@get("/styleguide", name="styleguide", opt=policy(SIGNED_IN), include_in_schema=False)
async def styleguide(request: Request[Any, Any, Any]) -> Template:
    """Show every part that pages are made of; in development and in the demo only."""
    return page(request, "styleguide.html", **sample_context())


def viewer_of(scope: Scope) -> Viewer:
    """Return who asks; the guard has already refused requests of nobody."""
    viewer: Viewer = scope["user"]
    return viewer


def identity_rules(settings: Settings) -> IdentityRules:
    """Return identity's limits from the settings."""
    return IdentityRules(
        idle=dt.timedelta(minutes=settings.session_idle_minutes),
        absolute=dt.timedelta(hours=settings.session_absolute_hours),
        reset_valid=dt.timedelta(minutes=settings.password_reset_minutes),
        invitation_valid=dt.timedelta(days=settings.invitation_days),
        failures_allowed=settings.login_failures_allowed,
        zone=settings.business_zone,
        public_url=settings.public_url.rstrip("/"),
        issuer=settings.company_name_en,
        locale=settings.default_locale,
    )


def page_context(settings: Settings) -> Any:
    """Return the function that gives every page its surroundings: menu and banner."""

    def surroundings(request: Request[Any, Any, Any]) -> dict[str, Any]:
        viewer: Viewer | None = request.scope.get("user")
        banner = gettext("Demo data: nothing here is real.") if settings.demo else ""
        return {"nav": menu(MENU, viewer, request.scope["path"]), "task_count": 0, "demo_banner": banner}

    return surroundings


def register_jobs(settings: Settings) -> None:
    """Name the functions that do each kind of job, in the web process and in the jobs process alike."""
    for module in JOB_MODULES:
        import_module(module).register_jobs(settings)
    if REMIND not in registered_kinds():
        register_job(REMIND, reminders_of(settings).run)


def reminders_of(settings: Settings) -> Reminders:
    """Return the writer of the daily digests."""
    return Reminders(
        settings,
        QueuePostman(settings),
        chores=(
            remove_expired,
            partial(refresh_today, settings),
            partial(classify_today, settings),
            move_by_orders,
            partial(accrue_today, settings),
            partial(forget_keys, settings.field_key_days),
            search_nightly,
            partial(cut_links, settings.zone),
            partial(occasions_daily, settings),
        ),
    )


async def schedule_recurring(settings: Settings) -> None:
    """Ask for the jobs that come back every day; asking again changes nothing."""
    async with db.unit_of_work():
        await reminders_of(settings).schedule(dt.datetime.now(dt.UTC))


def join_slices(settings: Settings) -> None:
    """Fill the protocols that lower slices declare with what higher slices offer."""
    for name in POLICY_MODULES:
        import_module(name)
    register_figures(AccountMonthFigures())
    join_classes(PortfolioClasses())
    join_shares(PhoneShares(settings.field_share_days))
    if FieldFacts().kpis().keys().isdisjoint(offered_kpis()):
        join_facts(FieldFacts(settings.white_space_least))
        join_support(TripSupport())
        join_facts(TrainingFacts(settings.zone))
        join_support(TrainingSupport(settings.zone))
    register_finders()
    join_season_rules(settings)
    join_target_step()
    join_plan_step()
    for notes in (waiting_voices, open_promises, waiting_opinions):
        join_agenda(notes)
    join_source(SourceKind.VISIT, VisitSource())
    register_step("survey", survey_standing)
    register_step("trip", trip_standing)
    join_kind(TripOccasions())
    join_source(SourceKind.TRIP, TripSources())
    join_source(SourceKind.TRAINING, TrainingSources())
    register_step("training", training_standing)
    join_kind(TrainingPages())
    for handler in field_handlers(settings):
        join_handler(handler)
    join_handler(DoorHandler(settings.occasion_door_days))
    join_demand(season_demand)
    join_incentives(ApprovedPrograms())
    for list_tasks in (
        evaluation_tasks,
        identity_tasks,
        sales_tasks,
        credit_tasks,
        meeting_tasks,
        voice_tasks,
        survey_tasks,
        trip_tasks,
        training_tasks,
        rulebook_tasks,
        rebate_tasks,
        season_tasks,
        plan_tasks,
        field_tasks,
        occasion_tasks,
    ):
        join_tasks(list_tasks)
    register_jobs(settings)


def create_app(settings: Settings | None = None) -> ASGIApp:
    """Build the whole application around a database URL and the other settings.

    Args:
        settings: Read from the environment when None.
    """
    settings = settings or Settings()
    schema.all_tables()
    join_slices(settings)
    formats.set_conventions(formats.Conventions(settings.currency, settings.currency_decimals, settings.zone))
    rules = identity_rules(settings)
    security = WebSecurity(
        settings.signing_key(),
        https=settings.public_url.startswith("https://"),
        idle=rules.idle,
        absolute=rules.absolute,
    )
    app = _litestar(settings, rules, security)
    app.asgi_handler = PreferencesLayer(app.asgi_handler, default_locale=settings.default_locale)
    app.asgi_handler = SessionLayer(app.asgi_handler, Sessions(rules), security)
    return HeadersLayer(RequestLogLayer(app), https=security.https)


def _litestar(settings: Settings, rules: IdentityRules, security: WebSecurity) -> Litestar:
    environment = make_environment(reload=settings.environment == "development")
    postman = QueuePostman(settings)
    static = create_static_files_router(
        "/static/build",
        [Path(BUILD)],
        opt=policy(PUBLIC),
        cache_control=CacheControlHeader(max_age=STATIC_SECONDS, immutable=True, public=True),
        include_in_schema=False,
    )
    state = State(
        {
            "security": security,
            "settings": settings,
            "page_context": page_context(settings),
            "trusted_proxies": frozenset(settings.trusted_proxies),
        }
    )
    if settings.demo:
        state["demo_logins"] = import_module("portal.demo.people").sign_in_hints()
    shown_in_demo = [styleguide] if settings.demo or settings.environment == "development" else []
    return Litestar(
        [
            *shown_in_demo,
            health_router(job_counts=count_by_state),
            static,
            *DASHBOARD,
            *IDENTITY,
            *AUDIT,
            *NETWORK,
            *SEARCH,
            *IMPORTS,
            *PORTFOLIO,
            *PLANS,
            *VOICE,
            *PROMISES,
            *SEASONS,
            SeasonPage,
            *CREDIT,
            *RULEBOOKS,
            *EVALUATIONS,
            *REBATES,
            *FIELD,
            *OCCASIONS,
            *SURVEYS,
            *TRIPS,
            *COURSES,
            *TRAINING_SESSIONS,
            *OWN_REBATES,
        ],
        guards=[enforce_policy],
        exception_handlers=exception_handlers(),
        dependencies={
            "viewer": Provide(viewer_of, sync_to_thread=False),
            "identity_rules": Provide(lambda: rules, sync_to_thread=False),
            "postman": Provide(lambda: postman, sync_to_thread=False),
            "settings": Provide(lambda: settings, sync_to_thread=False),
        },
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment)),
        compression_config=CompressionConfig(backend="gzip", minimum_size=800),
        openapi_config=_openapi(),
        request_max_body_size=settings.upload_max_bytes,
        lifespan=[_database(settings)],
        state=state,
        logging_config=None,
    )


def _openapi() -> OpenAPIConfig:
    """Describe the routes as JSON only: viewers load scripts from elsewhere, which our policy forbids."""
    router = Router("/schema", route_handlers=[], opt=policy(SIGNED_IN))
    return OpenAPIConfig(
        title="Bisugi", version="1", render_plugins=[JsonRenderPlugin()], openapi_router=router
    )


def _database(settings: Settings) -> Any:
    @asynccontextmanager
    async def open_database(_: Litestar) -> AsyncGenerator[None, None]:
        db.bind(settings.database_url)
        await db.open_pool()
        try:
            yield
        finally:
            await db.close_pool()

    return open_database
