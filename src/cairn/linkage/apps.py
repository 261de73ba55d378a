"""The linkage app."""

from django.apps import AppConfig


class LinkageConfig(AppConfig):
    """The person index and the runs that made it."""

    name = "cairn.linkage"
    label = "linkage"
    default_auto_field = "django.db.models.BigAutoField"
