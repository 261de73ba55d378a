"""Configure the registers app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    """Register the registers app with Django."""

    name = "cairn.outputs.registers"
    verbose_name = _("Registers")
    default_auto_field = "django.db.models.BigAutoField"
