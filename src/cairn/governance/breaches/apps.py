"""Configure the Django app for breaches."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BreachesConfig(AppConfig):
    """Register breaches as one Django app."""

    name = "cairn.governance.breaches"
    verbose_name = _("Breaches")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the deadlines of this app in the calendar."""
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.deferred_imports import call_later

        register_deadline_source(
            call_later("cairn.governance.breaches.queries.list_breach_deadlines")
        )
