"""The recurring job that finds files that no record names, and destroys them after a wait."""

from datetime import datetime, time
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.governance.retention.models import UnrecordedFile
from cairn.governance.retention.unrecorded_files import actions, detection
from cairn.platform.schedule.api import EveryDay, ScheduledJob
from cairn.platform.storage.api import open_file_store


def check_unrecorded_files(now: datetime) -> str:
    """Destroy the files that no record names and that have waited, then list the others.

    Args:
        now: the time.

    Returns:
        How many files, in one sentence.
    """
    store = open_file_store()
    destroyed = 0
    if detection.list_files_destroyed_before(store) or detection.find_due_files(store, now):
        try:
            destroyed = actions.destroy_unrecorded_files(by=None, at=now)
        except actions.FilesInUse:
            return "A step was writing files. The next run tries again."
    found = detection.find_old_unrecorded_files(store, timezone.localdate(now))
    names = [entry.name for entry in found]
    if set(names) != set(UnrecordedFile.objects.values_list("name", flat=True)):
        actions.list_unrecorded_files(names=names, by=None, at=now)
    return f"Files without a record: {len(names)} wait, {destroyed} were destroyed."


UNRECORDED_FILES_JOB: Final = ScheduledJob(
    name="files.unrecorded",
    title=_("Destroy files without a record"),
    purpose=_(
        "Finds files that no record names, because a step was cut short, and destroys them after "
        "7 days. If there are more than 5, a data manager confirms first."
    ),
    cadence=EveryDay(time(3)),
    run=check_unrecorded_files,
)
