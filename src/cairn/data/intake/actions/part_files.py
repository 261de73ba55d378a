"""Receive a whole file: as one delivery, or as one for each of the parts that it holds (ADR 48).

Each part is received on its own, as if its rows were a file: it replaces only the earlier rows of
that part, is known again, or is held. Parts that the file does not hold stay as they are. Rows that
name no part are received as a part of their own, in which all rows are set aside. A process that
dies between two parts is continued when the file is sent again.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.data.intake.actions import receipt
from cairn.data.intake.actions.receipt import DeliveryReceipt, ReceiptResult, SentFile
from cairn.data.intake.delivery_parts import UNNAMED_PART, normalize_part_name
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import Delivery, DeliveryStateConflict, transition_delivery
from cairn.data.intake.queries import DeliverySlot
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.warehouse.file_parts import split_parts
from cairn.warehouse.readers import FileContent
from cairn.warehouse.schema import ROW_COLUMN, ColumnMapping, Sheet

__all__ = ["receive_whole_file"]

_DIGEST_ROWS: Final = 10_000
_ORDER: Final = (
    ReceiptResult.HELD,
    ReceiptResult.REFUSED,
    ReceiptResult.REPLACED,
    ReceiptResult.NEW,
    ReceiptResult.AGAIN,
    ReceiptResult.UNUSABLE,
)
"""The receipt of a file with several parts is that of its first part in this order."""


def receive_whole_file(  # noqa: PLR0913 - each is one property of the file
    *,
    submission: Submission,
    content: bytes | FileContent,
    mapping: ColumnMapping | receipt.MappingChooser,
    by: User,
    at: datetime,
    on_received: Callable[[Delivery], object] | None = None,
    replace_earlier: bool = False,
    recorded_refusal: Delivery | None = None,
    read_sheets: tuple[Sheet, ...] = (),
) -> DeliveryReceipt:
    """Receive a file that has all rows of its parts. Not atomic: see ``receive_submission``.

    Args:
        submission: what the sender states.
        content: its bytes, or content that can be opened again.
        mapping: the column mapping, or a function that chooses it from the file. With a part
            column, the file is split by it.
        by: the user who sends it.
        at: the time.
        on_received: called with each accepted delivery, in the transaction that records it.
        replace_earlier: the sender has decided that the file replaces the earlier ones.
        recorded_refusal: the refusal of this file that a try recorded before it was cut short.
        read_sheets: its sheets, where they were read by this mapping already.

    Returns:
        The delivery and the result; of a file with several parts, those of the part that needs a
        person most, with all receipts in ``parts``.

    Raises:
        DeliveryStateConflict: the file cannot be split, or the facts kept changing.
        UnreadableFile: a file with several parts cannot be read.
        UnusableDelivery: a file with several parts has none of the mapped columns.
    """
    has_parts = isinstance(mapping, ColumnMapping) and mapping.part
    opened = FileContent.wrap(content)
    receive = partial(
        receipt.receive_submission,
        content=opened,
        mapping=mapping,
        by=by,
        at=at,
        on_received=on_received,
        replace_earlier=replace_earlier,
    )
    if not has_parts or not receipt.decide_submission(submission).allowed:
        return receive(
            submission=submission, recorded_refusal=recorded_refusal, read_sheets=read_sheets
        )
    assert isinstance(mapping, ColumnMapping)  # noqa: S101 - only a chosen mapping has parts
    sent = SentFile(submission, opened, None, replace_earlier, read_sheets=read_sheets)
    sheets = receipt.read_sent_sheets(sent, mapping)
    parts = split_parts(sheets, mapping, normalize_part_name, on=timezone.localdate(at))
    if parts.problem:
        raise DeliveryStateConflict(parts.problem)
    received = [
        receive(submission=replace(submission, part=name), part_rows=_describe_rows(name, rows))
        for name, rows in parts.sheets.items()
    ]
    if not received:
        raise DeliveryStateConflict("The file has no rows, so it holds no part.")
    main = min(received, key=lambda entry: _ORDER.index(entry.result))
    is_settled = main.result not in (ReceiptResult.HELD, ReceiptResult.REFUSED)
    if parts.unnamed:
        # No figure rests on these rows, so newer ones replace them without a question.
        unnamed = receive(
            submission=replace(submission, part=UNNAMED_PART),
            part_rows=_describe_rows(UNNAMED_PART, parts.unnamed),
            replace_earlier=replace_earlier or is_settled,
        )
        received.append(unnamed)
    elif is_settled:
        _end_unnamed_rows(submission, frozenset(parts.sheets), by, at)
    return replace(main, parts=tuple(received))


@transaction.atomic
def _end_unnamed_rows(
    submission: Submission, names: frozenset[str], by: User, at: datetime
) -> None:
    """Let earlier rows without a part count no more: a file that has all parts has no such row."""
    slot = DeliverySlot.from_submission(replace(submission, part=UNNAMED_PART))
    earlier = slot.find_current_delivery(locked=True)
    current = {row.part for row in slot.list_current_parts()} - {UNNAMED_PART}
    if earlier is None or not current <= names:
        return
    transition_delivery(earlier, "supersede")
    earlier.save(update_fields=["state"])
    record_audit_event("delivery.superseded", earlier, by=by, at=at)


def _describe_rows(part: str, sheets: tuple[Sheet, ...]) -> receipt.PartRows:
    return receipt.PartRows(sheets, _compute_rows_digest(part, sheets))


def _compute_rows_digest(part: str, sheets: Sequence[Sheet]) -> str:
    """Compute a digest of the headings and cells of a part, wherever they are in the file."""
    digest = hashlib.sha256(repr(part).encode())
    for sheet in sheets:
        # One table has the name of its file, in which the day of the export may be.
        name = sheet.name if len(sheets) > 1 else ""
        digest.update(repr((name, sheet.header, len(sheet.misfits))).encode())
        rows = sheet.table.drop_columns([ROW_COLUMN]).combine_chunks()
        for start in range(0, rows.num_rows, _DIGEST_ROWS):
            digest.update(repr(rows.slice(start, _DIGEST_ROWS).to_pydict()).encode())
    return digest.hexdigest()
