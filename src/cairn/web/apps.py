"""The web app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The shell around every page, and the worker."""

    name = "cairn.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
