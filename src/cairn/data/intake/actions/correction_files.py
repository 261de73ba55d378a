"""Give a sender the rows with problems of its own file, on the record."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from cairn.data.intake import facts
from cairn.data.intake.models import Delivery
from cairn.data.intake.proposals.correction_preview import list_delivery_problems
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.facts import AgreementFact, DeliveryFact
from cairn.policy.questions import may_download_correction_file
from cairn.warehouse.exporters import export_correction_csv, export_correction_workbook
from cairn.warehouse.pipeline import MAX_CORRECTION_ROWS, CorrectionTable

__all__ = ["CorrectionFormat", "download_correction_file", "open_rows_to_correct"]


class CorrectionFormat(StrEnum):
    """A format of a correction file; the value is the ending of its name."""

    EXCEL = "xlsx"
    CSV = "csv"


_PAGE: Final = "page"

_EXPORTERS: Final = {
    CorrectionFormat.EXCEL: export_correction_workbook,
    CorrectionFormat.CSV: export_correction_csv,
}


def download_correction_file(
    *, delivery: Delivery, kind: CorrectionFormat, by: User, at: datetime
) -> bytes:
    """Return the rows with problems to their sender, with their values, after it is recorded.

    Args:
        delivery: the delivery; `queries.has_rows_to_correct` is true of it.
        kind: the format.
        by: the user who downloads.
        at: the moment of the action.

    Returns:
        The correction file.

    Raises:
        Refused: the policy does not allow it.
    """
    elements = _record_download(delivery=delivery, shown_as=kind.value, by=by, at=at)
    table = list_delivery_problems(delivery, elements, limit=MAX_CORRECTION_ROWS)
    return _EXPORTERS[kind](table)


def open_rows_to_correct(*, delivery: Delivery, by: User, at: datetime) -> CorrectionTable:
    """Return the rows with problems for a page on which they are corrected; it is recorded.

    Args:
        delivery: the delivery; `queries.has_rows_to_correct` is true of it.
        by: the user who opens the page.
        at: the moment of the action.

    Returns:
        All rows with problems, with the columns that the agreement covers now.

    Raises:
        Refused: the policy does not allow it.
    """
    elements = _record_download(delivery=delivery, shown_as=_PAGE, by=by, at=at)
    return list_delivery_problems(delivery, elements, limit=None)


def _load_facts(*, delivery: Delivery) -> tuple[DeliveryFact, AgreementFact]:
    terms = facts.load_agreement_by_reference(delivery.agreement_reference)
    return facts.load_delivery_fact(delivery, terms), terms


@action("delivery.errors_downloaded", asks=may_download_correction_file, facts=_load_facts)
def _record_download(
    permit: Permit, /, *, delivery: Delivery, shown_as: str, by: User, at: datetime
) -> ActionResult[frozenset[str]]:
    """Record who downloaded the rows with problems of a file; return the covered elements."""
    detail = {
        "organization": delivery.organization.slug,
        "rows": delivery.report.get("rows_quarantined", 0),
        "format": shown_as,
    }
    return ActionResult(permit.elements, subject=delivery, detail=detail)
