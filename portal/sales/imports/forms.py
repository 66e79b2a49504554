"""Forms of the import screens: text in, checked commands out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portal.sales.imports.explaining import Explanation
from portal.sales.imports.model import DEFAULT_SOURCE, REPLACEABLE, ImportKind, Mode
from portal.sales.imports.uploads import UploadCommand
from portal.sales.imports.words import DATE_ORDERS, LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.sales.reading import TableSpec
    from portal.web.forms import FormReader

_SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


def read_upload(form: FormReader) -> UploadCommand:
    """Read the upload form.

    Raises:
        Invalid: With everything found wrong.
    """
    kind = form.member("kind", ImportKind)
    mode = form.member("mode", Mode)
    level = form.choice("level", LEVELS) if form.values.get("level") else ""
    source = form.text("source", longest=20, shortest=0) or DEFAULT_SOURCE
    if not _SOURCE.fullmatch(source) or source.startswith("dealer-"):
        form.refuse("source", "Use small letters, digits and hyphens.")
    if mode is Mode.REPLACE and kind not in REPLACEABLE:
        form.refuse("mode", "Only orders and payments can replace what is there; choose add.")
    upload = form.files.get("file")
    if upload is None or not upload.filename:
        form.refuse("file", "Choose a file.")
    form.check()
    name = upload.filename if upload is not None else ""
    return UploadCommand(
        kind,
        mode,
        form.values.get("map", ""),
        source,
        int(level) if level else None,
        name.replace("\\", "/").rsplit("/", 1)[-1],
    )


def read_map(
    form: FormReader, spec: TableSpec, headers: Sequence[str]
) -> tuple[dict[str, str], dict[str, str], str]:
    """Read the map editor: column → header, column → order of days, and a name to save it under or "".

    Raises:
        Invalid: A required column has no header, or a value is none of those offered.
    """
    chosen: dict[str, str] = {}
    dates: dict[str, str] = {}
    for column in spec.columns:
        header = form.values.get(f"c-{column.name}", "")
        if header and header not in headers:
            form.refuse(f"c-{column.name}", "Please choose one of the options.")
        elif header:
            chosen[column.name] = header
        elif column.required:
            form.refuse(f"c-{column.name}", "This column is needed.")
        order = form.values.get(f"d-{column.name}", "")
        if order in DATE_ORDERS:
            dates[column.name] = order
    name = form.text("name", longest=80, shortest=0)
    form.check()
    return chosen, dates, name


def read_explanation(form: FormReader) -> Explanation:
    """Read what a code of a dealer's file means: one of his accounts or a product, or a shop to be made.

    Raises:
        Invalid: With everything found wrong.
    """
    field = form.choice("field", ("buyer", "product"))
    meaning = form.choice("meaning", ("same", "new", "all_new"))
    code = "" if meaning == "all_new" else form.text("code", longest=60)
    known = form.text("known", longest=60) if meaning == "same" else ""
    if field == "product" and meaning != "same":
        form.refuse("known", "Products are made by head office. Choose one of the catalogue.")
    form.check()
    return Explanation(field, meaning, code, known)
