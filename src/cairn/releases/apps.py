"""The releases app."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """What may leave, and what became of it."""

    name = "cairn.releases"
    label = "releases"
    default_auto_field = "django.db.models.BigAutoField"
