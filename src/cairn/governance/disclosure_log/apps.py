"""Configure the disclosure log app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosureLogConfig(AppConfig):
    """Register the disclosure log app with Django; its label stays "disclosures"."""

    name = "cairn.governance.disclosure_log"
    label = "disclosures"
    verbose_name = _("Disclosures")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the deadlines of this app, and to receive refused requests for data."""
        from cairn.platform.actions.api import register_refusal_listener
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.deferred_imports import call_later

        register_deadline_source(
            call_later("cairn.governance.disclosure_log.queries.list_record_request_deadlines")
        )
        register_refusal_listener(
            call_later("cairn.governance.disclosure_log.actions.record_denied_disclosure")
        )
