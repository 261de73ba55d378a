"""Compare the parts that a file holds with those that were received before."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cairn.data.intake.delivery_parts import UNNAMED_PART, WHOLE_BESIDE_PARTS
from cairn.data.intake.facts import Submission
from cairn.data.intake.proposals.layout_proposal import LayoutProposal
from cairn.data.intake.queries import DeliverySlot

__all__ = ["compare_parts"]

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
