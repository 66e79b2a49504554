"""The list page and the calendar in FastAPI: SQLAlchemy's asynchronous ORM, sessions there, CSRF, Jinja2.

Environment: ``BENCH_DATABASE`` (URL), ``BENCH_TEMPLATES`` (folder of ``page.html``, ``words.json``
and ``calendar.html``). Run
as a program it makes the session table and a session, and prints the cookie.
"""

import asyncio
import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import Cookie, Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from sqlalchemy import DateTime, Dialect, ForeignKey, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, contains_eager, joinedload, mapped_column, relationship
from sqlalchemy.types import String, TypeDecorator, TypeEngine

from portal.bench.pages.grid import days_of, instants_of, month_grid

TEMPLATES = Path(os.environ["BENCH_TEMPLATES"])
SECRET = b"bench " * 10
COUNT_CAP = 1000
CALENDAR_MOST = 1000


def _engine_url(url: str) -> str:
    return url.replace("sqlite:///", "sqlite+aiosqlite:///").replace("postgresql://", "postgresql+asyncpg://")


engine = create_async_engine(_engine_url(os.environ["BENCH_DATABASE"]), pool_size=10)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """Tables of the bench."""


class Instant(TypeDecorator[dt.datetime]):
    """An instant in UTC; SQLite keeps it as text with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return text for SQLite, whose own type would drop the zone."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Write an instant."""
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Read an instant."""
        return dt.datetime.fromisoformat(value) if value and dialect.name == "sqlite" else value


class User(Base):
    """A person who signs in."""

    __tablename__ = "login_user"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str]
    name: Mapped[str]


class WebSession(Base):
    """An open session, by the hash of its token."""

    __tablename__ = "bench_session"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("login_user.id"))
    expires_s: Mapped[int]
    user: Mapped[User] = relationship()


class Region(Base):
    """A node of the region tree."""

    __tablename__ = "region"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    path: Mapped[str]


class Account(Base):
    """A dealer, outlet or retail point."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    area: Mapped[str]
    state: Mapped[str]
    owner: Mapped[str]
    is_stub: Mapped[bool]
    region_id: Mapped[int | None] = mapped_column("region", ForeignKey("region.id"))
    dealer_id: Mapped[int | None] = mapped_column("dealer", ForeignKey("account.id"))
    merged_into: Mapped[int | None]
    region: Mapped[Region | None] = relationship()
    dealer: Mapped["Account | None"] = relationship(remote_side="Account.id")
    terminal: Mapped["Terminal"] = relationship(back_populates="account")


class Terminal(Base):
    """What only a retail point has."""

    __tablename__ = "terminal"
    account_id: Mapped[int] = mapped_column("account", ForeignKey("account.id"), primary_key=True)
    channel: Mapped[str]
    phone: Mapped[str]
    account: Mapped[Account] = relationship(back_populates="terminal")


class SharingGrant(Base):
    """What a dealer opened to the manufacturer."""

    __tablename__ = "sharing_grant"
    id: Mapped[int] = mapped_column(primary_key=True)
    dealer: Mapped[int]
    purpose: Mapped[str]
    revoked_at: Mapped[dt.datetime | None]


class Occasion(Base):
    """When something happens, for whom and with how many seats."""

    __tablename__ = "occasion"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    title: Mapped[str]
    place: Mapped[str]
    starts_at: Mapped[dt.datetime] = mapped_column(Instant)
    ends_at: Mapped[dt.datetime] = mapped_column(Instant)
    seats: Mapped[int]
    seats_taken: Mapped[int]
    region_id: Mapped[int | None] = mapped_column("region", ForeignKey("region.id"))
    region: Mapped[Region | None] = relationship()


class Curriculum(Base):
    """A path of courses."""

    __tablename__ = "curriculum"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    archived_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Course(Base):
    """What is taught in a session."""

    __tablename__ = "course"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    curriculum_id: Mapped[int] = mapped_column("curriculum", ForeignKey("curriculum.id"))
    archived_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Lecturer(Base):
    """Somebody who teaches."""

    __tablename__ = "lecturer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    archived_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class TrainingSession(Base):
    """A course on days of the calendar."""

    __tablename__ = "training_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    occasion_id: Mapped[int] = mapped_column("occasion", ForeignKey("occasion.id"))
    occasion: Mapped[Occasion] = relationship()


class Holiday(Base):
    """A day on which nobody works."""

    __tablename__ = "holiday"
    id: Mapped[int] = mapped_column(primary_key=True)
    day_on: Mapped[dt.date]
    name: Mapped[str]


class Season(Base):
    """A season of a region and a category."""

    __tablename__ = "season"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    category: Mapped[str]
    region_id: Mapped[int | None] = mapped_column("region", ForeignKey("region.id"))
    from_on: Mapped[dt.date]
    until_on: Mapped[dt.date]


app = FastAPI()
templates = Jinja2Templates(TEMPLATES)
WORDS = json.loads((TEMPLATES / "words.json").read_text(encoding="utf-8"))


async def database() -> AsyncIterator[AsyncSession]:
    """Give the request its database session."""
    async with sessions() as session:
        yield session


Database = Annotated[AsyncSession, Depends(database)]


async def signed_in(database: Database, session: Annotated[str, Cookie()]) -> WebSession:
    """Look the web session up.

    Raises:
        HTTPException: There is none.
    """
    digest = hashlib.sha256(session.encode()).hexdigest()
    found = await database.scalar(
        select(WebSession)
        .options(joinedload(WebSession.user))
        .where(
            WebSession.token_hash == digest, WebSession.expires_s > int(dt.datetime.now(dt.UTC).timestamp())
        )
    )
    if found is None:
        raise HTTPException(401)
    return found


def _visible(query: Select[Any]) -> Select[Any]:
    shared = exists().where(
        SharingGrant.dealer == Account.dealer_id,
        SharingGrant.purpose == "terminals",
        SharingGrant.revoked_at.is_(None),
    )
    kind = (Account.kind == "terminal", Account.merged_into.is_(None))
    return query.where(*kind, or_(Account.owner == "manufacturer", shared))


@app.get("/terminals/")
async def retail_points(
    request: Request, database: Database, session: Annotated[WebSession, Depends(signed_in)]
) -> HTMLResponse:
    """Show the first page of retail points to the person of the session."""
    counted = _visible(select(Account.id)).limit(COUNT_CAP + 1).subquery()
    total = await database.scalar(select(func.count()).select_from(counted)) or 0
    loaded = (joinedload(Account.region), joinedload(Account.dealer), joinedload(Account.terminal))
    query = _visible(select(Account).options(*loaded)).order_by(Account.name, Account.id).limit(51)
    rows = (await database.scalars(query)).all()
    token = _token(session)
    shown = f"{COUNT_CAP:,}+" if total > COUNT_CAP else str(total)
    context = {**WORDS, "rows": rows[:50], "total": shown, "csrf_token": token}
    return templates.TemplateResponse(request, "page.html", context)


def _token(session: WebSession) -> str:
    return hmac.new(SECRET, session.token_hash.encode(), hashlib.sha256).hexdigest()


@app.get("/training/sessions")
async def calendar(
    request: Request, database: Database, session: Annotated[WebSession, Depends(signed_in)], on: dt.date
) -> HTMLResponse:
    """Show a month of training sessions to the person of the session."""
    weeks = days_of(on)
    starts, ends = instants_of(weeks)
    loaded = contains_eager(TrainingSession.occasion).joinedload(Occasion.region)
    found = (
        select(TrainingSession)
        .join(TrainingSession.occasion)
        .options(loaded)
        .where(Occasion.starts_at < ends, Occasion.ends_at > starts)
        .order_by(Occasion.starts_at, TrainingSession.id)
        .limit(CALENDAR_MOST)
    )
    rows = (await database.scalars(found)).all()
    context = {
        "weeks": month_grid(on, weeks, rows, *await _marked(database, weeks[0][0], weeks[-1][-1])),
        "count": len(rows),
        "csrf_token": _token(session),
        **await _choices(database),
    }
    return templates.TemplateResponse(request, "calendar.html", context)


async def _marked(
    database: AsyncSession, first: dt.date, last: dt.date
) -> tuple[dict[dt.date, str], list[tuple[dt.date, dt.date]]]:
    named = await database.execute(
        select(Holiday.day_on, Holiday.name).where(Holiday.day_on.between(first, last))
    )
    holidays = dict(named.tuples().all())
    peaks = await database.execute(
        select(Season.from_on, Season.until_on).where(
            Season.kind == "peak",
            Season.state != "draft",
            Season.region_id.is_(None),
            Season.category == "",
            Season.from_on <= last,
            Season.until_on > first,
        )
    )
    return holidays, [(from_on, until_on) for from_on, until_on in peaks]


async def _choices(database: AsyncSession) -> dict[str, Any]:
    """Return what the page can be filtered by, as rows of the columns it needs."""
    regions = (await database.execute(select(Region.id, Region.name, Region.path))).all()
    courses = (
        select(Course.id, Course.title)
        .join(Curriculum, Curriculum.id == Course.curriculum_id)
        .where(Course.archived_at.is_(None), Curriculum.archived_at.is_(None))
        .order_by(Curriculum.title, Course.title, Course.id)
    )
    lecturers = (
        select(Lecturer.id, Lecturer.name)
        .where(Lecturer.archived_at.is_(None))
        .order_by(Lecturer.name, Lecturer.id)
    )
    return {
        "regions": sorted(regions, key=lambda one: one.path.split("/")),
        "courses": (await database.execute(courses)).all(),
        "lecturers": (await database.execute(lecturers)).all(),
    }


async def _prepare() -> str:
    token = secrets.token_urlsafe(32)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.tables["bench_session"].create)
    async with sessions() as database, database.begin():
        user = (await database.scalars(select(User).where(User.login == "admin"))).one()
        digest = hashlib.sha256(token.encode()).hexdigest()
        database.add(WebSession(token_hash=digest, user_id=user.id, expires_s=2**31 - 1))
    await engine.dispose()
    return token


def main() -> None:
    """Make the session table and a session for the administrator; print the cookie."""
    print(f"session={asyncio.run(_prepare())}")  # noqa: T201  the answer of this program


if __name__ == "__main__":
    main()
