"""List the files that no record names, let a person confirm them, and destroy them after a wait."""

from collections.abc import Collection
from datetime import datetime

from cairn.governance.retention.models import UnrecordedFile
from cairn.governance.retention.unrecorded_files import detection
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_for, system_action
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.warehouse.store import FileRef


class FilesInUse(Exception):
    """A step writes files at this moment, or no file is due any more; nothing was changed."""


@system_action(
    "destruction.unrecorded_listed", reason="the schedule compares files and records each night"
)
def list_unrecorded_files(*, names: Collection[str], by: None, at: datetime) -> ActionResult[None]:
    """Keep one row for each file that no record names; a file's wait counts from its first.

    Args:
        names: the files that were found, as ``zone/digest``.
        by: None, since no person asks for it.
        at: the moment of the action.
    """
    UnrecordedFile.objects.exclude(name__in=names).delete()
    listed = set(UnrecordedFile.objects.values_list("name", flat=True))
    new = [name for name in names if name not in listed]
    UnrecordedFile.objects.bulk_create(UnrecordedFile(name=name, listed_at=at) for name in new)
    detail = {"files": len(names), "new": len(new)}
    return ActionResult(subject="installation:", detail=detail)


@system_action(
    "destruction.unrecorded_destroyed",
    reason="the calendar, after policy was asked about each file",
)
def destroy_unrecorded_files(*, by: None, at: datetime) -> ActionResult[int]:
    """Destroy the files that no record names and that have waited, unless a writer is at work.

    Files and records are compared while no file can be written, and none can be found by a step
    that is repeated. A step that found a file before has renewed its wait.

    Args:
        by: None, since no person asks for it.
        at: the moment of the action.

    Returns:
        The number of files.

    Raises:
        FilesInUse: a writer is at work, or no file is due.
    """
    store = open_file_store()
    with store.hold_off_writers() as has_no_writer:
        due = detection.find_due_files(store, at) if has_no_writer else {}
        for name, permit in due.items():
            store.destroy(FileRef.parse(name), permit=permit)
        destroyed = {*due, *detection.list_files_destroyed_before(store)}
    if not destroyed:
        raise FilesInUse("A step writes files at this moment.")
    UnrecordedFile.objects.filter(name__in=destroyed).delete()
    count = len(destroyed)
    return ActionResult(count, subject="installation:", detail={"files": count})


@action("destruction.unrecorded_confirmed", asks=has_role_for(Action.DESTROY))
def confirm_unrecorded_files(
    permit: Permit, /, *, newest: int, by: User, at: datetime
) -> ActionResult[int]:
    """Confirm that the listed files may be destroyed, also where there are many.

    Args:
        newest: primary key of the newest row that the person saw; later ones are not confirmed.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The number of files.

    Raises:
        Refused: the policy does not allow it.
    """
    rows = UnrecordedFile.objects.filter(pk__lte=newest)
    count = rows.update(confirmed_by=by, confirmed_at=at)
    return ActionResult(count, subject="installation:", detail={"files": count})
