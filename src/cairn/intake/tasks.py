"""Long work of this room, done by the worker. Tasks carry ids only."""

from django.utils import timezone
from django_tasks import task

from cairn.accounts.models import User
from cairn.audit.work import waiting
from cairn.disclosures.work import work
from cairn.intake import actions
from cairn.intake.models import Delivery


def ask_to_check(delivery: Delivery, by: User) -> None:
    """Hands a delivery to the worker; its page shows from now on that it waits."""
    waiting("conform", f"delivery:{delivery.pk}", by=by)
    conform_delivery.enqueue(delivery.pk, by.pk)


@task()
def conform_delivery(delivery_id: int, by_id: int) -> None:
    """Check one delivery, with its progress on the page, for the person who asked."""
    by = User.objects.get(pk=by_id)
    delivery = Delivery.objects.get(pk=delivery_id)
    with work("conform", f"delivery:{delivery_id}", by=by) as progress:
        actions.conform(delivery=delivery, by=by, at=timezone.now(), progress=progress)
