"""A backup file: the whole database as of one instant, and proof of what it holds.

A ZIP file with ``manifest.json`` and ``data``: on SQLite a copy made by ``VACUUM INTO``, on PostgreSQL a dump
in pg_dump's own format, taken from the very snapshot the proof was counted in. Files outside of the database
(``SECRET_KEY``, settings, rows rejected by imports) are not part of it. Personal data is: the file is
readable by its owner only.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg
import msgspec

from portal.cli.session import run_async
from portal.db import fetch
from portal.db.engine import SQLITE_PREFIX, Kind
from portal.db.schema import metadata

FORMAT = 1
MANIFEST, DATA = "manifest.json", "data"
LARGEST_MANIFEST = 16 * 1024**2  # bytes
CHUNK = 1024**2
Ask = Callable[[str], Awaitable[list[dict[str, Any]]]]

_MONTHS = (
    "select month_on, level, side, sum(lines) as lines, sum(net_minor) as net_minor,"
    " sum(returns_minor) as returns_minor, sum(quantity) as quantity from account_month"
    " group by month_on, level, side order by month_on, level, side"
)


class BackupError(Exception):
    """A backup or restore that cannot be done, in words for the operator."""


class MonthTotals(msgspec.Struct, frozen=True):
    """What a month's totals add up to, by level and side; amounts in minor units."""

    month: str
    level: int
    side: int
    lines: int
    net_minor: int
    returns_minor: int
    quantity: int


class Proof(msgspec.Struct, frozen=True):
    """What a database holds, in figures that a copy must show again.

    Attributes:
        revision: Schema revision, or None when it was created without migrations.
        rows: Number of rows by table.
        months: Business totals by month, level and side.
        audit_seq: Position of the last audit event.
        audit_hash: Its hash, which stands for the whole chain.
    """

    revision: str | None
    rows: dict[str, int]
    months: tuple[MonthTotals, ...]
    audit_seq: int
    audit_hash: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup file says about itself.

    Attributes:
        format: Version of the file's layout.
        kind: Database it came from and can go back to.
        taken_at: ISO 8601 instant, UTC.
        sha256: Of ``data``, hexadecimal.
        proof: What the database held.
    """

    format: int
    kind: Kind
    taken_at: str
    sha256: str
    proof: Proof


def back_up(url: str, out: Path) -> Manifest:
    """Write a backup of the database to a new file and return its manifest.

    Raises:
        BackupError: There is no such database, or pg_dump is missing or failed.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
        data = Path(folder, DATA)
        if _kind(url) == "sqlite":
            _copy_sqlite(_path(url), data)
            proof = asyncio.run(_prove_sqlite(data))
        else:
            proof = asyncio.run(_dump_postgres(url, data))
        taken_at = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
        manifest = Manifest(FORMAT, _kind(url), taken_at, _sha256(data), proof)
        _pack(manifest, data, Path(folder, "zip"), out)
    return manifest


def put_back(file: Path, url: str) -> Manifest:
    """Put a backup into an empty database and compare what is there afterwards with the manifest.

    On SQLite the database appears only after every comparison; on PostgreSQL the restore is one transaction,
    and what differs afterwards is said.

    Raises:
        BackupError: The file is no backup or damaged, the database is not empty or of another kind, or the
            restored copy differs.
    """
    manifest = read_manifest(file)
    if manifest.kind != _kind(url):
        raise BackupError(f"this is a backup of {manifest.kind}; it cannot go into another kind of database")
    if _kind(url) == "sqlite":
        _restore_sqlite(file, manifest, _path(url))
    else:
        _restore_postgres(file, manifest, url)
    return manifest


def read_manifest(file: Path) -> Manifest:
    """Return a backup's manifest.

    Raises:
        BackupError: The file is no backup this version can read.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
                raise BackupError(f"{file} is no backup of this portal: its manifest is too large")
            manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    except (zipfile.BadZipFile, KeyError, msgspec.DecodeError) as error:
        raise BackupError(f"{file} is no backup of this portal: {error}") from error
    if manifest.format != FORMAT:
        raise BackupError(f"{file} has format {manifest.format}; this version reads {FORMAT}")
    return manifest


async def prove(ask: Ask) -> Proof:
    """Count what a database holds.

    Args:
        ask: Runs a query and returns its rows; every call must see the same instant.
    """
    rows = {}
    for table in sorted(metadata().tables):
        rows[table] = (await ask(f"select count(*) as n from {table}"))[0]["n"]  # noqa: S608  names from code
    months = [
        MonthTotals(str(row["month_on"]), *(int(row[name]) for name in MonthTotals.__struct_fields__[1:]))
        for row in await ask(_MONTHS)
    ]
    head = await ask("select seq, hash from audit_head where id = 1")
    seq, digest = (head[0]["seq"], head[0]["hash"]) if head else (0, "")
    return Proof(await _revision(ask), rows, tuple(months), seq, digest)


async def _revision(ask: Ask) -> str | None:
    try:
        found = await ask("select version_num from alembic_version")
    except (sqlite3.OperationalError, asyncpg.UndefinedTableError):
        return None
    return str(found[0]["version_num"]) if found else None


def _copy_sqlite(source: Path, data: Path) -> None:
    """Copy under a read transaction: writers go on meanwhile, their changes are not in the copy."""
    if not source.exists():
        raise BackupError(f"there is no database at {source}")
    with sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=60) as connection:
        connection.execute("vacuum into ?", (str(data),))
    connection.close()


async def _prove_sqlite(path: Path) -> Proof:
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row

    async def ask(sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(sql)]

    try:
        return await prove(ask)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"this is no database of the portal: {error}") from error
    finally:
        connection.close()


async def _dump_postgres(url: str, data: Path) -> Proof:
    """Dump exactly the snapshot the proof is counted in."""
    program = _program("pg_dump")
    connection = await asyncpg.connect(url)

    async def ask(sql: str) -> list[dict[str, Any]]:
        async with connection.transaction():  # a savepoint: a missing table must not end the snapshot
            return [dict(row) for row in await connection.fetch(sql)]

    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("select pg_export_snapshot()")
            proof = await prove(ask)
            await asyncio.to_thread(
                _run, program, url, "--format=custom", "--no-owner", "--no-privileges",
                f"--snapshot={snapshot}", f"--file={data}",
            )  # fmt: skip
    except asyncpg.UndefinedTableError as error:
        raise BackupError(f"this is no database of the portal: {error}") from error
    finally:
        await connection.close()
    return proof


def _restore_sqlite(file: Path, manifest: Manifest, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    leftovers = [Path(f"{target}{ending}") for ending in ("-wal", "-shm", "-journal")]
    if _has_tables(target) or any(path.exists() and path.stat().st_size for path in leftovers):
        raise BackupError(f"{target} is not empty; restore into a new file")
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
        data = Path(folder, DATA)
        _unpack(file, manifest, data)
        run_async(_compare, manifest.proof, database=f"{SQLITE_PREFIX}{data}")
        data.replace(target)


def _has_tables(path: Path) -> bool:
    if not path.exists():
        return False
    connection = sqlite3.connect(path)
    try:
        return connection.execute("select 1 from sqlite_master limit 1").fetchone() is not None
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{path} is no database: {error}") from error
    finally:
        connection.close()


def _restore_postgres(file: Path, manifest: Manifest, url: str) -> None:
    program = _program("pg_restore")
    asyncio.run(_require_empty(url))
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        data = Path(folder, DATA)
        _unpack(file, manifest, data)
        _run(program, url, "--no-owner", "--no-privileges", "--single-transaction", str(data))
    run_async(_compare, manifest.proof, database=url)


async def _require_empty(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchval(
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm', 'S')"
        )
    finally:
        await connection.close()
    if found:
        raise BackupError("the database is not empty; restore into a new one")


async def _compare(expected: Proof) -> None:
    """Compare figures, lines with totals, and the audit chain link by link.

    Raises:
        BackupError: Something differs; everything that does is named.
    """
    from portal.audit.service import verify_chain  # noqa: PLC0415  imports the tables
    from portal.sales.verify import verify_totals  # noqa: PLC0415  as above

    async def ask(sql: str) -> list[dict[str, Any]]:
        return await fetch(sql)

    wrong = list(_differences(expected, await prove(ask)))
    wrong += [f"{found.where}: {found.what}" for found in await verify_totals()]
    if not (verdict := await verify_chain()).is_whole:
        wrong.append(f"audit log, event {verdict.broken_at}: {verdict.reason}")
    if wrong:
        raise BackupError("the restored database differs from the manifest: " + "; ".join(wrong[:20]))


def _differences(expected: Proof, found: Proof) -> list[str]:
    said = [
        f"{table}: {count} rows expected, {found.rows.get(table, 0)} found"
        for table, count in expected.rows.items()
        if found.rows.get(table, 0) != count
    ]
    said += [f"totals of {month.month}" for month in {*expected.months} ^ {*found.months}]
    if expected.revision != found.revision:
        said.append(f"schema {found.revision} instead of {expected.revision}")
    if (expected.audit_seq, expected.audit_hash) != (found.audit_seq, found.audit_hash):
        said.append("head of the audit log")
    return said


def _pack(manifest: Manifest, data: Path, unfinished: Path, out: Path) -> None:
    with (
        os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        archive.write(data, DATA)
        archive.close()
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(out)


def _unpack(file: Path, manifest: Manifest, data: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive, archive.open(DATA) as packed, data.open("xb") as unpacked:
            shutil.copyfileobj(packed, unpacked, CHUNK)
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise BackupError(f"{file} is damaged: {error}") from error
    if _sha256(data) != manifest.sha256:
        raise BackupError(f"{file} is damaged: its content does not match its checksum")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _program(name: str) -> str:
    if found := shutil.which(name):
        return found
    raise BackupError(
        f"{name} is not installed: install the package postgresql-client (Debian and Ubuntu:"
        " apt-get install postgresql-client), of the server's version or newer"
    )


def _run(program: str, url: str, *words: str) -> None:
    """Run a PostgreSQL program; the password goes through its environment, where others cannot list it."""
    parts = urlsplit(url)
    environment = dict(os.environ)
    if parts.password:
        environment["PGPASSWORD"] = unquote(parts.password)
    user = f"{parts.username}@" if parts.username else ""
    netloc = user + parts.netloc.rpartition("@")[2]
    address = urlunsplit(parts._replace(netloc=netloc))
    ended = subprocess.run(  # noqa: S603  words from code, no shell
        [program, f"--dbname={address}", *words], env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise BackupError(f"{Path(program).name} failed: {ended.stderr.strip()[-2000:]}")


def _kind(url: str) -> Kind:
    return "sqlite" if url.startswith("sqlite") else "postgres"


def _path(url: str) -> Path:
    return Path(url.removeprefix(SQLITE_PREFIX))
