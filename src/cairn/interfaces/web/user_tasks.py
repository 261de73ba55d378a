"""Collect a user's tasks from every app, for the home page."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Final

from cairn.data.identity.api import list_identity_tasks
from cairn.data.intake.api import list_delivery_tasks
from cairn.data.surveys.api import list_survey_tasks
from cairn.governance.agreements.api import list_agreement_tasks
from cairn.governance.breaches.api import list_breach_tasks
from cairn.governance.consents.api import list_consent_tasks
from cairn.governance.disclosure_log.api import list_record_request_tasks
from cairn.governance.legal_process.api import list_legal_tasks
from cairn.governance.partners.api import list_partner_tasks
from cairn.governance.projects.api import list_project_tasks
from cairn.governance.retention.api import list_destruction_tasks
from cairn.interfaces.web.serving.system_status import list_status_tasks
from cairn.outputs.dashboards.api import list_figure_question_tasks, list_late_figure_tasks
from cairn.outputs.deadlines.api import list_due_tasks
from cairn.outputs.extracts.api import list_extract_tasks
from cairn.outputs.indicators.api import list_indicator_tasks
from cairn.outputs.releases.api import (
    list_partner_release_tasks,
    list_partner_report_tasks,
    list_release_tasks,
    list_renewal_tasks,
)
from cairn.outputs.survey_figures.api import list_survey_figure_tasks
from cairn.platform.actions.api import keep_while_rows_unchanged
from cairn.platform.inbox.api import InboxTask
from cairn.platform.notifications.api import list_mail_tasks
from cairn.platform.schedule.api import list_schedule_tasks
from cairn.policy.facts import Actor
from cairn.services.families.api import list_amendment_tasks, list_family_tasks
from cairn.services.notes.api import list_note_tasks
from cairn.services.programs.api import (
    list_assignment_notices,
    list_attendance_tasks,
    list_incident_tasks,
    list_record_destruction_tasks,
    list_registration_tasks,
)

# Some tasks also depend on the time or on a file, and those are shown at most this much late.
_MAX_SECONDS: Final = 60
_keep_tasks: Final = cache(keep_while_rows_unchanged(max_seconds=_MAX_SECONDS))
# Each app's task query (actor, on), in the order of the data flow.
_TASK_SOURCES: Final[tuple[Callable[[Actor, date], list[InboxTask]], ...]] = (
    list_partner_tasks,
    list_agreement_tasks,
    list_project_tasks,
    list_consent_tasks,
    list_family_tasks,
    list_amendment_tasks,
    list_delivery_tasks,
    list_survey_tasks,
    list_due_tasks,
    list_late_figure_tasks,
    list_identity_tasks,
    list_indicator_tasks,
    list_release_tasks,
    list_renewal_tasks,
    list_partner_report_tasks,
    list_partner_release_tasks,
    list_survey_figure_tasks,
    list_figure_question_tasks,
    list_extract_tasks,
    list_record_request_tasks,
    list_breach_tasks,
    list_legal_tasks,
    list_attendance_tasks,
    list_registration_tasks,
    list_assignment_notices,
    list_incident_tasks,
    list_destruction_tasks,
    list_record_destruction_tasks,
    list_mail_tasks,
    list_schedule_tasks,
    list_status_tasks,
    list_note_tasks,
)


def list_user_tasks(actor: Actor, on: date) -> list[InboxTask]:
    """List all tasks of a user: those with a due date first, the earliest at the top.

    Args:
        actor: the user.
        on: the date of access.

    Returns:
        The tasks; those due on the same day, and those without a date, in the order of the data
        flow.
    """
    sources = map(_keep_tasks, _TASK_SOURCES)
    tasks = [user_task for list_tasks in sources for user_task in list_tasks(actor, on)]
    return sorted(tasks, key=lambda user_task: user_task.due or date.max)
