"""Watch a folder or an address for a partner's files, and record what became of each file."""

from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from cairn.data.intake.actions.receipt import decide_submission
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import (
    DeliveryStateConflict,
    FolderFile,
    FolderFileOutcome,
    WatchedFolder,
)
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.platform.audit.api import record_audit_event
from cairn.policy.engine import Permit
from cairn.policy.questions import may_dismiss_folder_file, may_end_folder_watch
from cairn.warehouse.rest_sources import RestSource

__all__ = [
    "dismiss_folder_file",
    "end_folder_watch",
    "record_folder_file",
    "watch_address",
    "watch_folder",
]


@transaction.atomic
def watch_folder(*, submission: Submission, path: Path, by: User, at: datetime) -> WatchedFolder:
    """Begin to watch a folder. A folder that is watched already gets the new description.

    Args:
        submission: the sender, the agreement, and the feed and period if they are fixed.
        path: the folder.
        by: the user; its files are received in their name.
        at: the time.

    Returns:
        The watched folder.

    Raises:
        Refused: the user may not hand in such files today.
        DeliveryStateConflict: the folder is watched for another organization.
    """
    decision = decide_submission(submission)
    decision.require()
    row = _prepare_watch(submission, str(path), by, at)
    row.save()
    record_audit_event("watched_folder.added", row, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def watch_address(
    *, submission: Submission, name: str, text: str, secret: str | None, by: User, at: datetime
) -> WatchedFolder:
    """Begin to ask an address each night. One that is asked already gets the new description.

    Args:
        submission: the sender, the agreement, and the feed and period if they are fixed.
        name: name of the source file without its ending; the records arrive under it.
        text: description of the REST API, in TOML.
        secret: the token or the client's secret; it is stored encrypted. None keeps the one that
            is stored.
        by: the user; its files are received in their name.
        at: the time.

    Returns:
        The watched address.

    Raises:
        Refused: the user may not hand in such files today.
        UnreadableFile: the description cannot be used.
        DeliveryStateConflict: the address is asked for another organization.
    """
    decision = decide_submission(submission)
    decision.require()
    source = RestSource.parse(name, text)
    row = _prepare_watch(submission, source.url, by, at)
    row.source_name, row.source = name, text
    if secret is not None:
        row.seal_secret(secret)
    row.save()
    record_audit_event("watched_folder.added", row, by=by, at=at, decision=decision)
    return row


def _prepare_watch(submission: Submission, path: str, by: User, at: datetime) -> WatchedFolder:
    """Return the row of a folder or address with what the submission says, locked, not saved."""
    rows = WatchedFolder.objects.select_for_update(of=("self",))
    row = rows.filter(path=path, ended_at=None).first()
    if row is not None and row.organization != submission.organization:
        raise DeliveryStateConflict(_OF_ANOTHER.format(organization=row.organization))
    row = row or WatchedFolder(path=path, organization=submission.organization, added_at=at)
    row.agreement_reference = submission.agreement.reference
    row.feed, row.period, row.added_by = submission.feed, submission.period, by
    return row


def _get_sender(*, folder: WatchedFolder) -> tuple[str]:
    return (folder.organization.slug,)


@action("watched_folder.ended", asks=may_end_folder_watch, facts=_get_sender)
def end_folder_watch(
    permit: Permit, /, *, folder: WatchedFolder, by: User, at: datetime
) -> ActionResult[None]:
    """Stop watching a folder; its files stay where they are. The secret of an address is erased.

    Args:
        permit: the permit.
        folder: the watched folder.
        by: the user who decides.
        at: the time.
    """
    WatchedFolder.objects.filter(pk=folder.pk, ended_at=None).update(ended_at=at, sealed_secret=b"")
    return ActionResult(subject=folder)


def _get_sender_of_file(*, file: FolderFile) -> tuple[str]:
    return (file.folder.organization.slug,)


@action("watched_folder.file_dismissed", asks=may_dismiss_folder_file, facts=_get_sender_of_file)
def dismiss_folder_file(
    permit: Permit, /, *, file: FolderFile, by: User, at: datetime
) -> ActionResult[None]:
    """Record that a person looked at a file that was not accepted, so that it is no task.

    Args:
        permit: the permit.
        file: the file.
        by: the user who looked at it.
        at: the time.
    """
    FolderFile.objects.filter(pk=file.pk, handled_at=None).update(handled_at=at)
    return ActionResult(subject=file.folder)


@system_action(
    "watched_folder.file_sorted", reason="it follows from the file, about which policy was asked"
)
def record_folder_file(
    *,
    folder: WatchedFolder,
    name: str,
    content_digest: str,
    outcome: FolderFileOutcome,
    reason: str,
    by: None,
    at: datetime,
) -> ActionResult[FolderFile]:
    """Record what became of a file, before it is moved; once for each name and content.

    Args:
        folder: the watched folder.
        name: name of the file.
        content_digest: SHA-256 of its bytes.
        outcome: what became of it.
        reason: why, in sentences.
        by: None, since no person asks for it.
        at: the time.

    Returns:
        The row.
    """
    row, _is_new = FolderFile.objects.update_or_create(
        folder=folder,
        name=name,
        content_digest=content_digest,
        defaults={
            "outcome": outcome.value,
            "reason": reason,
            "seen_at": at,
            "handled_at": None,
        },
    )
    if folder.source and outcome is not FolderFileOutcome.REFUSED:
        earlier = folder.files.filter(outcome=FolderFileOutcome.REFUSED, handled_at=None)
        earlier.update(handled_at=at)  # the address answers again, so nothing is left to do
    return ActionResult(row, subject=folder, detail={"result": outcome.value})


_OF_ANOTHER: Final = (
    "It is watched for {organization}. Stop that first, or use another one: a folder or an address "
    "holds the files of one organization."
)
