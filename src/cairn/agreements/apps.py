"""The ledger of agreements."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    """What partners agreed."""

    name = "cairn.agreements"
    verbose_name = _("Agreements")
    default_auto_field = "django.db.models.BigAutoField"
