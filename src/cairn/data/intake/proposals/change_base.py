"""Find the delivery that a file of changes applies to, and what speaks against it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.data.intake import students
from cairn.data.intake.facts import Submission, parse_delivery_mapping
from cairn.data.intake.models import CURRENT_STATES, Delivery
from cairn.data.intake.proposals import part_comparison
from cairn.data.intake.queries import DeliverySlot
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import DeliveryState
from cairn.warehouse.pipeline import ChangedFile, UnusableDelivery, build_changed_file
from cairn.warehouse.schema import ColumnMapping, Sheet
from cairn.warehouse.store import FileRef

__all__ = ["describe_change_order"]


def describe_change_order(submission: Submission) -> str:
    """Describe why a person must look at the order of changes before they are applied.

    Args:
        submission: what the sender states.

    Returns:
        A sentence; empty where the changes are later than everything that counts, and for a file
        that is whole.
    """
    base = DeliverySlot.from_submission(submission).find_current_delivery()
    as_of = submission.changes_as_of
    if base is None or as_of is None:
        return ""
    if is_out_of_order(base, as_of):
        return describe_older_changes(base, as_of)
    if base.changes_as_of == as_of:
        return _("Changes of the same day count already. Confirm only if these are later.")
    if base.changes_as_of is None and base.extract_date and as_of <= base.extract_date:
        text = _(
            "The whole file has the data of %(extract)s, and these changes are of %(day)s. Confirm "
            "only if the whole file does not have them yet."
        )
        return text % {"extract": date_format(base.extract_date), "day": date_format(as_of)}
    arrived = timezone.localdate(base.received_at)
    if base.data_as_of is None and as_of < arrived:
        text = _(
            "The whole file arrived on %(arrived)s, after the day of these changes (%(day)s). "
            "Confirm only if the whole file does not have them yet."
        )
        return text % {"arrived": date_format(arrived), "day": date_format(as_of)}
    return ""


def is_out_of_order(base: Delivery, as_of: date) -> bool:
    """Return whether changes of a later day count already."""
    return base.changes_as_of is not None and as_of < base.changes_as_of


def describe_older_changes(base: Delivery, as_of: date) -> str:
    """Say that changes are older than those that count, and what to do."""
    text = _(
        "These changes are of %(day)s, and changes of %(newer)s count already. They are not "
        "applied. Withdraw the newer data submission first, send the whole file instead, or cancel "
        "this file."
    )
    newer = base.changes_as_of or as_of
    return text % {"day": date_format(as_of), "newer": date_format(newer)}


def find_applied_changes(submission: Submission, content_digest: str) -> Delivery | None:
    """Find the delivery of the same changes that counts, or on which the current one rests."""
    slot = DeliverySlot.from_submission(submission)
    states = (*CURRENT_STATES, DeliveryState.SUPERSEDED.value)
    return (
        slot.list_deliveries()
        .filter(
            content_digest=content_digest,
            changes_as_of=submission.changes_as_of,
            state__in=states,
        )
        .first()
    )


def find_change_problem(
    base: Delivery | None, submission: Submission, mapping: ColumnMapping
) -> str:
    """Find why changes cannot be applied to a delivery; empty if they can."""
    if base is None:
        return (
            "No file counts for this data set, period and part yet, so there is nothing to change. "
            "Send the whole file first."
        )
    if base.pilot != bool(submission.synthetic):
        return (
            "Invented data and data about real students cannot change each other. Send the whole "
            "file under a name of its own."
        )
    if not _reads_alike(parse_delivery_mapping(base), mapping):
        return (
            "The columns are read in another way than those of the file that would be changed. "
            "Send the whole file instead."
        )
    return ""


def list_changed_student_keys(base: Delivery) -> frozenset[str]:
    """List the keys of the students in the delivery that is changed: all its rows land again."""
    return students.list_student_keys(
        open_file_store(),
        FileRef.parse(base.landed),
        parse_delivery_mapping(base),
        base.organization,
    )


def apply_changes_in_memory(
    submission: Submission,
    base: Delivery,
    sheets: Sequence[Sheet],
    mapping: ColumnMapping,
    permit: Permit,
) -> ChangedFile:
    """Apply changes to the rows of a delivery; nothing is written.

    Args:
        submission: what the sender of the changes states.
        base: the delivery that counts.
        sheets: sheets of the file of changes.
        mapping: its column mapping.
        permit: a permit to receive it.

    Returns:
        All rows, as they would land.

    Raises:
        UnusableDelivery: the changes cannot be applied; the message says what to send instead.
    """
    store = open_file_store()
    changed = build_changed_file(
        store,
        FileRef.parse(base.landed),
        sheets,
        mapping,
        permit=permit,
        label=f"changes of {submission.changes_as_of}",
        rows=students.describe_row_origin(
            submission.organization.slug, submission.agreement.reference
        ),
    )
    slot = DeliverySlot.from_delivery(base)
    if problem := part_comparison.find_shared_days(store, slot, mapping, [changed.table]):
        raise UnusableDelivery(problem)
    return changed


def _reads_alike(earlier: ColumnMapping, later: ColumnMapping) -> bool:
    """Return whether both read the same columns; codes, marks and dates may differ."""
    first, second = (
        replace(each, codes={}, deletes=None, date_source=None) for each in (earlier, later)
    )
    return first == second
