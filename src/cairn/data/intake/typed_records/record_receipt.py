"""Receive records that people typed on pages of this site, as a file that they might have sent.

The app that keeps the records writes their cells. Their columns are those of this module, so no
person has to confirm them. Everything else is asked as of an uploaded file: the agreement, the
consents, earlier records.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cairn.data.intake.actions.receipt import (
    DeliveryReceipt,
    ReceiptPreview,
    preview_receipt,
    receive_submission,
)
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import Delivery
from cairn.platform.accounts.api import User
from cairn.warehouse.schema import ColumnMapping

__all__ = ["TypedRecords", "preview_typed_records", "receive_typed_records"]


@dataclass(frozen=True, slots=True)
class TypedRecords:
    """Records of one type, as text.

    Attributes:
        record: name of the record type, such as "session_attendance".
        columns: heading → field of the record type, or ``field:rule`` (`ColumnMapping`).
        rows: the cells by heading, in an order that does not depend on when they were typed.
    """

    record: str
    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, str]]

    def format_csv(self) -> bytes:
        """Write the records as CSV; the same records are the same bytes."""
        out = io.StringIO()
        writer = csv.DictWriter(out, list(self.columns), restval="")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue().encode()

    def build_mapping(self) -> ColumnMapping:
        """Build the column mapping by which the file is read."""
        return ColumnMapping(record=self.record, columns=dict(self.columns))


def preview_typed_records(submission: Submission, records: TypedRecords) -> ReceiptPreview:
    """Ask what would become of typed records, without receiving them.

    Args:
        submission: the statement of the sender.
        records: the records, with at least one row.

    Returns:
        The preview.
    """
    submission = _describe_own_file(submission)
    return preview_receipt(submission, records.format_csv(), records.build_mapping())


def receive_typed_records(
    *,
    submission: Submission,
    records: TypedRecords,
    by: User,
    at: datetime,
    on_received: Callable[[Delivery], object],
) -> DeliveryReceipt:
    """Receive typed records; they replace what was received of the same slot before.

    They are all records of their slot, kept and corrected on this site, so that a smaller number
    than before is a correction and no mistake: nothing is held for a decision.

    Args:
        submission: the statement of the sender.
        records: the records, with at least one row.
        by: the user who sends them.
        at: the time.
        on_received: called with the accepted delivery, in the transaction that records it.

    Returns:
        The delivery and the result.

    Raises:
        DeliveryStateConflict: the facts kept changing meanwhile.
    """
    return receive_submission(
        submission=_describe_own_file(submission),
        content=records.format_csv(),
        mapping=records.build_mapping(),
        by=by,
        at=at,
        on_received=on_received,
        replace_earlier=True,
    )


def _describe_own_file(submission: Submission) -> Submission:
    return replace(submission, name=f"{submission.feed}.csv")
