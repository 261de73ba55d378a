"""Long work of intake, done by the worker. Tasks carry IDs only."""

from django.utils import timezone
from django_tasks import task

from cairn.data.intake.actions import conformance
from cairn.data.intake.models import Delivery
from cairn.platform.accounts.api import User
from cairn.platform.tasks.api import record_waiting_work, track_work


def enqueue_delivery_check(delivery: Delivery, by: User) -> None:
    """Queue the check of a delivery; its page shows from now on that it waits."""
    record_waiting_work("conform", f"delivery:{delivery.pk}", by=by)
    conform_delivery.enqueue(delivery.pk, by.pk)


@task()
def conform_delivery(delivery_id: int, by_id: int) -> None:
    """Check one delivery, with its progress on the page, for the person who asked."""
    by = User.objects.get(pk=by_id)
    delivery = Delivery.objects.get(pk=delivery_id)
    with track_work("conform", f"delivery:{delivery_id}", by=by) as progress:
        conformance.check_delivery(delivery=delivery, by=by, at=timezone.now(), progress=progress)
