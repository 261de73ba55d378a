"""Configure the Django app for legal process and public-records requests."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LegalProcessConfig(AppConfig):
    """Register legal process and public-records requests as one Django app."""

    name = "cairn.governance.legal_process"
    verbose_name = _("Legal requests")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the deadlines of this app in the calendar, and the orders a use rests on."""
        from cairn.governance.consents.api import register_order_provider
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.deferred_imports import call_later

        register_deadline_source(
            call_later("cairn.governance.legal_process.queries.list_legal_deadlines")
        )
        register_order_provider(
            call_later("cairn.governance.legal_process.queries.list_court_orders")
        )
