"""Configure the releases app."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Register the releases app with Django."""

    name = "cairn.outputs.releases"
    label = "releases"
    default_auto_field = "django.db.models.BigAutoField"
