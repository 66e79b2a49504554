"""What the list pages of the field share: choices of filters, files."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from litestar import Response

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.web.i18n import gettext
from portal.web.list_files import note_of, send_file
from portal.web.spreadsheet import Column, Format

Rows = AsyncIterator[list[dict[str, Any]]]


def pairs_of(rows: Iterable[Mapping[str, Any]], value: str, label: str) -> list[tuple[str, str]]:
    """Return the distinct choices of two columns by their label; those without a value are left out."""
    found = {str(row[value]): str(row[label]) for row in rows if row[value] not in (None, "")}
    return sorted(found.items(), key=lambda pair: (pair[1], pair[0]))


async def record_and_send(
    viewer: Viewer,
    policy: str,
    action: str,
    params: Mapping[str, str],
    file: tuple[str, Sequence[Column], Rows],
    file_format: Format,
) -> Response[Any]:
    """Send a list as a file, after the audit log has who takes it out and under which limits.

    Args:
        viewer: Who takes it.
        policy: What it needs; the handler has asked.
        action: Word of the audit log, such as ``field.board_exported``.
        params: Limits of the list, for the log.
        file: English title, columns, and rows in batches.
        file_format: Kind of file.
    """
    title, columns, rows = file
    note = note_of(file_format, params)
    subject = Subject.of("list", action.removeprefix("field.").removesuffix("_exported"))
    await record_alone(viewer.signature(policy), action, subject, note=note)
    return send_file(columns, rows, file_format, gettext(title))
