"""The recurring job of public figures: names and emails of old questions are erased."""

from datetime import datetime, time
from typing import Final

from django.utils.translation import gettext_lazy as _

from cairn.outputs.dashboards.figure_requests import actions, queries
from cairn.platform.schedule.api import EveryDay, ScheduledJob


def erase_question_askers(now: datetime) -> str:
    """Erase who asked a question that stayed without a final answer for a year.

    Args:
        now: the time.

    Returns:
        How many, in one sentence.
    """
    rows = list(queries.list_overdue_contacts(now))
    for row in rows:
        actions.erase_question_asker(question=row, by=None, at=now)
    return f"Names and email addresses erased: {len(rows)}."


QUESTION_ASKERS_JOB: Final = ScheduledJob(
    name="figure_questions.erase",
    title=_("Erase who asked for figures"),
    purpose=_(
        "A question about a figure that stays without a final answer for a year keeps no name and "
        "no email address."
    ),
    cadence=EveryDay(time(3, 20)),
    run=erase_question_askers,
)
