"""Configure the partners app."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Register the partners app with Django."""

    name = "cairn.governance.partners"
    label = "partners"
    default_auto_field = "django.db.models.BigAutoField"
