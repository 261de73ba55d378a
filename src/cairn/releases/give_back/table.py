"""The report of one delivery as CSV: rows, fields, and the releases that counted them."""

import csv
from collections.abc import Iterable
from io import StringIO

from cairn.intake.page import Page
from cairn.releases.give_back.queries import Linked, Used

HEADER = ("about", "what", "number", "of")


def comma_separated(page: Page, linked: Linked | None, used: Iterable[Used]) -> str:
    """One line a number; ``of`` is among how many, where that says something. What rows of single
    children would tell is left out for whoever may not see it (`Page.numbered`)."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    report = page.report
    if report is not None:
        writer.writerow(("rows", "came in", report.rows_in, ""))
        writer.writerow(("rows", "kept", report.rows_kept, report.rows_in))
    if linked is not None and page.numbered:
        writer.writerow(("rows", "linked to a child", linked.linked, linked.rows))
    for column in report.columns if report is not None and page.numbered else ():
        writer.writerow(("filled", column.field, column.filled, column.rows))
    for one in used:
        writer.writerow(("release", _plain(one.release.title), one.release.state, ""))
    return out.getvalue()


def _plain(text: str) -> str:
    """A title that a spreadsheet cannot take for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
