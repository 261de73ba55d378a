"""The room of registers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    """What anybody may read of agreements and projects."""

    name = "cairn.registers"
    verbose_name = _("Registers")
    default_auto_field = "django.db.models.BigAutoField"
