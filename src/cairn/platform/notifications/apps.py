"""Configure the notifications app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Email to people when a task waits for them, and the choice of each person."""

    name = "cairn.platform.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the job that sends email, and connect the notices of second factors."""
        from cairn.platform.deferred_imports import import_later
        from cairn.platform.notifications import sign_in_notices  # noqa: F401
        from cairn.platform.schedule.api import register_scheduled_job

        register_scheduled_job(import_later("cairn.platform.notifications.delivery.SEND_JOB"))
