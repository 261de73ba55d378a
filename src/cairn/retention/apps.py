"""The room of retention."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    """What must be destroyed by when, and the proof."""

    name = "cairn.retention"
    verbose_name = _("Retention")
    default_auto_field = "django.db.models.BigAutoField"
