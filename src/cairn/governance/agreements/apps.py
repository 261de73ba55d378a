"""Configure the agreements app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    """Register the agreements app with Django."""

    name = "cairn.governance.agreements"
    label = "agreements"
    verbose_name = _("Agreements")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the deadlines of this app in the calendar, and its references in URLs."""
        from django.urls import register_converter

        from cairn.governance.agreements.url_converters import AgreementReferenceConverter
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.deferred_imports import call_later

        deadlines = call_later(
            "cairn.governance.agreements.queries.agreement_inbox.list_agreement_deadlines"
        )
        register_deadline_source(deadlines)
        register_converter(AgreementReferenceConverter, "agreement")
