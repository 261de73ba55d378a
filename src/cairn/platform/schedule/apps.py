"""Configure the schedule app."""

from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    """Recurring jobs that other apps declare, and a row for each run."""

    name = "cairn.platform.schedule"
    label = "schedule"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the job that deletes old rows of the schedule itself."""
        from cairn.platform.deferred_imports import import_later
        from cairn.platform.schedule.declaration import register_scheduled_job

        register_scheduled_job(import_later("cairn.platform.schedule.cleanup.CLEANUP_JOB"))
