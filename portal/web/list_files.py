"""A list taken out as a file: the kind asked for, what the audit log says of it, the answer with the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.web.responses import download
from portal.web.spreadsheet import Format, file_stream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from litestar import Response

    from portal.web.forms import FormReader
    from portal.web.spreadsheet import Column, Rows


def read_format(form: FormReader) -> Format:
    """Read the kind of file asked for.

    Raises:
        Invalid: It is none, or the form already had problems.
    """
    file_format = form.choice("format", [member.value for member in Format])
    form.check()
    return Format(file_format)


def note_of(file_format: Format, params: Mapping[str, str]) -> str:
    """Return what the audit log keeps: the kind of file, then the limits of the list as in its address."""
    return " ".join([file_format.value, *(f"{name}={text}" for name, text in params.items())])


def send_file(
    columns: Sequence[Column],
    batches: Rows,
    file_format: Format,
    title: str,
    name: str = "",
) -> Response[Any]:
    """Send batches of rows as a file.

    Args:
        columns: What the file has.
        batches: Rows in batches; read while the file is sent.
        file_format: Kind of file.
        title: Name of the sheet, translated.
        name: Name of the file without its ending; empty = the title.
    """
    content = file_stream(columns, batches, file_format, title)
    return download(f"{name or title}.{file_format.value}", content, file_format.media_type)
