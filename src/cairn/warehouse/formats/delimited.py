"""CSV, which any program opens and which holds no label: the codebook lies beside it."""

import csv
import io
from datetime import date

from cairn.warehouse.formats.labelled import Labelled, Value

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(table: Labelled) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads it too; an empty cell is missing."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(v.name for v in table.variables)
    columns = [table.columns[v.name] for v in table.variables]
    writer.writerows([[_cell(c) for c in row] for row in zip(*columns, strict=True)])
    return text.getvalue().encode("utf-8-sig")


def codebook(tables: tuple[Labelled, ...]) -> bytes:
    """One line a column, and one for each of its codes, with the number that Stata, SPSS and R
    use for it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("table", "column", "kind", "code", "number", "meaning", "what was done"))
    for table in tables:
        for variable in table.variables:
            about = (table.title, variable.name)
            writer.writerow((*about, variable.kind, "", "", variable.label, variable.note))
            for code, number in variable.numbers.items():
                writer.writerow((*about, "", _cell(code), number, variable.codes[code], ""))
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str:
    """A number without a needless point; text that a spreadsheet would run as a formula does not
    begin with its sign."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return str(int(value)) if float(value).is_integer() else repr(float(value))
