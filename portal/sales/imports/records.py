"""What imports of master records share: repeats in the file, new, changed or same, counts, the undo journal.

A record is found by its key. A blank cell leaves what is stored; a row changes a record when any cell that
is not blank differs. Rows that repeat a key of the same file with other content are conflicts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import engine_kind, execute, fetch, fetch_value
from portal.errors import Conflict
from portal.sales.imports.model import RowState, Totals
from portal.sales.imports.statements import statement

# ruff: noqa: S608  the pieces joined here come from specs in code; values are bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.sales.imports.batch import Batch


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a record.

    Attributes:
        stage: Column of the staged rows, or an SQL expression over alias ``s``.
        stored: Expression over the aliases of the spec's table and joins.
    """

    stage: str
    stored: str


@dataclass(frozen=True, slots=True)
class RecordSpec:
    """How staged rows of a kind find and compare with what is stored.

    Attributes:
        entity: Name in the undo journal.
        key: Staged columns that name a record.
        table: Table of what is stored, with its alias.
        joins: Further joins that its fields need.
        match: Condition between ``s`` (staged) and the table.
        record_id: Expression of the stored record's id.
        fields: What is compared.
        also_changed: Further condition that makes a row a change, such as naming a stub.
    """

    entity: str
    key: tuple[str, ...]
    table: str
    joins: str
    match: str
    record_id: str
    fields: tuple[Field, ...]
    also_changed: str = "1 = 0"


def same_as_stored(fields: Sequence[Field]) -> str:
    """Return the condition that no cell that is not blank differs from what is stored."""
    return " and ".join(
        f"({field.stage} is null or ({field.stored} is not null and {field.stage} = {field.stored}))"
        for field in fields
    )


def value_of(field: Field) -> str:
    """Return the value a record has afterwards: the cell, or what is stored where the cell is blank."""
    return f"coalesce({field.stage}, {field.stored})"


async def classify_records(batch: Batch, spec: RecordSpec) -> None:
    """Mark every staged row that is not simply new and count; in the open unit of work."""
    key = ", ".join(spec.key)
    equal_keys = " and ".join(f"{{0}}.{name} = r.{name}" for name in spec.key)
    columns = await _columns(batch)
    same = " and ".join(f"(s.{c} = f.{c} or (s.{c} is null and f.{c} is null))" for c in columns)
    await execute(
        f"insert into {batch.stage.marks} (row_no, state, first_row)"
        f" select s.row_no, case when {same} then 5 else 4 end, r.first_row"
        f" from (select {key}, min(row_no) as first_row from {batch.stage.rows}"
        f" group by {key} having count(*) > 1) r"
        f" join {batch.stage.rows} s on {equal_keys.format('s')} and s.row_no <> r.first_row"
        f" join {batch.stage.rows} f on f.row_no = r.first_row"
    )
    await mark_known(batch, spec)


async def mark_known(batch: Batch, spec: RecordSpec) -> None:
    """Mark rows whose record is stored already as same or changed, with the record's id."""
    await execute(
        f"insert into {batch.stage.marks} (row_no, state, target)"
        f" select s.row_no, case when {same_as_stored(spec.fields)} and not ({spec.also_changed})"
        f" then 3 else 2 end, {spec.record_id} from {batch.stage.rows} s"
        f" join {spec.table} on {spec.match} {spec.joins}"
        f" where not exists (select 1 from {batch.stage.marks} m where m.row_no = s.row_no)"
    )
    await count_records(batch)


async def _columns(batch: Batch) -> list[str]:
    if engine_kind() == "postgres":
        rows = await fetch(
            "select column_name as name from information_schema.columns where table_name = {}",
            batch.stage.rows,
        )
    else:
        rows = await fetch("select name from pragma_table_info({})", batch.stage.rows)
    return sorted(row["name"] for row in rows if row["name"].startswith("c_"))


async def count_records(batch: Batch) -> None:
    """Count what became of the staged rows, and of codes nobody has named, into the batch's report."""
    rows = await fetch(f"select state, count(*) as rows from {batch.stage.marks} group by state")
    found = {RowState(row["state"]): row["rows"] for row in rows}
    staged = await fetch_value(f"select count(*) from {batch.stage.rows}")
    counts = batch.report.counts
    counts.changed, counts.conflict = found.get(RowState.CHANGED, 0), found.get(RowState.CONFLICT, 0)
    counts.same = found.get(RowState.SAME, 0) + found.get(RowState.REPEATED, 0)
    counts.new = staged - counts.changed - counts.conflict - counts.same
    counts.stubs = await fetch_value(f"select count(*) from {batch.stage.codes} where id is null or stub = 1")
    batch.report.totals = Totals(lines=staged)


async def reclassify_records(batch: Batch, spec: RecordSpec) -> None:
    """Compare again with what is stored, keeping what was found inside the file."""
    await execute(f"delete from {batch.stage.marks} where state in (2, 3)")
    await mark_known(batch, spec)


def new_rows(batch: Batch) -> str:
    """Return the condition over ``s`` that a row's record is not stored yet."""
    return f"not exists (select 1 from {batch.stage.marks} m where m.row_no = s.row_no)"


def changed_rows(batch: Batch) -> str:
    """Return the join that leaves the changed rows, with the record's id as ``m.target``."""
    return f"join {batch.stage.marks} m on m.row_no = s.row_no and m.state = 2"


def json_object(pairs: dict[str, str]) -> str:
    """Return SQL that packs expressions under names into JSON text."""
    packed = ", ".join(f"'{name}', {expression}" for name, expression in pairs.items())
    if engine_kind() == "postgres":
        return f"json_build_object({packed})::text"
    return f"json_object({packed})"


def json_value(source: str, name: str, sql_type: str) -> str:
    """Return SQL that takes a value out of JSON text.

    Args:
        source: Expression of the JSON text.
        name: Name of the value.
        sql_type: ``text``, ``bigint``, ``date``, ``boolean``, ``timestamptz``.
    """
    if engine_kind() == "postgres":
        return f"({source}::json->>'{name}')::{sql_type}"
    return f"json_extract({source}, '$.{name}')"


async def journal_new(batch: Batch, entity: str, ids_sql: str, *args: object) -> None:
    """Note records the batch made; ``ids_sql`` selects their ids as ``id``, from code."""
    await execute(
        f"insert into import_change (batch, entity, entity_id) select {batch.id}, '{entity}', made.id"
        f" from ({ids_sql}) made",
        *args,
    )


async def journal_changed(batch: Batch, spec: RecordSpec, before: dict[str, str]) -> None:
    """Note what the changed records were before; ``before`` is name → expression over the spec's tables."""
    await execute(
        f"insert into import_change (batch, entity, entity_id, before)"
        f" select {batch.id}, '{spec.entity}', {spec.record_id}, {json_object(before)}"
        f" from {batch.stage.rows} s {changed_rows(batch)}"
        f" join {spec.table} on {spec.record_id} = m.target {spec.joins}"
    )


async def restore(batch: Batch, entity: str, table: str, key: str, columns: dict[str, str]) -> None:
    """Put changed records back from the journal.

    Args:
        batch: The batch being undone.
        entity: Name in the journal.
        table: Table to write.
        key: Its key column.
        columns: Column → type, see ``json_value``.
    """
    for column, sql_type in columns.items():
        await restore_column(batch, entity, table, key, column, column, sql_type)


async def restore_column(
    batch: Batch, entity: str, table: str, key: str, column: str, name: str, sql_type: str
) -> None:
    """Put one column of changed records back; ``name`` is what the journal calls it."""
    value = json_value("c.before", name, sql_type)
    sql = statement(
        "update <table> set <column> = (select $value from import_change c where c.batch = {}"
        " and c.entity = {} and c.entity_id = <table>.<key> and c.before is not null)"
        " where <key> in (select entity_id from import_change where batch = {} and entity = {}"
        " and before is not null)",
        table=table,
        column=column,
        key=key,
    )
    await execute(sql.replace("$value", value), batch.id, entity, batch.id, entity)


async def refuse_when_touched(batch: Batch, entity: str, table: str) -> None:
    """Refuse to undo when a record of the batch was changed afterwards.

    Raises:
        Conflict: Some record's ``updated_at`` is not the moment the batch was applied.
    """
    touched = await fetch_value(
        statement(
            "select count(*) from <table> t join import_change c on c.entity_id = t.id"
            " where c.batch = {} and c.entity = {} and t.updated_at <> {}",
            table=table,
        ),
        batch.id, entity, batch.applied_at,
    )  # fmt: skip
    if touched:
        raise Conflict(
            "%(count)s records of this import were changed afterwards; it can no longer be undone.",
            count=touched,
        )
