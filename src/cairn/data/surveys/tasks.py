"""The recurring job of surveys: answers that were not imported do not stay."""

from datetime import datetime, time
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.data.surveys import queries
from cairn.data.surveys.actions import destroy_demanded_answers
from cairn.platform.schedule.api import EveryDay, ScheduledJob


def destroy_left_answers(now: datetime) -> str:
    """Destroy the answers that were not imported within 14 days of their survey's last day.

    Args:
        now: the time.

    Returns:
        How many surveys, in one sentence.
    """
    count = 0
    for survey in queries.list_expired_surveys(timezone.localdate(now)):
        destroy_demanded_answers(survey=survey, by=None, at=now)
        count += 1
    return f"Surveys whose answers were destroyed: {count}."


LEFT_ANSWERS_JOB: Final = ScheduledJob(
    name="survey.left_answers",
    title=_("Destroy survey answers that were not imported"),
    purpose=_(
        "Destroys answers 14 days after the last day of a survey, if they were not imported."
    ),
    cadence=EveryDay(time(4, 15)),
    run=destroy_left_answers,
)
