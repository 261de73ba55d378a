"""Run linkage in the worker, with progress on the page."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from cairn.data.identity.actions import linkage, pilot_linkage
from cairn.data.identity.actions import relationships as actions_relationships
from cairn.data.identity.index import update
from cairn.data.identity.queries import linkage_runs, relationships
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.platform.accounts.api import User
from cairn.platform.storage.api import open_key_ring
from cairn.platform.tasks.api import record_waiting_work, track_work


def enqueue_linkage(by: User, *, whole: bool) -> None:
    """Enqueue the linkage; from now on the page shows that it is waiting.

    Args:
        by: the user who asked.
        whole: link all records again.
    """
    record_waiting_work("link", "linkage:all", by=by)
    link_deliveries_task.enqueue(by.pk, whole=whole)


def enqueue_deferred_update(by: User) -> str:
    """Enqueue a linkage if the index cannot follow a reviewer's decision at once.

    Args:
        by: the reviewer.
    Returns:
        What to show the reviewer; empty if the index followed at once.
    """
    if not update.is_update_deferred(IdentitySealer(open_key_ring())):
        return ""
    work = linkage_runs.find_linkage_progress()
    if work is None or not work.is_busy:
        enqueue_linkage(by, whole=False)
    return _("Cairn must run record matching first. Your decision takes effect after that.")


def enqueue_shadow_linkage(by: User) -> None:
    """Enqueue a shadow linkage.

    Args:
        by: the user who asked.
    """
    record_waiting_work("shadow", "linkage:shadow", by=by)
    shadow_linkage_task.enqueue(by.pk)


def enqueue_relationship_refresh(by: User) -> None:
    """Enqueue the refresh of relationships, unless it is waiting or running already.

    Args:
        by: the reviewer who asked.
    """
    work = relationships.find_relationship_progress()
    if work is None or not work.is_busy:
        record_waiting_work("relatives", "linkage:relatives", by=by)
        refresh_relationships_task.enqueue(by.pk)


@task()
def link_deliveries_task(by_id: int, *, whole: bool = False) -> None:
    """Link every delivery that counts now, for the user who asked; `whole`: all records again."""
    by = User.objects.get(pk=by_id)
    with track_work("link", "linkage:all", by=by) as progress:
        linkage.link_current_deliveries(by=by, at=timezone.now(), progress=progress, whole=whole)


@task()
def refresh_relationships_task(by_id: int) -> None:
    """Refresh relationships, for the reviewer who opened a person."""
    by = User.objects.get(pk=by_id)
    with track_work("relatives", "linkage:relatives", by=by) as progress:
        progress.step(_("Updating relationships"))
        actions_relationships.refresh_waiting_relationships(by=by, at=timezone.now())


@task()
def link_pilots_task(by_id: int) -> None:
    """Link the synthetic deliveries of pilots, for the user who asked."""
    by = User.objects.get(pk=by_id)
    with track_work("link-pilots", "linkage:pilots", by=by) as progress:
        pilot_linkage.link_pilot_deliveries(by=by, at=timezone.now(), progress=progress)


@task()
def shadow_linkage_task(by_id: int) -> None:
    """Link all records again beside the index, to see what would change."""
    by = User.objects.get(pk=by_id)
    with track_work("shadow", "linkage:shadow", by=by) as progress:
        linkage.run_shadow_linkage(by=by, at=timezone.now(), progress=progress)
