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

        from cairn.governance.agreements.api import list_agreement_deadlines
        from cairn.governance.agreements.url_converters import AgreementReferenceConverter
        from cairn.platform.deadline_sources.api import register_deadline_source

        register_deadline_source(list_agreement_deadlines)
        register_converter(AgreementReferenceConverter, "agreement")
