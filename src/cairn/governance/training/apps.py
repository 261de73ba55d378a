"""Configure the Django app for training."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Register confidentiality agreements, courses and clearance as one Django app."""

    name = "cairn.governance.training"
    verbose_name = _("Training")
    default_auto_field = "django.db.models.BigAutoField"
