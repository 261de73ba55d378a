"""Linking in the worker, with its progress on the page."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from cairn.accounts.models import User
from cairn.audit.work import waiting
from cairn.disclosures.work import work
from cairn.intake.storehouse import key_ring
from cairn.linkage import actions, index, queries
from cairn.linkage.queries import relatives
from cairn.linkage.sealing import Sealer


def ask_to_link(by: User, *, whole: bool) -> None:
    """Hands the linking to the worker; the page shows from now on that it waits."""
    waiting("link", "linkage:all", by=by)
    link_deliveries.enqueue(by.pk, whole=whole)


def follows(by: User) -> str:
    """What to tell a reviewer whose decision the index does not follow at once, since more must be
    linked than a page waits for; empty where it follows. Asks the worker for that."""
    if not index.waits(Sealer(key_ring())):
        return ""
    work = queries.work()
    if work is None or not work.is_busy:
        ask_to_link(by, whole=False)
    return _("The worker links first; what you decided counts after that.")


def ask_to_link_beside(by: User) -> None:
    """The same, of linking beside the index."""
    waiting("shadow", "linkage:shadow", by=by)
    link_beside.enqueue(by.pk)


def ask_for_relatives(by: User) -> None:
    """Hands to the worker who is related to whom, unless it has it already."""
    work = relatives.work()
    if work is None or not work.is_busy:
        waiting("relatives", "linkage:relatives", by=by)
        follow_relatives.enqueue(by.pk)


@task()
def link_deliveries(by_id: int, *, whole: bool = False) -> None:
    """Link everything that counts now, for the person who asked; ``whole``: all records anew."""
    by = User.objects.get(pk=by_id)
    with work("link", "linkage:all", by=by) as progress:
        actions.link(by=by, at=timezone.now(), progress=progress, whole=whole)


@task()
def follow_relatives(by_id: int) -> None:
    """Work out who is related to whom, for the reviewer who looked at somebody."""
    by = User.objects.get(pk=by_id)
    with work("relatives", "linkage:relatives", by=by) as progress:
        progress.step(_("who is related to whom"))
        actions.follow_relatives(by=by, at=timezone.now())


@task()
def link_pilots(by_id: int) -> None:
    """Link the synthetic deliveries of pilots, for the person who asked."""
    by = User.objects.get(pk=by_id)
    with work("link-pilots", "linkage:pilots", by=by) as progress:
        actions.link_pilots(by=by, at=timezone.now(), progress=progress)


@task()
def link_beside(by_id: int) -> None:
    """Link everything anew beside the index, to see what would change."""
    by = User.objects.get(pk=by_id)
    with work("shadow", "linkage:shadow", by=by) as progress:
        actions.shadow(by=by, at=timezone.now(), progress=progress)
