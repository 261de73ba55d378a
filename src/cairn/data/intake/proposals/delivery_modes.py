"""Apply what an agreement declares about each file: it replaces the one before, adds, or changes.

What the sender states about a file must not contradict the agreement. Where the agreement says
nothing, the page and the command ask.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from cairn.data.intake.delivery_parts import normalize_part_name
from cairn.data.intake.facts import Submission, load_agreement_by_reference
from cairn.data.intake.models import PART_LENGTH, DeliveryStateConflict
from cairn.data.intake.queries import DeliverySlot
from cairn.policy.checks import find_declared_mode
from cairn.policy.vocabulary import DeliveryMode
from cairn.warehouse.schema import ColumnMapping

__all__ = ["UndatedChanges", "settle_submission"]

_DIGEST_LENGTH = 8


class UndatedChanges(DeliveryStateConflict):
    """A file of changes without the day that it describes."""


def settle_submission(
    submission: Submission, mapping: ColumnMapping, choose_part: Callable[[], str]
) -> Submission:
    """Settle which part a file is and what it does to the file before, as the agreement declares.

    Args:
        submission: what its sender states.
        mapping: how the file is read. With a part column, the file holds several parts.
        choose_part: names the part where neither the sender nor the agreement does.

    Returns:
        The submission with its part, and with the day of the changes of a file of changes.

    Raises:
        UndatedChanges: the agreement asks for files of changes, and the day is not stated.
        DeliveryStateConflict: the sender states something else than the agreement.
    """
    terms = load_agreement_by_reference(submission.agreement.reference)
    mode = find_declared_mode(terms, mapping.record, submission.organization.slug)
    if submission.changes_as_of and mode not in (None, DeliveryMode.CHANGES):
        raise DeliveryStateConflict(
            f"The agreement {terms.reference} says that files of this kind do not have only "
            "changes. Leave the day of the changes blank, or have the agreement amended."
        )
    if mapping.part and (
        submission.part or submission.changes_as_of or mode not in (None, DeliveryMode.FULL)
    ):
        raise DeliveryStateConflict(
            f"Files of this data set hold several parts, named in the column “{mapping.part}”. "
            "Leave the part and the day of the changes blank. A file of changes, and one that adds "
            "rows, holds one part."
        )
    if submission.part or mapping.part:
        part = submission.part
    elif mode is DeliveryMode.APPEND:
        part = name_appended_part(submission.name, submission.extract_date)
    else:
        part = choose_part()
    settled = replace(submission, part=part)
    if mode is not DeliveryMode.CHANGES or submission.changes_as_of:
        return settled
    if DeliverySlot.from_submission(settled).find_current_delivery() is None:
        return settled  # the first file has all rows, to which later ones are applied
    if submission.extract_date is None:
        raise UndatedChanges(
            f"The agreement {terms.reference} says that each file of this kind has only changes. "
            "State the day that its data describe."
        )
    return replace(settled, changes_as_of=submission.extract_date, extract_date=None)


def name_appended_part(file_name: str, extract_date: date | None) -> str:
    """Name the part of a file that adds rows: by its name and day, so that a correction finds it.

    Args:
        file_name: name of the file.
        extract_date: the day that it describes; None if it is not stated.

    Returns:
        A name of at most 60 characters.
    """
    day = extract_date.isoformat() if extract_date else ""
    stem = PurePath(file_name).stem
    full = "-".join(filter(None, (normalize_part_name(stem), day)))
    if full and normalize_part_name(full) == full and len(stem) <= PART_LENGTH - len(day):
        return full
    digest = hashlib.sha256(f"{file_name} {day}".encode()).hexdigest()[:_DIGEST_LENGTH]
    room = PART_LENGTH - len(digest) - len(day) - 2
    return normalize_part_name(f"{normalize_part_name(stem)[:room]}-{digest}-{day}")
