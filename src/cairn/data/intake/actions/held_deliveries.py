"""Decide on a held file: let it replace the earlier one, add it as a part, or cancel it.

A person decides once. The decision about the file is asked again, as if the file arrived on that
day, because the agreement or a consent may have ended since. The file itself cannot have changed:
it is read before the transaction (`read_held_students`, `compare_held_file`, `compare_held_days`),
because a large file takes seconds and the database has one writer.
"""

from dataclasses import replace
from datetime import date, datetime
from functools import partial

from cairn.data.intake import facts, students
from cairn.data.intake.actions.mapping_versions import save_mapping_version
from cairn.data.intake.delivery_parts import normalize_part_name
from cairn.data.intake.models import Delivery, DeliveryStateConflict, transition_delivery
from cairn.data.intake.proposals import part_comparison, replacement_preview
from cairn.data.intake.proposals.layout_proposal import ConfirmedLayout
from cairn.data.intake.queries import DeliverySlot
from cairn.governance.agreements.api import Agreement
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.platform.storage.api import open_file_store
from cairn.policy.checks import FileComparison
from cairn.policy.engine import Permit
from cairn.policy.facts import AgreementFact, DeliveryFact, DutyFact, RowsFact
from cairn.policy.questions import may_accept_held_delivery, may_cancel_held_delivery
from cairn.policy.vocabulary import Channel, DeliveryState
from cairn.warehouse.schema import ColumnMapping
from cairn.warehouse.store import FileRef

__all__ = [
    "EarlierFileChanged",
    "accept_replacement",
    "add_held_part",
    "cancel_held_delivery",
    "compare_held_days",
    "compare_held_file",
    "read_held_students",
    "refresh_comparison",
]


class EarlierFileChanged(DeliveryStateConflict):
    """The file that would be replaced is another one by now: its counts must be seen first."""


def read_held_students(delivery: Delivery) -> frozenset[str] | None:
    """Read which students a held file names, if the decision about it depends on them.

    Args:
        delivery: the held delivery.

    Returns:
        Their keys; None where nothing is asked of each student, or the file is decided already.
    """
    terms = facts.load_agreement_by_reference(delivery.agreement_reference)
    if delivery.state != DeliveryState.HELD or not facts.needs_student_keys(terms):
        return None
    return students.list_student_keys(
        open_file_store(),
        FileRef.parse(delivery.landed),
        _parse_held_mapping(delivery),
        delivery.organization,
    )


def compare_held_days(delivery: Delivery, part: str) -> frozenset[int]:
    """Compare the days of a held file of class periods with those of the other parts.

    Args:
        delivery: the held delivery.
        part: the part that it would be.

    Returns:
        Primary keys of the deliveries that it was compared with; none where each row is about a
        day, or the file is decided already.

    Raises:
        DeliveryStateConflict: another part has class periods of the same students and days.
    """
    if delivery.state != DeliveryState.HELD:
        return frozenset()
    mapping = _parse_held_mapping(delivery)
    slot = replace(DeliverySlot.from_delivery(delivery), part=normalize_part_name(part))
    compared = part_comparison.list_parts_to_compare(slot, mapping)
    if compared:
        store = open_file_store()
        rows = store.read(FileRef.parse(delivery.landed))
        if problem := part_comparison.find_shared_days(store, slot, mapping, [rows]):
            raise DeliveryStateConflict(problem)
    return compared


def compare_held_file(delivery: Delivery) -> tuple[Delivery, FileComparison] | None:
    """Compare a held file with the file that it would replace now.

    Args:
        delivery: the held delivery.

    Returns:
        That file's delivery and the comparison; None if nothing is to be replaced or decided.
    """
    earlier = DeliverySlot.from_delivery(delivery).find_current_delivery()
    if delivery.state != DeliveryState.HELD or earlier is None:
        return None
    comparison = replacement_preview.compare_files(
        open_file_store(),
        earlier,
        landed=FileRef.parse(delivery.landed),
        mapping=_parse_held_mapping(delivery),
        file_name=delivery.file_name,
        content_digest=delivery.content_digest,
        rows=delivery.rows_in,
        report=delivery.report,
    )
    return earlier, comparison


def _lock_acceptance_facts(
    *,
    delivery: Delivery,
    student_keys: frozenset[str] | None,
    by: User,
    at: datetime,
) -> tuple[DeliveryFact, AgreementFact, tuple[DutyFact, ...], tuple[RowsFact, ...] | None]:
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state != DeliveryState.HELD:
        transition_delivery(row, "replace")
    mapping = _parse_held_mapping(row)
    submission = facts.Submission(
        organization=row.organization,
        agreement=Agreement.objects.get(reference=row.agreement_reference),
        channel=Channel(row.channel),
        by=by,
        at=at,
        name=row.file_name,
        feed=row.feed,
        period=row.period,
        part=row.part,
        synthetic=row.synthetic,
    )
    asked = facts.load_receipt_facts(submission, mapping, student_keys)
    return asked.delivery, asked.agreement, asked.overdue, asked.rows


def _get_owner(*, delivery: Delivery) -> tuple[str]:
    return (delivery.organization.slug,)


@action("delivery.held_replaced", asks=may_accept_held_delivery, facts=_lock_acceptance_facts)
def accept_replacement(
    permit: Permit,
    /,
    *,
    delivery: Delivery,
    student_keys: frozenset[str] | None = None,
    extract_date: date | None = None,
    by: User,
    at: datetime,
) -> ActionResult[Delivery]:
    """Let a held file replace the earlier one. It must then be checked.

    Args:
        permit: the permit to receive the file on this day.
        delivery: the held delivery.
        student_keys: what ``read_held_students`` returned; None denies where they decide.
        extract_date: the day that the file describes, as the person confirms it; None to leave it.
        by: the user who decides.
        at: the time.

    Returns:
        The delivery, as received.

    Raises:
        EarlierFileChanged: another file fills the slot by now.
        DeliveryStateConflict: it was decided already.
    """
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    earlier = DeliverySlot.from_delivery(row).find_current_delivery(locked=True)
    counts = row.report.get(replacement_preview.HELD_REPORT, {})
    row.extract_date = extract_date or row.extract_date
    _accept_file(row, "replace", by, at)
    if earlier and earlier.pk != counts["earlier"]:
        raise EarlierFileChanged(
            "Another file was received in the meantime, so the numbers changed. Look at them "
            "again, and decide then."
        )
    if earlier:
        transition_delivery(earlier, "supersede")
        earlier.save(update_fields=["state"])
        row.supersedes = earlier
    row.save()
    detail = {name: counts[name] for name in ("rows", "earlier_rows", "lost_students")}
    return ActionResult(
        row,
        subject=row,
        detail=detail,
        followed_by=partial(_record_supersession, delivery=earlier, by=by, at=at)
        if earlier
        else None,
    )


@system_action("delivery.superseded", reason="a person let a held file replace it")
def _record_supersession(*, delivery: Delivery, by: User, at: datetime) -> ActionResult[None]:
    """Record that a delivery was replaced."""
    return ActionResult(subject=delivery)


@action("delivery.held_added", asks=may_accept_held_delivery, facts=_lock_acceptance_facts)
def add_held_part(
    permit: Permit,
    /,
    *,
    delivery: Delivery,
    student_keys: frozenset[str] | None = None,
    part: str,
    compared: frozenset[int] = frozenset(),
    by: User,
    at: datetime,
) -> ActionResult[Delivery]:
    """Add a held file beside the earlier one, as a part of its own. It must then be checked.

    Args:
        permit: the permit to receive the file on this day.
        delivery: the held delivery.
        student_keys: what ``read_held_students`` returned; None denies where they decide.
        part: the name of its part.
        compared: what ``compare_held_days`` returned.
        by: the user who decides.
        at: the time.

    Returns:
        The delivery, as received.

    Raises:
        DeliveryStateConflict: it was decided already, another file is that part, or its days were
            not compared with those of another part.
    """
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    _accept_file(row, "add as part", by, at)
    row.part = normalize_part_name(part)
    if not row.part:
        raise DeliveryStateConflict("Name the part that this file holds, with letters or digits.")
    if DeliverySlot.from_delivery(row).find_current_delivery(locked=True):
        raise DeliveryStateConflict(
            f"Another file is the part “{row.part}” already. Choose another name."
        )
    mapping = facts.parse_delivery_mapping(row)
    if part_comparison.list_parts_to_compare(DeliverySlot.from_delivery(row), mapping) - compared:
        raise DeliveryStateConflict(
            "Another part was received in the meantime, and may have the same days. Add the file "
            "again, so that it is compared with that part too."
        )
    row.save()
    return ActionResult(row, subject=row, detail={"part": row.part, "rows": row.rows_in})


@action("delivery.held_canceled", asks=may_cancel_held_delivery, facts=_get_owner)
def cancel_held_delivery(
    permit: Permit, /, *, delivery: Delivery, by: User, at: datetime
) -> ActionResult[Delivery]:
    """Cancel a held file: it never counts, and its rows are destroyed.

    Args:
        permit: the permit to cancel.
        delivery: the held delivery.
        by: the user who decides.
        at: the time.

    Returns:
        The delivery, as destroyed.

    Raises:
        DeliveryStateConflict: it was decided already.
    """
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    transition_delivery(row, "cancel")
    row.save(update_fields=["state"])
    open_file_store().destroy(FileRef.parse(row.landed), permit=permit)
    return ActionResult(row, subject=row, detail={"rows": row.rows_in})


@system_action("delivery.held_compared", reason="the earlier file changed while a file was held")
def refresh_comparison(
    *,
    delivery: Delivery,
    compared: tuple[Delivery, FileComparison] | None,
    extract_date: date | None = None,
    by: User,
    at: datetime,
) -> ActionResult[Delivery]:
    """Record the comparison of a held file with the file that it would replace by now.

    Args:
        delivery: the held delivery.
        compared: what ``compare_held_file`` returned.
        extract_date: the day that the file describes, if its sender states one now.
        by: the user who asked.
        at: the time.

    Returns:
        The delivery.
    """
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state == DeliveryState.HELD and compared:
        layout = row.report[replacement_preview.HELD_REPORT].get("layout", {})
        row.extract_date = extract_date or row.extract_date
        terms = facts.load_agreement_by_reference(row.agreement_reference)
        row.report[replacement_preview.HELD_REPORT] = replacement_preview.build_held_report(
            _parse_held_mapping(row),
            *compared,
            layout=layout,
            why=replacement_preview.find_hold(terms, row.record, row.extract_date, *compared),
        )
        row.save(update_fields=["report", "extract_date"])
    return ActionResult(row, subject=row, detail={"rows": row.rows_in})


def _accept_file(row: Delivery, event: str, by: User, at: datetime) -> None:
    """Let the file count from now on, and its mapping be that of its feed."""
    transition_delivery(row, event)
    layout = ConfirmedLayout.parse(row.report[replacement_preview.HELD_REPORT].get("layout", {}))
    row.mapping = save_mapping_version(
        row.organization, row.feed, _parse_held_mapping(row), by, at, layout
    )
    del row.report[replacement_preview.HELD_REPORT]


def _parse_held_mapping(row: Delivery) -> ColumnMapping:
    """Parse the mapping of a held file; after a decision it is the delivery's own."""
    if replacement_preview.HELD_REPORT in row.report:
        return ColumnMapping.parse(row.report[replacement_preview.HELD_REPORT]["mapping"])
    return facts.parse_delivery_mapping(row)
