"""Run long work on extracts in the worker. A task carries ids only."""

from django.utils import timezone
from django_tasks import task

from cairn.outputs.extracts import actions as extracts
from cairn.outputs.releases.api import Extract
from cairn.platform.accounts.api import User
from cairn.platform.tasks.api import record_waiting_work, track_work


def enqueue_extract_preparation(extract: Extract, by: User) -> None:
    """Queue the preparation of an extract. Its page shows from now on that it waits."""
    record_waiting_work("prepare", f"extract:{extract.pk}", by=by)
    prepare_extract.enqueue(extract.pk, by.pk)


@task()
def prepare_extract(extract_id: int, by_id: int) -> None:
    """Prepare one extract, and show the progress on its page."""
    by = User.objects.get(pk=by_id)
    extract = Extract.objects.get(pk=extract_id)
    with track_work("prepare", f"extract:{extract_id}", by=by) as progress:
        extracts.prepare_and_store_extract(
            extract=extract, by=by, at=timezone.now(), progress=progress
        )
