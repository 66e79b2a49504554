"""The list page in FastAPI: SQLAlchemy's asynchronous ORM, sessions in the database, CSRF, Jinja2.

Environment: ``BENCH_DATABASE`` (URL), ``BENCH_TEMPLATES`` (folder of ``page.html`` and ``words.json``). Run
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
from sqlalchemy import ForeignKey, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

TEMPLATES = Path(os.environ["BENCH_TEMPLATES"])
SECRET = b"bench " * 10
COUNT_CAP = 1000


def _engine_url(url: str) -> str:
    return url.replace("sqlite:///", "sqlite+aiosqlite:///").replace("postgresql://", "postgresql+asyncpg://")


engine = create_async_engine(_engine_url(os.environ["BENCH_DATABASE"]), pool_size=10)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """Tables of the bench."""


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
    token = hmac.new(SECRET, session.token_hash.encode(), hashlib.sha256).hexdigest()
    shown = f"{COUNT_CAP:,}+" if total > COUNT_CAP else str(total)
    context = {**WORDS, "rows": rows[:50], "total": shown, "csrf_token": token}
    return templates.TemplateResponse(request, "page.html", context)


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
