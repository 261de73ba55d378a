"""Linking in the worker, with its progress on the page."""

from django.utils import timezone
from django_tasks import task

from cairn.accounts.models import User
from cairn.disclosures.work import work
from cairn.linkage import actions


@task()
def link_deliveries(by_id: int, *, whole: bool = False) -> None:
    """Link everything that counts now, for the person who asked; ``whole``: all records anew."""
    by = User.objects.get(pk=by_id)
    with work("link", "linkage:all", by=by) as progress:
        actions.link(by=by, at=timezone.now(), progress=progress, whole=whole)


@task()
def link_beside(by_id: int) -> None:
    """Link everything anew beside the index, to see what would change."""
    by = User.objects.get(pk=by_id)
    with work("shadow", "linkage:shadow", by=by) as progress:
        actions.shadow(by=by, at=timezone.now(), progress=progress)
