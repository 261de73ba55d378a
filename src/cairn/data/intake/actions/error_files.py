"""Give a sender the errors of its own file, on the record."""

from datetime import datetime

from cairn.data.intake.models import Delivery
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine import Permit
from cairn.policy.questions import may_download_error_file
from cairn.warehouse.exporters import export_error_file
from cairn.warehouse.store import FileRef

__all__ = ["download_error_file"]


def download_error_file(*, delivery: Delivery, by: User, at: datetime) -> bytes:
    """Return the errors of a file to its sender, with its values, after the download is recorded.

    Args:
        delivery: the delivery; `queries.has_error_file` is true of it.
        by: the user who downloads.
        at: the moment of the action.

    Returns:
        The error file as CSV.

    Raises:
        Refused: the policy does not allow it.
    """
    _record_download(delivery=delivery, by=by, at=at)
    store = open_file_store()
    return export_error_file(
        store.read(FileRef.parse(delivery.quarantined)),
        store.read(FileRef.parse(delivery.landed)),
        file_name=delivery.file_name,
        record=delivery.record,
    )


def _get_sender(*, delivery: Delivery) -> tuple[str]:
    return (delivery.organization.slug,)


@action("delivery.errors_downloaded", asks=may_download_error_file, facts=_get_sender)
def _record_download(
    permit: Permit, /, *, delivery: Delivery, by: User, at: datetime
) -> ActionResult[None]:
    """Record who downloaded the errors of a file."""
    detail = {
        "organization": delivery.organization.slug,
        "rows": delivery.report.get("rows_quarantined", 0),
    }
    return ActionResult(subject=delivery, detail=detail)
