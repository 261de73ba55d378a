"""Configure the notifications app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Email to people for whom a task waits, and what each of them chose."""

    name = "cairn.platform.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
