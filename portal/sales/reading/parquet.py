"""Parquet files, one batch of a row group at a time. Needs pyarrow (extra ``[parquet]``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.sales.reading.cells import cell_text
from portal.sales.reading.grid import Chunk, Head
from portal.sales.reading.messages import FileRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portal.sales.reading.spec import Limits

BATCH_ROWS = 65_536
HEAD_SAMPLE = 20


class ParquetGrid:
    """Columns of a Parquet file; its schema is the header, so row 1 is the first record."""

    def __init__(self, path: Path, limits: Limits) -> None:
        try:
            import pyarrow as pa  # noqa: PLC0415  an optional extra, imported where it is needed
            from pyarrow import parquet  # noqa: PLC0415  as above
        except ImportError:
            raise FileRefused.because("parquet_missing") from None
        self._arrow: Any = pa
        pa.set_cpu_count(1)
        try:
            self._file: Any = parquet.ParquetFile(path, memory_map=False, pre_buffer=False)
        except (pa.ArrowException, OSError) as error:
            raise FileRefused.because("parquet_broken", reason=str(error)[:120]) from error
        if self._file.metadata.num_rows > limits.rows:
            raise FileRefused.because("too_many_rows", limit=limits.rows)
        names = [str(name) for name in self._file.schema_arrow.names]
        self.head = Head("parquet", [names], fixed_header=1)
        for chunk in self._chunks(HEAD_SAMPLE):
            self.head.rows.extend([list(row) for row in zip(*chunk.columns, strict=True)][:HEAD_SAMPLE])
            break

    def chunks(self, skip: int, width: int, physical: int) -> Iterator[Chunk]:
        """Yield all rows; the header is the schema, so ``skip`` and ``width`` are always its own."""
        _ = skip, width, physical
        return self._chunks(BATCH_ROWS)

    def _chunks(self, rows: int) -> Iterator[Chunk]:
        first_row = 1
        try:
            for batch in self._file.iter_batches(batch_size=rows, use_threads=False):
                pairs = [self._texts(column) for column in batch.columns]
                yield Chunk(first_row, [texts for texts, _ in pairs], [typed for _, typed in pairs])
                first_row += batch.num_rows
        except (self._arrow.ArrowException, OSError) as error:
            raise FileRefused.because("parquet_broken", reason=str(error)[:120]) from error

    def _texts(self, column: Any) -> tuple[list[str], list[object]]:
        """Text of a column, and the column as typed cells where codes must be told from numbers."""
        types = self._arrow.types
        kind = column.type
        if types.is_nested(kind) or types.is_binary(kind) or types.is_large_binary(kind):
            return [""] * len(column), []
        if types.is_floating(kind):
            values = [None if value is None or value != value else value for value in column.to_pylist()]  # noqa: PLR0124  NaN is the one value unequal to itself
            return [cell_text(value) for value in values], values
        if types.is_dictionary(kind):
            column = column.dictionary_decode()
        texts = column.cast(self._arrow.string())
        if texts.null_count:
            texts = texts.fill_null("")
        return texts.to_pylist(), []
