"""Ask every past question again on the facts of its day, and compare the answers.

A different answer does not prove a mistake: the rules may have changed since. It shows a
person which disclosures to look at again. A line that was changed after it was written is
a fault.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cairn import policy
from cairn.governance.disclosure_log import actions
from cairn.governance.disclosure_log.archive import SnapshotVault, UnopenableSnapshot
from cairn.governance.disclosure_log.disclosed_children import child_blocks, child_hashes
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.platform.audit.api import AuditLine
from cairn.policy.engine import (
    RULESET,
    Decision,
    InvalidFactsError,
    UnknownQuestionError,
    load_question,
    replay_question,
)

__all__ = ["find_changed_lines", "replay_decisions"]

LINE_CHANGED: Final = "changed"
ANSWER_DIFFERS: Final = "otherwise"


@dataclass(frozen=True, slots=True)
class ReplayDifference:
    """One line that would be answered differently today, or that was changed after it was
    written.
    """

    record: int
    kind: str
    message: str


def find_changed_lines() -> Iterator[ReplayDifference]:
    """Find lines that were changed after they were written, or that the audit chain contradicts.

    Yields:
        One difference per line.
    """
    digest_by_line = {
        line.subject_id: line.detail.get("digest")
        for line in AuditLine.objects.filter(subject_kind="disclosurerecord")
    }
    for row in DisclosureRecord.objects.order_by("pk").prefetch_related("parties").iterator(500):
        party_sides = [(party.side, party.organization) for party in row.parties.all()]
        if actions.compute_line_digest(row, party_sides) != row.digest:
            yield ReplayDifference(
                row.pk, LINE_CHANGED, "The line was changed after it was written."
            )
        elif not _has_its_children(row):
            yield ReplayDifference(row.pk, LINE_CHANGED, "The children of this line were changed.")
        elif digest_by_line.pop(str(row.pk), None) != row.digest:
            yield ReplayDifference(
                row.pk, LINE_CHANGED, "The audit log has a different entry for this line, or none."
            )
    for missing in sorted(int(pk) for pk in digest_by_line):
        if not DisclosureRecord.objects.filter(pk=missing).exists():
            yield ReplayDifference(
                missing,
                LINE_CHANGED,
                "The audit log has an entry for this line, but the line is missing.",
            )


def _has_its_children(row: DisclosureRecord) -> bool:
    try:
        hashes = child_blocks.iterate_line_hashes(row)
        return child_hashes.compute_children_digest(hashes) == row.children_digest
    except child_blocks.ChangedChildrenError:
        return False


def replay_decisions() -> Iterator[ReplayDifference]:
    """Find decisions that today's rules would answer differently on the facts of their own day.

    Yields:
        One difference per line.
    """
    _load_all_questions()
    vault = SnapshotVault.for_installation()
    for row in DisclosureRecord.objects.exclude(question="").order_by("pk").iterator(500):
        try:
            message = _describe_difference(row, vault)
        except (UnopenableSnapshot, InvalidFactsError, UnknownQuestionError) as error:
            yield ReplayDifference(
                row.pk,
                LINE_CHANGED if isinstance(error, UnopenableSnapshot) else ANSWER_DIFFERS,
                _describe_failure(row, error),
            )
        else:
            if message:
                yield ReplayDifference(row.pk, ANSWER_DIFFERS, message)


def replay_line(row: DisclosureRecord, vault: SnapshotVault) -> Decision:
    """Answer one line's question today, on its own facts and date.

    Args:
        row: the line's row.
        vault: the vault of snapshots.

    Returns:
        Today's decision.
    """
    _load_all_questions()
    data = {"question": row.question, "arguments": vault.open_all(row.facts)}
    return replay_question(load_question(data))


def _describe_difference(row: DisclosureRecord, vault: SnapshotVault) -> str:
    """Describe how today's answer differs from the recorded one; empty if it does not."""
    recorded_answer, decision = vault.open(row.answer), replay_line(row, vault)
    new_answer = actions.build_archived_answer(decision)
    rules_note = (
        ""
        if row.ruleset == RULESET
        else f" Version of the rules then: {row.ruleset}; now: {RULESET}."
    )
    if new_answer["outcome"] != recorded_answer["outcome"]:
        codes = (
            ", ".join(sorted({reason.code for reason in decision.refusals}))
            or "no reasons against it"
        )
        outcome_note = (
            f"The answer was “{recorded_answer['outcome']}” "
            f"and would now be “{new_answer['outcome']}”"
        )
        return f"{outcome_note} ({codes}).{rules_note}"
    if new_answer["elements"] != recorded_answer["elements"]:
        return f"Different data elements would be allowed now.{rules_note}"
    if new_answer["children"] != recorded_answer["children"]:
        return f"Different children would be included now.{rules_note}"
    return ""


def _describe_failure(row: DisclosureRecord, error: Exception) -> str:
    return (
        f"The decision cannot be repeated ({type(error).__name__}). "
        f"Version of the rules then: {row.ruleset}."
    )


def _load_all_questions() -> None:
    """Load every policy module; a question registers itself when its module is loaded."""
    for module in pkgutil.walk_packages(policy.__path__, f"{policy.__name__}."):
        importlib.import_module(module.name)
