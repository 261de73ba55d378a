"""Run long work on releases in the worker. A task carries ids only."""

from django.utils import timezone
from django_tasks import task

from cairn.outputs.releases.actions import disclosure_check
from cairn.outputs.releases.models import Release
from cairn.platform.accounts.api import User
from cairn.platform.tasks.api import record_waiting_work, track_work


def enqueue_release_check(release: Release, by: User) -> None:
    """Queue the disclosure check of a release. Its page shows from now on that the check waits."""
    record_waiting_work("check", f"release:{release.pk}", by=by)
    check_release.enqueue(release.pk, by.pk)


@task()
def check_release(release_id: int, by_id: int) -> None:
    """Check one release, and show the progress on its page."""
    by = User.objects.get(pk=by_id)
    release = Release.objects.get(pk=release_id)
    with track_work("check", f"release:{release_id}", by=by) as progress:
        disclosure_check.check_release_disclosure(
            release=release, by=by, at=timezone.now(), progress=progress
        )
