"""Configure the deadlines app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeadlinesConfig(AppConfig):
    """Register the deadlines app with Django."""

    name = "cairn.outputs.deadlines"
    verbose_name = _("Deadlines")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the deadlines of this app in the calendar."""
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.deferred_imports import call_later

        register_deadline_source(
            call_later("cairn.outputs.deadlines.due_dates.list_delivery_and_report_deadlines")
        )
        register_deadline_source(
            call_later("cairn.outputs.deadlines.due_dates.list_birthday_deadlines")
        )
