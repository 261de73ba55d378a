"""Write an empty file with the headings of a template, as CSV and as an Excel workbook."""

import io
from typing import Final

import xlsxwriter

from cairn.warehouse.exporters import write_text_csv
from cairn.warehouse.file_templates.file_template import FileTemplate, describe_values
from cairn.warehouse.schema import ElementField

__all__ = ["export_template_csv", "export_template_workbook"]

_MAX_LIST: Final = 255
"""The most letters of a list of choices in a cell of Excel, with the commas."""
_LAST_ROW: Final = 1_048_575
_WIDTH: Final = 16


def export_template_csv(template: FileTemplate) -> bytes:
    """Write the headings as UTF-8 CSV with a byte order mark, so that Excel reads it too.

    Args:
        template: the columns.

    Returns:
        The file, without rows.
    """
    return write_text_csv(template.headings, ())


def export_template_workbook(template: FileTemplate) -> bytes:
    """Write the headings as an Excel workbook; a note on each says what the column takes.

    All cells are text, so that Excel neither runs a formula, drops the zeros of an ID, nor writes
    a date in another order. A column with few codes offers them as a list.

    Args:
        template: the columns.

    Returns:
        The file, without rows.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        plain = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
        sheet = book.add_worksheet(template.record.name[:31])
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(template.columns):
            sheet.set_column(number, number, _WIDTH, plain)
            sheet.write_string(0, number, column.name, bold)
            sheet.write_comment(0, number, _describe_column(column))
            codes = [*column.codes]
            if codes and len(",".join(codes)) <= _MAX_LIST:
                choices = {"validate": "list", "source": codes, "error_type": "warning"}
                sheet.data_validation(1, number, _LAST_ROW, number, choices)
    return content.getvalue()


def _describe_column(element: ElementField) -> str:
    need = "Required." if element.required else "May be left blank."
    return f"{element.label}: {describe_values(element)}. {need}"
