"""Configure the Django app for the family page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FamiliesConfig(AppConfig):
    """Register the family page: no account, one child, two languages."""

    name = "cairn.services.families"
    verbose_name = _("Families")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the deadlines of this app in the calendar, and families' statements."""
        from cairn.governance.consents.api import register_statement_provider
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.schedule.api import register_scheduled_job
        from cairn.services.families.api import (
            list_amendment_deadlines,
            list_copy_deadlines,
            list_record_statements,
        )
        from cairn.services.families.program_copies.requests import erase_copies_of
        from cairn.services.families.tasks import ENDED_COPIES_JOB
        from cairn.services.programs.api import register_participant_eraser

        register_scheduled_job(ENDED_COPIES_JOB)
        register_participant_eraser("families", erase_copies_of)
        register_deadline_source(list_copy_deadlines)
        register_deadline_source(list_amendment_deadlines)
        register_statement_provider(list_record_statements)
