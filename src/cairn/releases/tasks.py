"""Long work of this room, done by the worker. Tasks carry ids only."""

from django.utils import timezone
from django_tasks import task

from cairn.accounts.models import User
from cairn.audit.work import waiting
from cairn.disclosures.work import work
from cairn.releases import actions
from cairn.releases.extracts import actions as extracts
from cairn.releases.models import Extract, Release


def ask_to_check(release: Release, by: User) -> None:
    """Hands a release to the worker; its page shows from now on that it waits."""
    waiting("check", f"release:{release.pk}", by=by)
    check_release.enqueue(release.pk, by.pk)


@task()
def check_release(release_id: int, by_id: int) -> None:
    """Count, protect and attack one release, with its progress on the page."""
    by = User.objects.get(pk=by_id)
    release = Release.objects.get(pk=release_id)
    with work("check", f"release:{release_id}", by=by) as progress:
        actions.check(release=release, by=by, at=timezone.now(), progress=progress)


def ask_to_prepare(extract: Extract, by: User) -> None:
    """Hands an extract to the worker; its page shows from now on that it waits."""
    waiting("prepare", f"extract:{extract.pk}", by=by)
    prepare_extract.enqueue(extract.pk, by.pk)


@task()
def prepare_extract(extract_id: int, by_id: int) -> None:
    """Assemble one extract, with its progress on the page."""
    by = User.objects.get(pk=by_id)
    extract = Extract.objects.get(pk=extract_id)
    with work("prepare", f"extract:{extract_id}", by=by) as progress:
        extracts.prepare(extract=extract, by=by, at=timezone.now(), progress=progress)
