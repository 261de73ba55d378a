"""The room of families."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FamiliesConfig(AppConfig):
    """The family page: no account, one child, two languages."""

    name = "cairn.families"
    verbose_name = _("Families")
    default_auto_field = "django.db.models.BigAutoField"
