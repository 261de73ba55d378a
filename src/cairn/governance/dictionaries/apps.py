"""Configure the dictionaries app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DictionariesConfig(AppConfig):
    """Register the dictionaries app with Django."""

    name = "cairn.governance.dictionaries"
    label = "dictionaries"
    verbose_name = _("Dictionaries")
    default_auto_field = "django.db.models.BigAutoField"
