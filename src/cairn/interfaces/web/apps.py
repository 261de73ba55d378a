"""Configure the web app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Register the web app with Django."""

    name = "cairn.interfaces.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
