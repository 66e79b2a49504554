"""``portal doctor``: is this installation sound? Settings, database, schema, fonts, printing, disk, clock."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import shutil
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pydantic import SecretStr, ValidationError

from portal.db import migrate
from portal.db.engine import SQLITE_PREFIX, make_engine
from portal.db.sqlite_engine import PooledSQLiteEngine
from portal.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LEAST_FREE_BYTES = 1024**3
DATABASE_SECONDS = 10
LARGEST_SKEW_SECONDS = 5
OLDEST_PLAUSIBLE_YEAR = 2026
CATALOGUE = Path("locale", "ko", "LC_MESSAGES", "messages.mo")
_PASSWORD = re.compile(r"(?<=://)([^:/@]*):[^@]*@")


class Verdict(StrEnum):
    """What a check found."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what was checked, how it is, and what to do about it."""

    check: str
    verdict: Verdict
    detail: str


def _ok(check: str, detail: str) -> Finding:
    return Finding(check, Verdict.OK, detail)


def _warning(check: str, detail: str) -> Finding:
    return Finding(check, Verdict.WARNING, detail)


def _problem(check: str, detail: str) -> Finding:
    return Finding(check, Verdict.PROBLEM, detail)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def doctor(*, as_json: bool) -> None:
    """Check this installation; exit code 1 when something must be repaired."""
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, row['loc'])).upper()}: {row['msg']}" for row in error.errors())
        raise click.ClickException(f"settings: {wrong}") from None
    findings = examine(settings)
    if as_json:
        body = {"settings": masked(settings), "findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(body, ensure_ascii=False, indent=1))
    else:
        _show(settings, findings)
    if any(finding.verdict is Verdict.PROBLEM for finding in findings):
        raise SystemExit(1)


def masked(settings: Settings) -> dict[str, Any]:
    """Return every setting by its environment variable; secrets and passwords are not in it."""
    shown: dict[str, Any] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            shown[name.upper()] = "(set)" if value.get_secret_value() else "(not set)"
        elif isinstance(value, str):
            shown[name.upper()] = _PASSWORD.sub(r"\1:***@", value)
        else:
            shown[name.upper()] = value if isinstance(value, bool | int | list) else str(value)
    return shown


def examine(settings: Settings) -> list[Finding]:
    """Run every check; one that fails in an unforeseen way is a problem, never the end of the report."""
    checks: tuple[tuple[str, Callable[[Settings], Iterable[Finding]]], ...] = (
        ("python", _check_python),
        ("settings", _check_settings),
        ("database", _check_database),
        ("migrations", _check_migrations),
        ("assets", _check_assets),
        ("printing", _check_printing),
        ("disk", _check_disk),
        ("clock", _check_clock),
    )
    findings: list[Finding] = []
    for name, check in checks:
        try:
            findings.extend(check(settings))
        except Exception as error:  # noqa: BLE001  a report that stops at the first surprise helps nobody
            findings.append(_problem(name, _PASSWORD.sub(r"\1:***@", f"{type(error).__name__}: {error}")))
    return findings


def _check_python(_: Settings) -> Iterable[Finding]:
    yield _ok("python", f"{sys.version.split()[0]}")


def _check_settings(settings: Settings) -> Iterable[Finding]:
    production = settings.environment == "production"
    if production and not settings.public_url.startswith("https://"):
        yield _problem("settings", f"PUBLIC_URL is {settings.public_url}: production needs https")
    if production and settings.demo:
        yield _problem("settings", "DEMO is on in production: it shows passwords on the sign-in page")
    if not settings.smtp_host:
        yield _warning("mail", "SMTP_HOST is not set: mail is written to the log instead of sent")
    if settings.secret_key.get_secret_value():
        yield _ok("settings", "SECRET_KEY is set")
    else:
        yield _ok("settings", f"SECRET_KEY is not set: one is kept in {settings.data_dir / 'secret.key'}")


def _check_database(settings: Settings) -> Iterable[Finding]:
    path = _sqlite_path(settings)
    if path is not None and not path.exists():
        yield _problem("database", f"{path} does not exist: run  portal migrate")
        return
    version, skew = asyncio.run(_ask_database(settings.database_url))
    yield _ok("database", version)
    if abs(skew) > LARGEST_SKEW_SECONDS:
        yield _problem("clock", f"this machine and the database differ by {skew:.0f} seconds")


async def _ask_database(url: str) -> tuple[str, float]:
    """Return what answers under the URL, and the seconds its clock is ahead of ours."""
    engine = make_engine(url)  # not bound: the process may already serve another database
    async with asyncio.timeout(DATABASE_SECONDS):
        if isinstance(engine, PooledSQLiteEngine):
            await engine.start_connection_pool()
            rows = await engine.run_sql("select sqlite_version() as version", ())
            await engine.close_connection_pool()
            return f"SQLite {rows[0]['version']}", 0.0
        await engine.start_connection_pool(min_size=1, max_size=1)
        rows = await engine.run_sql(
            "select current_setting('server_version') as version,"
            " current_setting('server_encoding') as encoding, clock_timestamp() as now",
            (),
        )
        await engine.close_connection_pool()
    found = rows[0]
    skew = (found["now"] - dt.datetime.now(dt.UTC)).total_seconds()
    return f"PostgreSQL {found['version']}, {found['encoding']}", skew


def _check_migrations(settings: Settings) -> Iterable[Finding]:
    current, newest = migrate.current(settings.database_url), migrate.head()
    if current == newest and newest is not None:
        yield _ok("migrations", f"schema at {current}")
    else:
        yield _problem(
            "migrations", f"schema at {current or 'no revision'}, newest {newest}: run  portal migrate"
        )


def _check_assets(_: Settings) -> Iterable[Finding]:
    from portal.web import assets  # noqa: PLC0415  keeps portal --help fast

    portal = Path(__file__).resolve().parents[1]
    if assets.MANIFEST.exists():
        yield _ok("assets", f"{len(assets.manifest())} front-end files")
    else:
        yield _problem("assets", "front-end files are not built: run  ./dev assets")
    if (portal / CATALOGUE).exists():
        yield _ok("translations", "Korean is compiled")
    else:
        yield _problem("translations", "Korean is not compiled: run  ./dev assets")


def _check_printing(settings: Settings) -> Iterable[Finding]:
    from portal.web.printing.failures import PrintFailure  # noqa: PLC0415  keeps portal --help fast
    from portal.web.printing.pool import PrintPool  # noqa: PLC0415  as above

    try:
        with PrintPool.from_settings(settings) as pool:
            engine = pool.engine()
    except PrintFailure as failure:
        yield _problem("printing", str(failure))
        return
    yield _ok("printing", f"WeasyPrint {engine.weasyprint}, Pango {engine.pango}, HarfBuzz {engine.harfbuzz}")
    yield _ok("fonts", f"print fonts {engine.fonts[:12]}")


def _check_disk(settings: Settings) -> Iterable[Finding]:
    folder = (_sqlite_path(settings) or settings.data_dir / "x").parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    shown = f"{free / 1024**3:.1f} GiB free at {folder}"
    yield _ok("disk", shown) if free >= LEAST_FREE_BYTES else _problem("disk", f"only {shown}")


def _check_clock(settings: Settings) -> Iterable[Finding]:
    now = dt.datetime.now(dt.UTC)
    if now.year < OLDEST_PLAUSIBLE_YEAR:
        yield _problem("clock", f"the clock says {now:%Y-%m-%d}")
        return
    yield _ok("clock", f"{now.astimezone(settings.zone):%Y-%m-%d %H:%M} in {settings.business_zone}")


def _sqlite_path(settings: Settings) -> Path | None:
    url = settings.database_url
    return Path(url.removeprefix(SQLITE_PREFIX)) if url.startswith("sqlite") else None


def _show(settings: Settings, findings: list[Finding]) -> None:
    for name, value in masked(settings).items():
        click.echo(f"  {name:<24} {value}")
    click.echo()
    colours = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.PROBLEM: "red"}
    for finding in findings:
        verdict = click.style(f"{finding.verdict:<8}", fg=colours[finding.verdict])
        click.echo(f"  {verdict} {finding.check:<13} {finding.detail}")
