"""Write CSV, which any program opens and which holds no labels, and the codebook for it."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from cairn.warehouse.exporters.labeled_table import LabeledTable, LabeledValue

__all__ = ["escape_formula", "export_codebook", "export_csv", "restore_formula", "write_text_csv"]

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def export_csv(table: LabeledTable) -> bytes:
    """Write a table as UTF-8 CSV with a byte order mark, so that Excel reads it too.

    Args:
        table: the table.

    Returns:
        The file; an empty cell is missing.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(variable.name for variable in table.variables)
    columns = [table.columns[variable.name] for variable in table.variables]
    writer.writerows(
        [[write_cell_text(value) for value in row] for row in zip(*columns, strict=True)]
    )
    return text.getvalue().encode("utf-8-sig")


def write_text_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write texts as UTF-8 CSV with a byte order mark; none runs as a formula.

    Args:
        header: the headings.
        rows: the texts of each row.

    Returns:
        The file.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([[escape_formula(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def export_codebook(tables: tuple[LabeledTable, ...]) -> bytes:
    """Write one line for each column, and one for each of its codes.

    A code has the number that Stata, SPSS and R use for it.

    Args:
        tables: the tables of an extract.

    Returns:
        The codebook as CSV.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("table", "column", "kind", "code", "number", "meaning", "what was done"))
    for table in tables:
        for variable in table.variables:
            column_names = (table.title, variable.name)
            writer.writerow((*column_names, variable.kind, "", "", variable.label, variable.note))
            for code, number in variable.numbers.items():
                writer.writerow(
                    (*column_names, "", write_cell_text(code), number, variable.codes[code], "")
                )
    return text.getvalue().encode("utf-8-sig")


def escape_formula(text: str) -> str:
    """Keep a text as text where a spreadsheet would run it as a formula (CWE-1236).

    Args:
        text: one cell.

    Returns:
        The text, after an apostrophe if it begins like a formula.
    """
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def restore_formula(text: str) -> str:
    """Take away the apostrophe that ``escape_formula`` put before a text.

    Args:
        text: one cell.

    Returns:
        The text as it was.
    """
    is_escaped = text.startswith("'") and text[1:].startswith(_FORMULA_SIGNS)
    return text[1:] if is_escaped else text


def write_cell_text(value: LabeledValue) -> str:
    """Write a number without a needless point, and a text safe from running as a formula.

    Args:
        value: the value of one cell.

    Returns:
        Its text; empty for a missing value.
    """
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return escape_formula(value)
    return str(int(value)) if float(value).is_integer() else repr(float(value))
