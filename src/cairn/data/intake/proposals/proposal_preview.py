"""Preview what would become of a file if its columns were confirmed: counts and masked rows.

Nothing is written. The questions of policy are those that the confirmation asks again.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from cairn.data.intake import facts, students
from cairn.data.intake.delivery_parts import normalize_part_name
from cairn.data.intake.facts import Submission
from cairn.data.intake.proposals import change_base
from cairn.data.intake.proposals.layout_proposal import mask_rows
from cairn.data.intake.proposals.part_comparison import describe_part_changes
from cairn.data.intake.queries import DeliverySlot
from cairn.governance.disclosure_log.api import load_organization_names, name_organizations
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine import Decision
from cairn.policy.questions import may_conform_delivery, may_receive_delivery
from cairn.warehouse.file_parts import split_parts
from cairn.warehouse.pipeline import UnusableDelivery, preview_changed_rows, preview_rows
from cairn.warehouse.schema import ColumnMapping, Failure, Sheet
from cairn.warehouse.store import FileRef

__all__ = ["preview_submission"]


def preview_submission(
    submission: Submission, sheets: Sequence[Sheet], mapping: ColumnMapping
) -> dict[str, Any]:
    """Preview what would become of the rows of a file.

    Args:
        submission: what its sender states.
        sheets: sheets of the file.
        mapping: how it would be read.

    Returns:
        Plain facts: ``problem`` and ``refusals`` say why it cannot be imported; ``rows``, ``kept``,
        ``set_aside``, ``blank_cells`` and ``left_out`` are counts, with ``reasons``; ``replaces``
        counts the file that it would replace, ``changes`` what a file of changes would do to the
        earlier one; ``row_notes`` say how rows of one child and day count together; ``masked`` are
        the first rows. ``parts`` and ``staying`` are those of ``describe_part_changes``, for a file
        with several parts.
    """
    organization = submission.organization.slug
    keys = None
    base = None
    if submission.changes_as_of:
        base = DeliverySlot.from_submission(submission).find_current_delivery()
    terms = facts.load_receipt_facts(submission, mapping, None).agreement
    if facts.needs_student_keys(terms):
        local_ids = students.list_sheet_local_ids(sheets, mapping)
        keys = students.compute_student_keys(organization, local_ids)
        keys |= change_base.list_changed_student_keys(base) if base else frozenset()
    asked = facts.load_receipt_facts(submission, mapping, keys)
    about = (asked.delivery, asked.agreement, asked.actor, asked.on)
    received = may_receive_delivery(*about, overdue=asked.overdue, rows=asked.rows)
    checked = may_conform_delivery(*about, rows=asked.rows)
    body: dict[str, Any] = {"problem": "", "refusals": [], "replaces": {}, "changes": {}}
    unnamed = 0
    if not (received.allowed and checked.allowed):
        return body | {"refusals": _describe_refusals(received if checked.allowed else checked)}
    origin = students.describe_row_origin(organization, submission.agreement.reference)
    permits = {"landing": received.require(), "conforming": checked.require()}
    try:
        if submission.changes_as_of is None:
            today = timezone.localdate()
            parts = (
                split_parts(sheets, mapping, normalize_part_name, on=today)
                if mapping.part
                else None
            )
            if parts and parts.problem:
                return body | {"problem": parts.problem}
            report = preview_rows(parts.named if parts else sheets, mapping, **permits, rows=origin)
            if parts:
                unnamed = parts.unnamed_rows
                body |= {"part_column": mapping.part, "unnamed": unnamed}
                body |= describe_part_changes(submission, parts.rows)
            else:
                body["replaces"] = _describe_earlier_file(submission, sheets, mapping)
        else:
            problem = change_base.find_change_problem(base, submission, mapping)
            if problem or base is None:
                return body | {"problem": problem}
            changed = change_base.apply_changes_in_memory(
                submission, base, sheets, mapping, received.require()
            )
            report = preview_changed_rows(changed, mapping, **permits, rows=origin)
            body["changes"] = {**asdict(changed.counts), "delivery": base.pk}
    except UnusableDelivery as unusable:
        return body | {"problem": str(unusable)}
    headings, rows = mask_rows(sheets, mapping, asked.agreement.elements)
    return body | {
        "rows": report.rows_in + unnamed,
        "kept": report.rows_kept,
        "set_aside": report.rows_quarantined + unnamed,
        "blank_cells": report.cells_blanked,
        "left_out": report.left_out,
        "reasons": [
            *([{"message": Failure.NO_PART.message, "rows": unnamed}] if unnamed else []),
            *(
                {"message": problem.message, "rows": problem.count}
                for problem in report.set_aside_problems
            ),
        ],
        "warnings": [
            {"message": f"{', '.join(column.columns)}: {problem.message}", "rows": problem.count}
            for column in report.columns
            for problem in column.problems
            if problem.kept
        ],
        "row_notes": [note.message for note in report.row_notes],
        "masked": {"headings": list(headings), "rows": [list(row) for row in rows]},
    }


def _describe_refusals(decision: Decision) -> list[str]:
    names = load_organization_names()
    return [name_organizations(reason, names).message for reason in decision.refusals]


def _describe_earlier_file(
    submission: Submission, sheets: Sequence[Sheet], mapping: ColumnMapping
) -> dict[str, Any]:
    """Count the file that the slot holds now, and its students that the new file lacks."""
    earlier = DeliverySlot.from_submission(submission).find_current_delivery()
    if earlier is None:
        return {}
    known = frozenset(
        students.iterate_landed_local_ids(
            open_file_store(), FileRef.parse(earlier.landed), facts.parse_delivery_mapping(earlier)
        )
    )
    lost = len(known - students.list_sheet_local_ids(sheets, mapping))
    return {"delivery": earlier.pk, "rows": earlier.rows_in, "lost_students": lost}
