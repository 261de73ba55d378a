"""The ledger of what families decline."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentsConfig(AppConfig):
    """Opt-outs; written consents come to the same room."""

    name = "cairn.consents"
    verbose_name = _("Opt-outs")
    default_auto_field = "django.db.models.BigAutoField"
