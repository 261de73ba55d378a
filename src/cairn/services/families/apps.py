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
        from cairn.platform.deferred_imports import call_later, import_later
        from cairn.platform.schedule.api import register_scheduled_job
        from cairn.services.programs.api import register_participant_eraser

        erase_copies = call_later("cairn.services.families.program_copies.requests.erase_copies_of")
        register_scheduled_job(import_later("cairn.services.families.tasks.ENDED_COPIES_JOB"))
        register_participant_eraser("families", erase_copies)
        register_deadline_source(call_later("cairn.services.families.queries.list_copy_deadlines"))
        register_deadline_source(
            call_later("cairn.services.families.amendment_queries.list_amendment_deadlines")
        )
        register_statement_provider(
            call_later("cairn.services.families.amendment_queries.list_record_statements")
        )
