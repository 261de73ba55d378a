"""Linking in the worker, with its progress on the page."""

from django.utils import timezone
from django_tasks import task

from cairn.accounts.models import User
from cairn.disclosures.work import work
from cairn.linkage import actions


@task()
def link_deliveries(by_id: int) -> None:
    """Link everything that counts now, for the person who asked."""
    by = User.objects.get(pk=by_id)
    with work("link", "linkage:all", by=by) as progress:
        actions.link(by=by, at=timezone.now(), progress=progress)
