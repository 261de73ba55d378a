"""Long work of intake, done by the worker. Tasks carry IDs only."""

from datetime import datetime, time
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from cairn.data.intake.actions import conformance, proposed_files
from cairn.data.intake.models import Delivery
from cairn.platform.accounts.api import User
from cairn.platform.schedule.api import EveryDay, ScheduledJob
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


def destroy_expired_uploads(now: datetime) -> str:
    """Destroy the files that waited 14 days for a person.

    Args:
        now: the time.

    Returns:
        How many, in one sentence.
    """
    count = proposed_files.destroy_unconfirmed_files(by=None, at=now)
    return f"Files destroyed: {count}."


UNCONFIRMED_FILES_JOB: Final = ScheduledJob(
    name="delivery.unconfirmed",
    title=_("Destroy files that no person confirmed"),
    purpose=_("Destroys uploaded files whose columns were not confirmed within 14 days."),
    cadence=EveryDay(time(4, 0)),
    run=destroy_expired_uploads,
)
