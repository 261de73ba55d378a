"""Configure the disclosure log app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosureLogConfig(AppConfig):
    """Register the disclosure log app with Django; its label stays "disclosures"."""

    name = "cairn.governance.disclosure_log"
    label = "disclosures"
    verbose_name = _("Disclosures")
    default_auto_field = "django.db.models.BigAutoField"
