"""Declare the recurring job of this app."""

from datetime import datetime, time
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.platform.schedule.api import EveryDay, ScheduledJob
from cairn.services.families.record_copies.actions import erase_copy
from cairn.services.families.record_copies.queries import list_ended_copies


def erase_ended_copies(now: datetime) -> str:
    """Erase the copies of records that can no longer be downloaded.

    Args:
        now: the time.

    Returns:
        How many, in one sentence.
    """
    rows = list_ended_copies(timezone.localdate(now))
    for row in rows:
        erase_copy(copy=row, by=None, at=now)
    return f"Copies erased: {len(rows)}."


ENDED_COPIES_JOB: Final = ScheduledJob(
    name="family.ended_copies",
    title=_("Erase copies of records"),
    purpose=_("Erases a family's copy of a record after 30 days, or when its letter ends."),
    cadence=EveryDay(time(4, 40)),
    run=erase_ended_copies,
)
