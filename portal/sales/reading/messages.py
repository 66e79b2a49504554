"""Every sentence the reader can say about a file, a row or a value, by code.

The text is an English msgid with ``%(name)s`` parameters; the web edge and the
error file translate it. Nothing here formats or translates by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MESSAGES: dict[str, str] = {
    # the file as a whole
    "empty_file": "The file is empty.",
    "not_a_table": "This is not a table the portal can read (%(found)s). Send CSV, XLSX, XLS or Parquet.",
    "html_as_excel": (
        "This is a web page saved under a spreadsheet name. Open it in Excel and save it as XLSX."
    ),
    "charset_unknown": (
        "The text is neither UTF-8 nor CP949: line %(line)s cannot be decoded. Save the file as UTF-8."
    ),
    "charset_declared_wrong": "Line %(line)s cannot be decoded as %(encoding)s.",
    "bad_quotes": (
        "Near row %(row)s a quotation mark is not closed properly, so the columns cannot be told apart."
    ),
    "cell_too_long": (
        "Near row %(row)s one cell is longer than %(limit)s characters, or a quotation mark is not closed."
    ),
    "archive_broken": "The archive is damaged or cut off. Send the file again.",
    "archive_nested": "The archive holds another archive. Send the table itself.",
    "archive_no_table": "The archive holds no table.",
    "archive_many_tables": "The archive holds several files (%(count)s). Send one table at a time.",
    "archive_encrypted": "The file is protected by a password. Remove the password and send it again.",
    "archive_entries": "The archive has %(count)s entries; at most %(limit)s are accepted.",
    "archive_size": "Unpacked, the file is larger than %(limit)s MiB.",
    "archive_ratio": "The file unpacks to more than %(limit)s times its size, which no honest table does.",
    "sheet_too_large": "Sheet %(sheet)s reaches cell %(cell)s: more cells than the portal reads (%(limit)s).",
    "sheet_missing": "The workbook has no sheet %(sheet)s.",
    "sheet_none": "The workbook has no visible sheet with cells.",
    "sheet_broken": "The workbook is damaged: %(reason)s.",
    "sheet_doctype": (
        "The workbook contains a document type declaration, which no spreadsheet program writes."
    ),
    "parquet_missing": "Parquet files need the extra package [parquet], which is not installed here.",
    "parquet_broken": "The Parquet file is damaged: %(reason)s.",
    "too_many_rows": "The file has more than %(limit)s rows.",
    "too_many_columns": "The file has %(count)s columns; at most %(limit)s are accepted.",
    "took_too_long": "Reading the file took longer than %(limit)s seconds and was stopped.",
    "reader_stopped": "The file could not be read safely and was refused (%(reason)s).",
    "header_twice": (
        "Two columns are headed %(header)s. Rename one, or choose one by its position in the map."
    ),
    "header_in_thousands": (
        "Column %(header)s is in multiples of a unit. Say how many in the map (times), or send whole units."
    ),
    "map_unknown_column": "The map names column %(column)s, which this kind of import does not have.",
    "map_source_missing": "The file has no column %(header)s, which the map names.",
    # one value
    "required": "A value is required here.",
    "bad_number": "This is not a number.",
    "bad_grouping": "The separators in this number are ambiguous. Write 1234.5 or 1,234.5.",
    "not_whole": "A whole number is required here.",
    "too_many_decimals": "This amount has more than %(scale)s decimal places.",
    "out_of_range": "This number is too large.",
    "other_currency": "This amount is in another currency (%(found)s); the portal runs in %(currency)s.",
    "bad_date": "This is not a date. Write 2026-11-21.",
    "date_without_year": "This date has no year. Write 2026-11-21.",
    "date_order_unknown": (
        "Day and month cannot be told apart here. Name the date format in the map, or write 2026-11-21."
    ),
    "impossible_date": "There is no such day.",
    "date_far_away": "This date lies outside the years %(first)s to %(last)s.",
    "bad_percent": "Write a percentage with its sign, such as 12.5%%.",
    "bad_boolean": "Write Y or N.",
    "bad_choice": "This is none of the accepted values: %(choices)s.",
    "code_scientific": (
        "A spreadsheet program has destroyed this code. Format the column as text and enter the code again."
    ),
    "code_decimal": (
        "This code was turned into a decimal number. Format the column as text and enter the code again."
    ),
    "code_number_too_long": (
        "This code was stored as a number of more than 15 digits, so its last digits are lost."
    ),
    "code_is_date": "A spreadsheet program has turned this code into a date. Format the column as text.",
    "too_long": "The text is longer than %(limit)s characters.",
    "control_character": "The text contains a control character (%(character)s).",
    "national_id": "This looks like a resident registration number, which must not be stored. Remove it.",
    "formula_error": "The formula in this cell has failed (%(found)s).",
    "formula_without_value": (
        "The formula in this cell has no stored value. Open the file in Excel and save it once."
    ),
    "split_mismatch": "The value does not have the form the map describes.",
    # one row
    "extra_cells": "The row has more cells than the header.",
    "skipped_total": "Skipped: a total, not a record.",
    "skipped_header": "Skipped: the header is repeated here.",
    "skipped_by_map": "Skipped: the map leaves this row out.",
    # warnings
    "warn_leading_zeros": (
        "Column %(header)s: codes differ in length (%(example)s). Leading zeros may have been lost."
    ),
    "warn_code_numbers": (
        "Column %(header)s: codes are stored as numbers. Leading zeros, if there were any, are lost."
    ),
    "warn_serial_days": (
        "Column %(header)s: dates are written as spreadsheet day numbers, such as %(example)s."
    ),
    "warn_excel_column": "Column %(header)s looks destroyed by a spreadsheet program (%(example)s).",
    "warn_hidden_sheet": "Hidden sheet %(sheet)s was not read.",
    "warn_other_sheet": "Sheet %(sheet)s was not read.",
    "warn_duplicate_header": "Two columns that are not imported are headed %(header)s.",
    "warn_header_ignored": "Column %(header)s also means %(column)s; column %(used)s was used.",
    "warn_notes": "Notes beside the table were not read, such as those in row %(row)s.",
    "warn_problems_capped": "Only the first %(limit)s problems are listed.",
    "warn_error_rows_capped": "Only the first %(limit)s rejected rows are kept for the error file.",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence: a code of ``MESSAGES`` and its parameters, plain text or numbers."""

    code: str
    params: dict[str, str | int] = field(default_factory=dict)

    @property
    def msgid(self) -> str:
        """English text with ``%(name)s`` places."""
        return MESSAGES[self.code]

    @property
    def text(self) -> str:
        """English text with the parameters filled in."""
        return self.msgid % self.params

    def plain(self) -> dict[str, object]:
        """Form for JSON: code, message (msgid) and params."""
        return {"code": self.code, "message": self.msgid, "params": self.params}


class FileRefused(Exception):  # noqa: N818  it is a verdict on the file, not a fault of ours
    """The file was not read; the portal is unharmed.

    Attributes:
        message: Why, to be translated at the edge.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message

    @classmethod
    def because(cls, code: str, **params: str | int) -> FileRefused:
        """Refuse with one of ``MESSAGES``."""
        return cls(Message(code, params))
