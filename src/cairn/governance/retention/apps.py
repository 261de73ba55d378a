"""Configure the retention app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    """Register the retention app with Django."""

    name = "cairn.governance.retention"
    label = "retention"
    verbose_name = _("Retention")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the counter of overdue duties, scans of signed papers, and the nightly job."""
        from cairn.governance.consents.api import register_overdue_counter
        from cairn.governance.retention.data_holders import register_data_holder
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.deferred_imports import call_later, import_later
        from cairn.platform.schedule.api import register_scheduled_job

        find_overdue_duties = call_later("cairn.governance.retention.queries.find_overdue_duties")
        register_data_holder(call_later("cairn.governance.retention.scan_holder.ScanHolder"))
        register_overdue_counter(lambda *asked: len(find_overdue_duties(*asked)))
        register_deadline_source(
            call_later("cairn.governance.retention.queries.list_destruction_deadlines")
        )
        register_scheduled_job(
            import_later(
                "cairn.governance.retention.unrecorded_files.nightly_job.UNRECORDED_FILES_JOB"
            )
        )
