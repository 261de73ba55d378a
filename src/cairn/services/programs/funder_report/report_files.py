"""Write a report to a funder as CSV or Excel; no cell runs as a formula."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _

from cairn.services.programs.funder_report.report_counts import CountRow
from cairn.services.programs.funder_report.report_queries import ProgramReport
from cairn.warehouse.exporters import ExcelWorkbook, escape_formula, write_text_csv

_SUPPRESSED: Final = "suppressed"

ReportLine = tuple[str, str, int | float | None, str]
"""Table, line, number, and a remark; no number where it is suppressed."""


def list_report_lines(report: ProgramReport) -> Iterator[ReportLine]:
    """Yield the lines of the first table: children, days and staff.

    Args:
        report: the report, exact or for publication.

    Yields:
        The lines.
    """
    counts = report.counts
    yield (_("Program"), escape_formula(report.program.name), None, "")
    yield (_("Period"), f"{counts.first.isoformat()} to {counts.last.isoformat()}", None, "")
    total = CountRow(_("All, each once"), counts.participants)
    for table, rows in (
        (_("Children"), (total,)),
        (_("Children by hours"), counts.bands),
        (_("Children by grade"), counts.grades),
    ):
        yield from ((table, row.label, row.children, _remark(row)) for row in rows)
    days = counts.session_days
    yield (_("Days"), _("Days with a session"), days, _SUPPRESSED if days is None else "")
    if counts.attendance_days is not None:
        yield (_("Days"), _("Days of attendance, all children"), counts.attendance_days, "")
    yield (_("Staff"), _("People who recorded attendance"), counts.staff, "")


def list_unit_lines(
    report: ProgramReport,
) -> Iterator[tuple[str, int | None, float | None, float | None, str]]:
    """Yield the lines of the units of service.

    Args:
        report: the report, exact or for publication.

    Yields:
        Group, sessions, hours, hours of all children, and a remark.
    """
    for row in report.counts.units:
        remark = _SUPPRESSED if row.sessions is None else ""
        yield (escape_formula(row.group), row.sessions, row.hours, row.child_hours, remark)


def write_report_csv(report: ProgramReport) -> bytes:
    """Write both tables into one CSV file.

    Args:
        report: the report, exact or for publication.

    Returns:
        The file.
    """
    lines = [[table, line, _write_number(n), note] for table, line, n, note in _list_all(report)]
    return write_text_csv(_list_headings(), lines)


def write_report_workbook(report: ProgramReport) -> bytes:
    """Write the report as an Excel workbook; the second sheet has the units of service.

    Args:
        report: the report, exact or for publication.

    Returns:
        The file.
    """
    buffer = BytesIO()
    headings = (_("Group"), _("Sessions"), _("Hours"), _("Hours of all children"), _("Remark"))
    units = (_("Units of service"), (headings, *list_unit_lines(report)))
    book = ExcelWorkbook(buffer, _list_headings(), sheet=_("Report"), notes=units)
    for line in list_report_lines(report):
        book.add(line)
    book.close()
    return buffer.getvalue()


def _list_all(report: ProgramReport) -> Iterator[ReportLine]:
    yield from list_report_lines(report)
    for group, sessions, hours, child_hours, remark in list_unit_lines(report):
        yield (_("Sessions"), group, sessions, remark)
        yield (_("Hours"), group, hours, remark)
        if child_hours is not None:
            yield (_("Hours of all children"), group, child_hours, "")


def _list_headings() -> tuple[str, str, str, str]:
    return (_("Table"), _("Line"), _("Number"), _("Remark"))


def _remark(row: CountRow) -> str:
    if row.children is None:
        return _SUPPRESSED
    return _("fewer than 10 children") if row.is_small else ""


def _write_number(number: float | None) -> str:
    return "" if number is None else str(number)
