"""Configure the Django app for written consents and opt-outs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentsConfig(AppConfig):
    """Register written consents and opt-outs as one Django app."""

    name = "cairn.governance.consents"
    verbose_name = _("Opt-outs")
    default_auto_field = "django.db.models.BigAutoField"
