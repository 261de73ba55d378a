"""The intake app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Deliveries: what partners send."""

    name = "cairn.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
