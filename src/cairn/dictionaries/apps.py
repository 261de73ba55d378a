"""The room of dictionaries."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DictionariesConfig(AppConfig):
    """What a provider's data dictionary says, element by element."""

    name = "cairn.dictionaries"
    verbose_name = _("Dictionaries")
    default_auto_field = "django.db.models.BigAutoField"
