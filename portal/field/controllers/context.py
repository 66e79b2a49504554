"""What the list pages of the field share: choices of filters, files."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from litestar import Response

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.web.forms import FormReader
from portal.web.i18n import gettext
from portal.web.responses import download
from portal.web.spreadsheet import Column, Format, file_stream

Rows = AsyncIterator[list[dict[str, Any]]]


def pairs_of(rows: Iterable[Mapping[str, Any]], value: str, label: str) -> list[tuple[str, str]]:
    """Return the distinct choices of two columns by their label; those without a value are left out."""
    found = {str(row[value]): str(row[label]) for row in rows if row[value] not in (None, "")}
    return sorted(found.items(), key=lambda pair: (pair[1], pair[0]))


def read_format(form: FormReader) -> Format:
    """Read the kind of file asked for.

    Raises:
        Invalid: It is none.
    """
    file_format = Format(form.choice("format", [member.value for member in Format]))
    form.check()
    return file_format


async def send_file(
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
    note = " ".join([file_format.value, *(f"{name}={text}" for name, text in params.items())])
    subject = Subject.of("list", action.removeprefix("field.").removesuffix("_exported"))
    await record_alone(viewer.signature(policy), action, subject, note=note)
    shown = gettext(title)
    content = file_stream(columns, rows, file_format, shown)
    return download(f"{shown}.{file_format.value}", content, file_format.media_type)
