"""The partners app."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Organizations, their people, their stewards."""

    name = "cairn.partners"
    label = "partners"
    default_auto_field = "django.db.models.BigAutoField"
