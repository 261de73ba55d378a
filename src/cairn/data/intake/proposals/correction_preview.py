"""Read a correction file that came back, and count what would become of its rows.

Nothing is written. The questions of policy are those that the confirmation asks again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cairn.data.intake import facts, students
from cairn.data.intake.delivery_parts import UNNAMED_PART, normalize_part_name
from cairn.data.intake.facts import ReceiptFacts, Submission
from cairn.data.intake.models import Delivery, DeliveryStateConflict
from cairn.governance.disclosure_log.api import load_organization_names, name_organizations
from cairn.platform.sealing.api import load_key_ring
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine import Permit
from cairn.policy.questions import may_conform_delivery, may_receive_delivery, may_submit_delivery
from cairn.policy.vocabulary import Channel, DeliveryState
from cairn.warehouse import file_parts, pipeline
from cairn.warehouse.exporters import export_correction_csv
from cairn.warehouse.readers import FileContent, read_file, read_file_in_child_process
from cairn.warehouse.schema import LOCAL_ID, ColumnMapping, ColumnTarget, Sheet
from cairn.warehouse.store import FileRef

__all__ = [
    "CorrectionSentBefore",
    "ReadCorrection",
    "preview_correction",
    "read_correction_file",
    "write_row_corrections",
]

_SEAL_LABEL: Final = "corrections"
_LATER_STATES: Final = (DeliveryState.WITHDRAWN.value, DeliveryState.DESTROYED.value)


class CorrectionSentBefore(DeliveryStateConflict):
    """These corrections were imported already; ``delivery`` has them."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(_("These corrections were already imported. Nothing changed."))
        self.delivery = delivery


@dataclass(frozen=True, slots=True)
class ReadCorrection:
    """A correction file that fits the delivery that it corrects.

    Attributes:
        delivery: the delivery with the rows.
        mapping: its column mapping.
        table: its rows with problems.
        corrections: the changed cells.
        digest: a keyed hash of the changes: the same ones are the same correction. A plain hash of
            a few cells could be guessed.
    """

    delivery: Delivery
    mapping: ColumnMapping
    table: pipeline.CorrectionTable
    corrections: pipeline.Corrections
    digest: str

    @property
    def landed(self) -> FileRef:
        """The landed file that changes."""
        return FileRef.parse(self.delivery.landed)

    @property
    def part_names(self) -> dict[int, str]:
        """The part that a person filled in for each row, by position; of rows without a part."""
        if self.delivery.part != UNNAMED_PART:
            return {}
        named = {
            position: normalize_part_name(text)
            for (position, column), text in self.corrections.cells.items()
            if column == self.mapping.part
        }
        return {p: name for p, name in named.items() if name not in ("", UNNAMED_PART)}

    def find_student_keys(self) -> frozenset[str]:
        """Find the students of the rows, with the IDs before and after the correction."""
        organization = self.delivery.organization
        headers = {
            name
            for name, target in self.mapping.columns.items()
            if ColumnTarget.parse(target).field == LOCAL_ID
        }
        corrected = [
            text for (_row, name), text in self.corrections.cells.items() if name in headers
        ]
        return students.list_student_keys(
            open_file_store(), self.landed, self.mapping, organization
        ) | students.compute_student_keys(organization.slug, corrected)

    def load_facts(self, submission: Submission) -> ReceiptFacts:
        """Load the current facts for the questions about the corrected rows."""
        asked = facts.load_receipt_facts(submission, self.mapping, None)
        if not facts.needs_student_keys(asked.agreement):
            return asked
        return facts.load_receipt_facts(submission, self.mapping, self.find_student_keys())


def list_delivery_problems(
    delivery: Delivery, elements: frozenset[str], *, limit: int | None
) -> pipeline.CorrectionTable:
    """List the rows with problems of a delivery.

    Args:
        delivery: the delivery, as it was checked.
        elements: the elements that its agreement covers now.
        limit: the most rows; None for all of them.

    Returns:
        The rows with their cells.
    """
    store, mapping = open_file_store(), facts.parse_delivery_mapping(delivery)
    landed = store.read(FileRef.parse(delivery.landed))
    columns = pipeline.list_correction_columns(landed.column_names, mapping, elements)
    if delivery.part == UNNAMED_PART and mapping.part not in columns:
        columns = (*columns, mapping.part)
    return pipeline.list_rows_to_correct(
        landed,
        store.read(FileRef.parse(delivery.quarantined)),
        version=delivery.version,
        columns=columns,
        limit=limit,
    )


def write_row_corrections(
    table: pipeline.CorrectionTable, texts: Mapping[tuple[int, str], str]
) -> bytes:
    """Write a correction file of the rows that a person changed on a page.

    Args:
        table: every row with a problem of the version that the page showed.
        texts: the text of each open cell, by position and heading.

    Returns:
        The same CSV file as if the person had downloaded the rows and changed them; empty if no
        cell differs.
    """
    changed = [
        replace(row, cells={**row.cells, **cells})
        for row in table.rows
        if row.position is not None
        and (
            cells := {
                name: text.strip()
                for name in row.list_open_columns(table.columns)
                if (text := texts.get((row.position, name))) is not None
                and text.strip() != row.cells[name].strip()
            }
        )
    ]
    return export_correction_csv(replace(table, rows=tuple(changed))) if changed else b""


def read_correction_file(
    delivery: Delivery, submission: Submission, content: bytes | FileContent
) -> ReadCorrection:
    """Read a correction file that came back for a delivery.

    Args:
        delivery: the delivery that it was sent for.
        submission: what its sender states.
        content: its bytes.

    Returns:
        The corrections.

    Raises:
        Refused: the sender may not hand it in. It was not read then.
        CorrectionSentBefore: the same corrections were imported.
        DeliveryStateConflict: it corrects another delivery or version, or nothing of this one;
            the message says what to do.
        UnreadableFile: it cannot be read.
    """
    mapping = facts.parse_delivery_mapping(delivery)
    asked = facts.load_receipt_facts(submission, mapping, None)
    permit = may_submit_delivery(
        asked.delivery, asked.agreement, asked.actor, asked.on, overdue=asked.overdue
    ).require()
    reader = read_file_in_child_process if submission.channel is Channel.UPLOAD else read_file
    sheets = reader(submission.name, content)
    if delivery.state == DeliveryState.DESTROYED:
        raise DeliveryStateConflict(
            _("The rows of this data submission were destroyed, so they cannot be corrected.")
        )
    if not delivery.quarantined:
        raise DeliveryStateConflict(
            _("The rows of this data submission are not checked yet. Wait for the result.")
        )
    try:
        read = _parse_correction(delivery, mapping, permit.elements, sheets)
    except pipeline.CorrectionMismatch as mismatch:
        raise _explain_mismatch(delivery, mismatch, permit.elements, sheets) from mismatch
    if sent_before := _find_same_correction(delivery, read.digest):
        raise CorrectionSentBefore(sent_before)
    if delivery.state != DeliveryState.CONFORMED:
        raise DeliveryStateConflict(describe_newer_version(delivery))
    if not read.corrections.cells:
        raise DeliveryStateConflict(_describe_no_change(read.corrections))
    return read


def _parse_correction(
    delivery: Delivery, mapping: ColumnMapping, elements: frozenset[str], sheets: Sequence[Sheet]
) -> ReadCorrection:
    table = list_delivery_problems(delivery, elements, limit=None)
    corrections = pipeline.read_corrections(sheets, table)
    sealed = delivery.version.encode() + b"\n" + corrections.serialize()
    digest = load_key_ring().seal(_SEAL_LABEL, sealed)
    return ReadCorrection(delivery, mapping, table, corrections, digest)


def _find_same_correction(delivery: Delivery, digest: str) -> Delivery | None:
    """Find the delivery that these corrections made, whether or not it was corrected again."""
    made = Delivery.objects.filter(supersedes=delivery, content_digest=digest)
    return made.exclude(state__in=_LATER_STATES).first()


def _explain_mismatch(
    delivery: Delivery,
    mismatch: pipeline.CorrectionMismatch,
    elements: frozenset[str],
    sheets: Sequence[Sheet],
) -> DeliveryStateConflict:
    """Say which delivery a file corrects, and what to do with it."""
    numbers = [int(version.partition("-")[0]) for version in mismatch.versions]
    owned = Delivery.objects.filter(organization=delivery.organization, pk__in=numbers)
    named = [row for row in owned if row.version in mismatch.versions]
    if not named:
        return DeliveryStateConflict(str(mismatch))
    other = named[0]
    if (other.original_id or other.pk) == (delivery.original_id or delivery.pk):
        if other.state != DeliveryState.DESTROYED and other.quarantined and other.mapping:
            earlier = facts.parse_delivery_mapping(other)
            try:
                digest = _parse_correction(other, earlier, elements, sheets).digest
            except pipeline.CorrectionMismatch:
                digest = ""
            if digest and (made := _find_same_correction(other, digest)):
                return CorrectionSentBefore(made)
        return DeliveryStateConflict(describe_newer_version(other))
    text = _("This file corrects another data submission: %(slot)s. Upload it on its page.")
    return DeliveryStateConflict(text % {"slot": other.slot})


def describe_newer_version(delivery: Delivery) -> str:
    """Describe who changed a delivery since, and what to do."""
    newer = delivery.superseders.exclude(state__in=_LATER_STATES).first()
    if newer is None:
        return _(
            "This version of the data submission is being checked, or does not count any more. "
            "Nothing was imported. Open its page again, and download a new correction file there."
        )
    return _(
        "%(who)s sent a newer version of this data submission on %(day)s. Nothing was imported. "
        "Download the correction file of the newer version, and correct that one."
    ) % {
        "who": newer.received_by.name,
        "day": date_format(localtime(newer.received_at), "DATETIME_FORMAT"),
    }


def _describe_no_change(corrections: pipeline.Corrections) -> str:
    text = _("No cell with a problem was changed, so there is nothing to import.")
    if corrections.refused:
        text += " " + _("Rows that do not belong to this data submission: %(n)s.") % {
            "n": corrections.refused
        }
    if corrections.ignored:
        text += " " + _("Changes in cells without a problem are not used: %(names)s.") % {
            "names": ", ".join(corrections.ignored)
        }
    return text


def preview_correction(read: ReadCorrection, submission: Submission) -> dict[str, Any]:
    """Count what would become of the rows if a correction was confirmed.

    Args:
        read: the corrections.
        submission: what their sender states.

    Returns:
        Plain facts, counts and names of columns: ``problem`` and ``refusals`` say why it cannot be
        imported; ``fixed`` and ``still`` count the corrected rows without and with a problem.
    """
    corrections, delivery = read.corrections, read.delivery
    body: dict[str, Any] = {
        "problem": "",
        "refusals": [],
        "checked": delivery.conformed,
        "rows": corrections.rows,
        "changed": len(corrections.positions),
        "unchanged": corrections.unchanged,
        "refused": corrections.refused,
        "columns": corrections.count_by_column(),
        "ignored": dict(corrections.ignored),
    }
    asked = read.load_facts(submission)
    about = (asked.delivery, asked.agreement, asked.actor, asked.on)
    received = may_receive_delivery(*about, overdue=asked.overdue, rows=asked.rows)
    checked = may_conform_delivery(*about, rows=asked.rows)
    refused = next((answer for answer in (received, checked) if not answer.allowed), None)
    if refused is not None:
        names = load_organization_names()
        reasons = [name_organizations(reason, names).message for reason in refused.refusals]
        return body | {"refusals": reasons}
    store, permit = open_file_store(), checked.require()
    known = students.load_known_students(delivery, store) if permit.populations else {}
    origin = students.describe_row_origin(
        delivery.organization.slug, delivery.agreement_reference, known
    )
    try:
        if delivery.part == UNNAMED_PART:
            return body | _preview_assignment(read, received.require(), permit, origin)
        corrected = pipeline.build_corrected_file(
            store,
            read.landed,
            corrections,
            read.mapping,
            permit=received.require(),
            rows=origin,
        )
    except pipeline.UnusableDelivery as unusable:
        return body | {"problem": str(unusable)}
    report, problems = pipeline.preview_corrected_rows(
        corrected, read.mapping, landing=received.require(), conforming=permit, rows=origin
    )
    still = _count_rows_with_problems(read, problems)
    return body | {
        "still": still,
        "fixed": len(corrections.positions) - still,
        "before": _count_rows(delivery.report),
        "after": {
            "kept": report.rows_kept,
            "set_aside": report.rows_quarantined,
            "blank_cells": report.cells_blanked,
            "left_out": report.left_out,
        },
        "reasons": [
            {"message": problem.message, "rows": problem.count}
            for problem in report.set_aside_problems
        ],
    }


def _preview_assignment(
    read: ReadCorrection, landing: Permit, conforming: Permit, origin: pipeline.RowOrigin
) -> dict[str, Any]:
    """Count what becomes of rows that named no part, once a person filled in their parts."""
    assigned = file_parts.assign_rows(
        open_file_store(),
        read.landed,
        read.corrections,
        read.part_names,
        read.mapping,
        permit=landing,
        rows=origin,
    )
    reports = [
        pipeline.preview_corrected_rows(
            file_parts.count_new_part(rows, assigned.remaining.landing),
            read.mapping,
            landing=landing,
            conforming=conforming,
            rows=origin,
        )[0]
        for rows in assigned.parts.values()
    ]
    before = _count_rows(read.delivery.report)
    kept = sum(report.rows_kept for report in reports)
    moved = sum(rows.num_rows for rows in assigned.parts.values())
    changed = len(read.corrections.positions)
    return {
        "still": changed - kept,
        "fixed": kept,
        "parts": {name: rows.num_rows for name, rows in assigned.parts.items()},
        "before": before,
        "after": before
        | {
            "kept": before["kept"] + kept,
            "set_aside": before["set_aside"] - moved + sum(r.rows_quarantined for r in reports),
        },
        "reasons": [
            {"message": problem.message, "rows": problem.count}
            for report in reports
            for problem in report.set_aside_problems
        ],
    }


def _count_rows(report: Mapping[str, Any]) -> dict[str, int]:
    return {
        "kept": report["rows_kept"],
        "set_aside": report["rows_quarantined"],
        "blank_cells": report["cells_blanked"],
        "left_out": report.get("left_out", 0),
    }


def _count_rows_with_problems(read: ReadCorrection, problems: Any) -> int:
    """Count the corrected rows that have a problem still."""
    places = pipeline.list_problem_places(problems)
    return sum(
        row.position in read.corrections.positions
        and not places.isdisjoint({(row.sheet, row.row, ""), (row.sheet, row.row, row.part)})
        for row in read.table.rows
    )
