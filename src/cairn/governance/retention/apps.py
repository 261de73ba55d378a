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
        """Register the counter of overdue duties, and the scans of signed papers as held data."""
        from cairn.governance.consents.api import register_overdue_counter
        from cairn.governance.retention.api import list_destruction_deadlines
        from cairn.governance.retention.data_holders import register_data_holder
        from cairn.governance.retention.queries import find_overdue_duties
        from cairn.governance.retention.scan_holder import ScanHolder
        from cairn.platform.deadline_sources.api import register_deadline_source

        register_data_holder(ScanHolder())
        register_overdue_counter(
            lambda organization, on, agreements: len(
                find_overdue_duties(organization, on, agreements)
            )
        )
        register_deadline_source(list_destruction_deadlines)
