"""The bridge from Piccolo tables to SQLAlchemy metadata, so that Alembic can diff and migrate them.

The Piccolo tables are the one source of truth. Each column's kind is named once and spelled per database,
because Piccolo picks its SQLite converters by the declared type name.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from piccolo.columns import Column, ForeignKey
from piccolo.columns import column_types as ct
from piccolo.constraints import Check, Unique
from sqlalchemy.dialects.sqlite.base import ischema_names
from sqlalchemy.ext.compiler import compiles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from piccolo.table import Table

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# kind: (SQLite's declared type, PostgreSQL's type)
_SPELLING = {
    "INTEGER": ("INTEGER", "INTEGER"),
    "BIGINT": ("BIGINT", "BIGINT"),
    "SMALLINT": ("SMALLINT", "SMALLINT"),
    "VARCHAR": ("VARCHAR", "VARCHAR"),
    "TEXT": ("TEXT", "TEXT"),
    "BOOLEAN": ("BOOLEAN", "BOOLEAN"),
    "DATE": ("DATE", "DATE"),
    "TIMESTAMPTZ": ("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"),
    "UUID": ("UUID", "UUID"),
    "BYTEA": ("BLOB", "BYTEA"),
}
# Order matters: subclasses first. Numeric, Real, Array and JSON columns are not allowed (ADR 0004).
_KINDS: tuple[tuple[type[Column], str], ...] = (
    (ct.BigSerial, "BIGINT"),
    (ct.Serial, "INTEGER"),
    (ct.BigInt, "BIGINT"),
    (ct.SmallInt, "SMALLINT"),
    (ct.Integer, "INTEGER"),
    (ct.Varchar, "VARCHAR"),
    (ct.Text, "TEXT"),
    (ct.UUID, "UUID"),
    (ct.Timestamptz, "TIMESTAMPTZ"),
    (ct.Date, "DATE"),
    (ct.Boolean, "BOOLEAN"),
    (ct.Bytea, "BYTEA"),
)


class Ty(sa.types.UserDefinedType[Any]):
    """A column kind named once and spelled per database; revision files contain it."""

    cache_ok = True

    def __init__(self, kind: str = "TEXT", *args: int | None, **_: Any) -> None:
        self.kind, self.args = kind, tuple(arg for arg in args if arg is not None)

    def spell(self, dialect: str) -> str:
        """Return the type as the dialect (``sqlite`` or ``postgresql``) writes it."""
        name = _SPELLING[self.kind][0 if dialect == "sqlite" else 1]
        return name + (f"({', '.join(map(str, self.args))})" if self.args else "")

    def __repr__(self) -> str:
        """Return the constructor call, as revision files need it."""
        return f"Ty({', '.join(map(repr, (self.kind, *self.args)))})"


@compiles(Ty)
def _compile(kind: Ty, compiler: Any, **_: Any) -> str:
    return kind.spell(compiler.dialect.name)


def _reflected(kind: str) -> type[Ty]:
    def __init__(self: Ty, *_: Any, **__: Any) -> None:  # noqa: N807  becomes the class's constructor
        Ty.__init__(self, kind)

    return type(f"Ty{kind.title()}", (Ty,), {"cache_ok": True, "__init__": __init__})


# Batch mode re-creates a table from what it reflects; without these it would lose Piccolo's type names.
for _kind in ("TIMESTAMPTZ", "UUID"):
    ischema_names.setdefault(_SPELLING[_kind][0], _reflected(_kind))


@dataclass(frozen=True)
class Index:
    """A composite, unique or partial index; a class attribute of a Piccolo table, which ignores it.

    Attributes:
        columns: Column names in index order.
        unique: Whether equal keys are refused.
        where: SQL condition of a partial index, the same text on both databases.
    """

    columns: tuple[str, ...]
    unique: bool = False
    where: str | None = None


def column_type(column: Column) -> sa.types.TypeEngine[Any]:
    """Return the SQLAlchemy type of a Piccolo column.

    Raises:
        TypeError: The column's class is not allowed here (money as Numeric, arrays, JSON).
    """
    if isinstance(column, ForeignKey):
        return column_type(column._foreign_key_meta.resolved_target_column)  # noqa: SLF001  no public way
    for column_class, kind in _KINDS:
        if isinstance(column, column_class):
            if kind == "VARCHAR":
                return Ty(kind, getattr(column, "length", None))
            if isinstance(column, ct.Serial):
                big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
                return big if kind == "BIGINT" else sa.Integer()
            return Ty(kind)
    raise TypeError(f"{column!r}: no portable database type")


def _default(column: Column) -> sa.TextClause | None:
    value = getattr(column, "default", None)
    value = value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, bool):
        return sa.text(str(value).lower())
    if isinstance(value, int):
        return sa.text(str(value))
    if isinstance(value, str):
        return sa.text("'" + value.replace("'", "''") + "'")
    return None


def _sa_column(column: Column) -> sa.Column[Any]:
    meta = column._meta  # noqa: SLF001  Piccolo's description of a column
    references = []
    if isinstance(column, ForeignKey):
        foreign = column._foreign_key_meta  # noqa: SLF001  as above
        target = foreign.resolved_references._meta.tablename  # noqa: SLF001  as above
        name = foreign.resolved_target_column._meta.db_column_name  # noqa: SLF001  as above
        references = [sa.ForeignKey(f"{target}.{name}", ondelete=foreign.on_delete.value)]
    default = None if meta.primary_key or isinstance(column, ForeignKey) else _default(column)
    return sa.Column(
        meta.db_column_name,
        column_type(column),
        *references,
        primary_key=meta.primary_key,
        nullable=meta.null and not meta.primary_key,
        server_default=default,
        autoincrement=isinstance(column, ct.Serial),
        index=meta.index or None,
        unique=meta.unique or None,
    )


def to_metadata(tables: Iterable[type[Table]]) -> sa.MetaData:
    """Build SQLAlchemy metadata with every column, constraint and index of the Piccolo tables."""
    metadata = sa.MetaData(naming_convention=NAMING)
    for table in tables:
        meta = table._meta  # noqa: SLF001  Piccolo's description of a table
        columns = [_sa_column(column) for column in meta.columns]
        constraints: list[sa.Constraint] = []
        for constraint in meta.constraints:
            attribute = constraint._meta.name  # noqa: SLF001  Piccolo names a constraint after its attribute
            if isinstance(constraint, Unique):
                name = f"uq_{meta.tablename}_{attribute}"
                constraints.append(sa.UniqueConstraint(*constraint.get_column_names(), name=name))
            elif isinstance(constraint, Check):
                name = f"ck_{meta.tablename}_{attribute}"
                constraints.append(sa.CheckConstraint(str(constraint.condition), name=name))
        sa_table = sa.Table(meta.tablename, metadata, *columns, *constraints)
        _add_indexes(table, sa_table)
    return metadata


def _add_indexes(table: type[Table], sa_table: sa.Table) -> None:
    for key, index in vars(table).items():
        if isinstance(index, Index):
            condition = sa.text(index.where) if index.where else None
            options: dict[str, Any] = {"sqlite_where": condition, "postgresql_where": condition}
            name = f"ix_{sa_table.name}_{key.removeprefix('ix_')}"
            columns = [sa_table.c[column] for column in index.columns]
            sa.Index(name, *columns, unique=index.unique, **(options if index.where else {}))
