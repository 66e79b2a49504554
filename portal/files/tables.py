"""Table of stored files: snapshots, printed documents, exports."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Bytea, Timestamptz, Varchar
from piccolo.table import Table


class StoredFile(Table, tablename="stored_file"):
    """Immutable bytes under their SHA-256."""

    id = BigSerial(primary_key=True)
    sha256 = Varchar(length=64, unique=True)
    media_type = Varchar(length=80)
    size_bytes = BigInt()
    content = Bytea()
    stored_at = Timestamptz()
