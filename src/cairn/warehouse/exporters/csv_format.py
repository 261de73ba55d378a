"""Write CSV, which any program opens and which holds no labels, and the codebook for it."""

import csv
import io
from datetime import date

from cairn.warehouse.exporters.labeled_table import LabeledTable, LabeledValue

__all__ = ["export_codebook", "export_csv"]

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
        return f"'{value}" if value.startswith(_FORMULA_SIGNS) else value
    return str(int(value)) if float(value).is_integer() else repr(float(value))
