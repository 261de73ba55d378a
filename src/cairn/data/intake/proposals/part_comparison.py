"""Compare the parts that a file holds with those that were received before."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
from django.utils import timezone

from cairn.data.intake.delivery_parts import UNNAMED_PART, WHOLE_BESIDE_PARTS
from cairn.data.intake.facts import Submission, parse_delivery_mapping
from cairn.data.intake.proposals.layout_proposal import LayoutProposal
from cairn.data.intake.queries import DeliverySlot
from cairn.warehouse import schema
from cairn.warehouse.file_parts import list_student_days
from cairn.warehouse.store import FileRef, FileStore

__all__ = ["compare_parts", "find_shared_days", "list_parts_to_compare"]

_MAX_UNNAMED_SHARE = 0.2
"""More rows without a part than a fifth: the column was perhaps lost, as where rows vanish."""


def compare_parts(submission: Submission, proposal: LayoutProposal) -> LayoutProposal:
    """Add what a person must look at about the parts of a file.

    Args:
        submission: what its sender states.
        proposal: how the file is read.

    Returns:
        The proposal; the same for a file that is one part.
    """
    if not proposal.parts:
        return proposal
    problems, changes = list(proposal.problems), list(proposal.changes)
    if submission.part or submission.changes_as_of:
        problems.append(
            f"The column “{proposal.mapping.part}” names the parts, so this file cannot be the "
            "part or the changes that its sender stated. Choose that the file is one part, or "
            "cancel it and send it without a part."
        )
    current = list_current_rows(submission)
    names = [name for name, _rows in proposal.parts]
    if current.keys() - {""} and not current.keys() & {*names}:
        changes.append(
            f"The file holds the parts {_join(names)}. None of them was received before; those "
            f"are {_join(sorted(current.keys() - {''}))}. Check which column names the parts."
        )
    if "" in current:
        changes.append(WHOLE_BESIDE_PARTS)
    unnamed = proposal.unnamed_rows
    total = unnamed + sum(rows for _name, rows in proposal.parts)
    if unnamed > total * _MAX_UNNAMED_SHARE:
        changes.append(
            f"{unnamed:,} of {total:,} rows name no part in the column “{proposal.mapping.part}”."
        )
    return replace(
        proposal,
        problems=tuple(dict.fromkeys(problems)),
        changes=tuple(dict.fromkeys(changes)),
    )


def list_current_rows(submission: Submission) -> dict[str, int]:
    """List the parts that count now for the data set and period, with their numbers of rows."""
    rows = DeliverySlot.from_submission(submission).list_current_parts()
    return {row.part: row.rows_in for row in rows if row.part != UNNAMED_PART}


def describe_part_changes(submission: Submission, parts: Mapping[str, int]) -> dict[str, Any]:
    """Describe for the preview what each part of a file replaces, and which parts stay.

    Args:
        submission: what its sender states.
        parts: the number of rows of each part of the file.

    Returns:
        Plain facts: ``parts`` with name, rows and the rows that they replace (None for a new
        part); ``staying`` are the parts that the file does not hold, with their rows.
    """
    current = list_current_rows(submission)
    return {
        "parts": [
            {"name": name, "rows": rows, "replaces": current.get(name)}
            for name, rows in parts.items()
        ],
        "staying": [
            {"name": name, "rows": rows} for name, rows in current.items() if name not in parts
        ],
    }


_NAMED_PARTS = 8


def _join(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED_PARTS])
    others = len(names) - _NAMED_PARTS
    return f"{shown} and {others} more" if others > 0 else shown


def list_parts_to_compare(slot: DeliverySlot, mapping: schema.ColumnMapping) -> frozenset[int]:
    """List the other parts with which ``find_shared_days`` compares the rows of a file.

    Args:
        slot: the slot that the rows fill, or would fill.
        mapping: their column mapping.

    Returns:
        Primary keys of their deliveries; none where each row is about a day.
    """
    if not mapping.class_period_column:
        return frozenset()
    return frozenset(row.pk for row in slot.list_current_parts() if row.part != slot.part)


def find_shared_days(
    store: FileStore,
    slot: DeliverySlot,
    mapping: schema.ColumnMapping,
    tables: Iterable[pa.Table],
) -> str:
    """Find whether rows of class periods are of days that another part of the period has too.

    The periods of a student and day become one event within one data submission. Periods of one day
    in two of them would be two events, and an absence of the whole day perhaps none.

    Args:
        store: the file store.
        slot: the slot that the rows fill, or would fill.
        mapping: their column mapping.
        tables: the rows, as text.

    Returns:
        What to send instead; empty where each row is about a day, or no day is shared. The
        periods of a student's day are counted over all schools.
    """
    if not mapping.class_period_column or slot.part == UNNAMED_PART:
        return ""
    on = timezone.localdate()
    days = list_student_days(tables, mapping, on=on)
    for other in slot.list_current_parts():
        # Rows that name no part become no event before a person gives them to one.
        if other.part in (slot.part, UNNAMED_PART):
            continue
        landed = store.read(FileRef.parse(other.landed))
        if days.isdisjoint(list_student_days([landed], parse_delivery_mapping(other), on=on)):
            continue
        name = f"the part “{other.part}”" if other.part else "the file of the whole period"
        return (
            "The file has class periods of students and days that were received before, in "
            f"{name} ({other.file_name}). Cairn makes one event of all periods of a day, so they "
            "must be in one file. Send all periods of these days together, to replace that one."
        )
    return ""
