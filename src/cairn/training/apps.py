"""The room of training."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Who may touch: confidentiality, training, clearance."""

    name = "cairn.training"
    verbose_name = _("Training")
    default_auto_field = "django.db.models.BigAutoField"
